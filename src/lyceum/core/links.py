"""Absolute addresses for mails, codes and feeds."""

from django.conf import settings


def absolute(path: str) -> str:
    """Return the public address of a path on this site."""
    return f"{settings.FRONTEND_URL.rstrip('/')}/{path.lstrip('/')}"

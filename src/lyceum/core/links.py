"""Absolute addresses for mails, codes and feeds."""

from django.conf import settings


class OwnLink(str):
    """An address of ours, which a mail shows as it is. Whatever is made of it isn't one any more."""

    __slots__ = ()


def absolute(path: str) -> OwnLink:
    """Return the public address of a path on this site."""
    return OwnLink(f"{settings.FRONTEND_URL.rstrip('/')}/{path.lstrip('/')}")

"""EMAIL_BACKEND, read into something that sends."""

from typing import Any

from django.conf import settings
from django.core.mail import get_connection

PROVIDERS = frozenset(
    [
        "brevo", "mailersend", "mailgun", "mailjet", "mandrill", "postal", "postmark", "resend", "sendgrid",
        "sparkpost", "unisender_go",
    ]
)  # fmt: skip
_OURS = {
    "files": "lyceum.integrations.email.backends.files.FilesBackend",
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "memory": "django.core.mail.backends.locmem.EmailBackend",
}


def backend_path(name: str) -> str:
    """The class behind a value of EMAIL_BACKEND; a dotted path stands for itself.

    Raises: ValueError, in words for the operator.
    """
    if name in _OURS:
        return _OURS[name]
    if name in PROVIDERS:
        return f"anymail.backends.{name}.EmailBackend"
    if "." in name:
        return name
    known = ", ".join([*_OURS, *sorted(PROVIDERS)])
    raise ValueError(f"EMAIL_BACKEND is {name!r}; it can be {known}, or a class of Django's mail back ends.")


def mail_connection() -> Any:
    """A connection of the chosen back end, not yet open."""
    return get_connection(backend_path(settings.EMAIL_BACKEND))

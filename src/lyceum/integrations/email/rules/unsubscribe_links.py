"""The link below optional mails: it names an address, and only that."""

from django.core import signing

_SALT = "lyceum.integrations.email.unsubscribe"


def unsubscribe_path(email: str) -> str:
    """The path of the page that stops optional mails to this address; it never expires."""
    return f"/mail/unsubscribe/{signing.Signer(salt=_SALT).sign_object({'e': email})}/"


def read_unsubscribe(token: str) -> str | None:
    """The address a link names, or None for a link that was changed."""
    try:
        payload = signing.Signer(salt=_SALT).unsign_object(token)
        return str(payload["e"])
    except Exception:  # noqa: BLE001 -- a token is a stranger's text, and every way to misread it means the same
        return None

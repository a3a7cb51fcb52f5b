"""Reading the mails of a test as a person would."""

import email
import email.policy
import re
from email.message import EmailMessage as ParsedMail
from urllib.parse import parse_qs, urlsplit

from django.core.mail import EmailMessage

_LINK = re.compile(r"^https?://\S+$", re.MULTILINE)


def parsed(message: EmailMessage | bytes) -> ParsedMail:
    """The mail as a mail program reads it."""
    raw = message if isinstance(message, bytes) else message.message().as_bytes()
    return email.message_from_bytes(raw, policy=email.policy.default)


def text_of(message: EmailMessage | bytes) -> str:
    """The text part."""
    part = parsed(message).get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def html_of(message: EmailMessage | bytes) -> str:
    """The HTML part."""
    part = parsed(message).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def secret_link(message: EmailMessage | bytes) -> str:
    """The one link with a token, which stands alone on its line of the text part."""
    text = text_of(message)
    links = [link for link in _LINK.findall(text) if "token=" in link]
    assert len(links) == 1, text
    assert text.count("token=") == 1
    return str(links[0])


def token_in(message: EmailMessage | bytes) -> str:
    """The token that the link of a mail carries."""
    return parse_qs(urlsplit(secret_link(message)).query)["token"][0]

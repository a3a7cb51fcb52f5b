"""From what a mail says to the message that travels: text and HTML, one look, headers that nobody can inject."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from typing import Any

import css_inline
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template import Context, Template
from django.template.loader import get_template

from lyceum.core.files.names import safe_filename
from lyceum.core.links import absolute
from lyceum.core.plain_text import shown
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.ports import Attachment, MailContent, MailKind
from lyceum.integrations.email.rules.unsubscribe_links import unsubscribe_path
from lyceum.integrations.email.services.guarded import guarded

# Our own words, and a title as far as it is shown elsewhere.
SUBJECT_LENGTH = 140
_BLANK_LINES = re.compile(r"\n{3,}")
_TOKEN_LINE = re.compile(r"^https?://\S+[?&]token=\S+$", re.MULTILINE)
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


class MailRefused(Exception):
    """This mail can never be sent as it is; trying again would not help."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message, and the hash of what it says."""

    message: EmailMultiAlternatives
    body_sha256: str


def render_mail(log: EmailLog, kind: MailKind, content: MailContent, *, at: datetime) -> Rendered:
    """The message for one row.

    Raises: MailRefused for an address no mail can go to, and for a secret mail without its one link.
    """
    recipient = _checked_address(log.recipient_email)
    subject = shown(content.subject, length=SUBJECT_LENGTH)
    unsubscribe = absolute(unsubscribe_path(recipient)) if kind.optional else ""
    context = guarded(
        {
            "site_url": absolute("/"),
            "recipient_email": recipient,
            "recipient_name": log.recipient_name,
            "subject": content.subject,
            "unsubscribe_url": unsubscribe,
            **content.context,
        }
    )
    text = _render(f"{content.template}.txt", context, escaped=False)
    text = _BLANK_LINES.sub("\n\n", text).strip() + "\n"
    _check_token_link(text, needed=kind.secret)
    html = _INLINER.inline(_render(f"{content.template}.html", context, escaped=True))
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((shown(log.recipient_name), recipient))],
        reply_to=[_checked_address(content.reply_to)] if content.reply_to else None,
        headers=_headers(log, kind, unsubscribe, at),
    )
    message.attach_alternative(html, "text/html")
    _attach(message, content.attachments)
    return Rendered(message, hashlib.sha256(f"{text}\n{html}".encode()).hexdigest())


def _checked_address(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        raise MailRefused("invalid_address", "This is not an address that mail can be sent to.") from None
    return address


def _render(name: str, context: dict[str, Any], *, escaped: bool) -> str:
    backend: Any = get_template(name)
    template: Template = backend.template
    # Text mails are not HTML: with escaping, O'Neill would read O&#x27;Neill. Times come in the zone that they are
    # printed in; Django would turn them back into the site's.
    return str(template.render(Context(context, autoescape=escaped, use_tz=False)))


def _check_token_link(text: str, *, needed: bool) -> None:
    """Refuse a mail in which anything but one link, alone on its line, looks like the one with the secret."""
    links = text.count("token=")
    if links > 1 or links != len(_TOKEN_LINE.findall(text)) or (needed and not links):
        raise MailRefused("secret_link", "A mail with a secret has exactly one link with token=, alone on its line.")


def _headers(log: EmailLog, kind: MailKind, unsubscribe: str, at: datetime) -> dict[str, str]:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    headers = {
        # The same for every attempt, so that a mail program shows a repeated mail once.
        "Message-ID": f"<{log.id}@{domain}>",
        "Date": format_datetime(at),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Lyceum-Mail": str(log.id),
        "X-Lyceum-Kind": kind.name,
    }
    if unsubscribe:
        headers["List-Unsubscribe"] = f"<{unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _attach(message: EmailMultiAlternatives, attachments: Sequence[Attachment]) -> None:
    for name, content, content_type in attachments:
        stem, _, extension = name.rpartition(".")
        message.attach(safe_filename(stem or name, extension=extension if stem else ""), content, content_type)

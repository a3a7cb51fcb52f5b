"""What kinds of mail there are. Each app declares its own in `<app>/mails.py`, which is read at start.

@mail_kind("registrations.confirmation")
def confirmation(log: EmailLog, *, at: datetime) -> MailContent | None:
    registration = Registration.objects.filter(pk=log.about_id).first()
    if registration is None or registration.status != "confirmed":
        return None
    return MailContent(subject=…, template="registrations/mail/confirmation", context={…})
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from lyceum.integrations.email.models import EmailLog

Attachment = tuple[str, bytes, str]


@dataclass(frozen=True, slots=True)
class MailContent:
    """What a mail says. `template` names two files: with `.txt` and with `.html` behind it.

    subject: one line for people; line breaks and control characters in it become spaces.
    context: for both templates; `site_url`, `recipient_email`, `recipient_name`, `subject` and `unsubscribe_url`
        are added.
    attachments: (file name, content, content type).
    reply_to: an address, or nothing.
    """

    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    attachments: Sequence[Attachment] = ()
    reply_to: str = ""


class Builder(Protocol):
    """Called when the mail is sent, in a transaction: secrets are minted here, only their hashes stay."""

    def __call__(self, log: EmailLog, *, at: datetime) -> MailContent | None: ...


@dataclass(frozen=True, slots=True)
class MailKind:
    name: str
    build: Builder
    secret: bool
    optional: bool
    dedupe_minutes: int


_KINDS: dict[str, MailKind] = {}


def mail_kind(
    name: str, *, secret: bool = False, optional: bool = False, dedupe_minutes: int = 60
) -> Callable[[Builder], Builder]:
    """Register the builder of one kind of mail. It returns None when the mail is no longer needed.

    secret: it carries a sign-in secret (verification, reset): never taken for a duplicate, and sent to
        suppressed addresses too, because its reader has just asked for it.
    optional: people may unsubscribe from it (reminders, invitations, news).
    dedupe_minutes: how long an equal mail (kind, recipient, about_id, event_id, params) counts as the same; 0 = never.
    """

    def register(build: Builder) -> Builder:
        known = _KINDS.get(name)
        if known is not None and known.build is not build:
            raise TypeError(f"The mail kind {name} is declared twice.")
        _KINDS[name] = MailKind(name, build, secret, optional, 0 if secret else dedupe_minutes)
        return build

    return register


def find_kind(name: str) -> MailKind | None:
    """The kind of that name."""
    return _KINDS.get(name)


def kinds() -> list[MailKind]:
    """Every kind, by name."""
    return [_KINDS[name] for name in sorted(_KINDS)]

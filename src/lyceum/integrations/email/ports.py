"""What kinds of mail there are. Each app declares its own in `<app>/mails.py`, which is read at start.

@mail_kind("registrations.confirmation")
def confirmation(log: EmailLog, *, at: datetime) -> MailContent | None:
    registration = Registration.objects.filter(pk=log.about_id).first()
    if registration is None or registration.status != "confirmed":
        return None
    return MailContent(subject=…, template="registrations/mail/confirmation", context={…})
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from uuid import UUID

    from lyceum.integrations.email.models import EmailLog

Attachment = tuple[str, bytes, str]


@dataclass(frozen=True, slots=True)
class MailContent:
    """What a mail says. `template` names two files: with `.txt` and with `.html` behind it.

    subject: one line for people, which begins with our own words; what could be a link in it is broken up.
    context: for both templates; `site_url`, `recipient_email`, `recipient_name`, `subject` and `unsubscribe_url`
        are added. Every text in it, and every text of a row in it, is shown as a stranger's: one line, at most 100
        characters, no addresses. Ours are the links that `core.links.absolute` made; `services.guarded` has two more
        kinds, a `Quote` of several lines and a `MeetingLink`.
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


# From the `about_id`s of many mails to the rows that they are about; what is gone is left out.
Reader = Callable[[Collection["UUID"]], Mapping["UUID", Any]]


@dataclass(frozen=True, slots=True)
class MailKind:
    name: str
    build: Builder
    secret: bool
    optional: bool
    dedupe_minutes: int
    last: bool = False
    read: Reader | None = None


_KINDS: dict[str, MailKind] = {}


def mail_kind(
    name: str,
    *,
    secret: bool = False,
    optional: bool = False,
    dedupe_minutes: int = 60,
    last: bool = False,
    read: Reader | None = None,
) -> Callable[[Builder], Builder]:
    """Register the builder of one kind of mail. It returns None when the mail is no longer needed.

    secret: it carries a sign-in secret (verification, reset): never taken for a duplicate, and sent to
        suppressed addresses too, because its reader has just asked for it.
    optional: people may unsubscribe from it (reminders, invitations, news).
    dedupe_minutes: how long an equal mail (kind, recipient, about_id, event_id, params) counts as the same; 0 = never.
    last: the last mail that somebody gets who has deleted their account: once it has left, or can't, its address is
        erased from it, and from whatever was queued for it before.
    read: reads what several mails are about, a moment before they are built; the builder finds it as `log.about`.
        For kinds that a crowd gets at once.
    """

    def register(build: Builder) -> Builder:
        known = _KINDS.get(name)
        if known is not None and known.build is not build:
            raise TypeError(f"The mail kind {name} is declared twice.")
        _KINDS[name] = MailKind(name, build, secret, optional, 0 if secret else dedupe_minutes, last, read)
        return build

    return register


def find_kind(name: str) -> MailKind | None:
    """The kind of that name."""
    return _KINDS.get(name)


def kinds() -> list[MailKind]:
    """Every kind, by name."""
    return [_KINDS[name] for name in sorted(_KINDS)]

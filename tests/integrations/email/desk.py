"""Kinds of mail that do what a test tells them."""

from collections.abc import Callable
from datetime import UTC, datetime

from lyceum.core.work.leases import claim
from lyceum.integrations.email.models import EmailLog
from lyceum.integrations.email.ports import MailContent, mail_kind
from lyceum.integrations.email.services.send import MAILS

AT = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
Behaviour = Callable[[EmailLog], MailContent | None]


def claim_one(at: datetime) -> EmailLog | None:
    """Claim one mail, as a sender does that then dies."""
    unsent = EmailLog.objects.filter(status__in=EmailLog.UNDER_WAY)
    claimed = claim(unsent, MAILS, at=at, limit=1, status=EmailLog.Status.SENDING, last_attempt_at=at)
    return claimed[0] if claimed else None


HTML = (
    '{% extends "email/base.html" %}{% block content %}<h1>Hello {{ name }}</h1>'
    '{% if url %}{% include "email/button.html" with url=url label="Open" %}{% endif %}{% endblock %}'
)
TEXT = (
    '{% extends "email/base.txt" %}{% block content %}Hello {{ name }},\n\n\n\n'
    "{% if url %}{{ url }}\n{% endif %}{% endblock %}"
)


class Desk:
    """What the test kinds do when they are built; a test may put something else here."""

    def __init__(self) -> None:
        self.behave: Behaviour | None = None
        self.built: list[str] = []

    def answer(self, log: EmailLog) -> MailContent | None:
        self.built.append(log.recipient_email)
        if self.behave is not None:
            return self.behave(log)
        return MailContent(subject="Hello", template="trial", context={"name": log.recipient_name})


DESK = Desk()


@mail_kind("tests.plain")
def plain(log: EmailLog, *, at: datetime) -> MailContent | None:
    return DESK.answer(log)


@mail_kind("tests.secret", secret=True)
def secret(log: EmailLog, *, at: datetime) -> MailContent | None:
    return DESK.answer(log)


@mail_kind("tests.news", optional=True)
def news(log: EmailLog, *, at: datetime) -> MailContent | None:
    return DESK.answer(log)

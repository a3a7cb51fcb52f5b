"""What certificates do on others' facts: issue by themselves, where the organizer asked for it, and link awards."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from lyceum.accounts.facts import EmailVerified
from lyceum.certificates.selectors import is_settling
from lyceum.certificates.services.issue import issue_due, issue_one
from lyceum.certificates.services.link_to_account import link_awards
from lyceum.certificates.services.tell_of_doubt import tell_of_doubt
from lyceum.core.actors import Actor
from lyceum.core.ledger import reaction
from lyceum.events.facts import EventCompleted
from lyceum.events.models import Event
from lyceum.events.models.event import FINISHED
from lyceum.registrations.attendance.facts import AttendanceDecided, SessionSettled
from lyceum.registrations.facts import RegistrationNamed


@reaction(EmailVerified, name="certificates.link")
def link(fact: EmailVerified, *, at: datetime) -> None:
    """Give an account the awards that its address earned as a guest."""
    link_awards(user_id=fact.user_id)


@reaction(EventCompleted, name="certificates.issue_when_completed")
def issue_when_completed(fact: EventCompleted, *, at: datetime) -> None:
    """Issue to those who have earned one already. While attendance still settles, the settling does it later."""
    if _issues_by_itself(fact.event_id) and not is_settling(fact.event_id):
        issue_due(event_id=fact.event_id, actor=Actor.system(), at=at)


@reaction(SessionSettled, name="certificates.issue_when_settled")
def issue_when_settled(fact: SessionSettled, *, at: datetime) -> None:
    """Issue once the last session's attendance is final."""
    if _issues_by_itself(fact.event_id) and not is_settling(fact.event_id):
        issue_due(event_id=fact.event_id, actor=Actor.system(), at=at)


@reaction(AttendanceDecided, name="certificates.issue_when_decided")
def issue_when_decided(fact: AttendanceDecided, *, at: datetime) -> None:
    """Issue to somebody whose decision turned after completion; what is refused stays for the organizer to see.

    Where it turned against a certificate that was issued, the organizer hears of it, and decides.
    """
    if not fact.eligible:
        tell_of_doubt(registration_id=fact.registration_id, at=at)
    elif _issues_by_itself(fact.event_id) and not is_settling(fact.event_id):
        issue_one(registration_id=fact.registration_id, event_id=fact.event_id, actor=Actor.system(), at=at)


@reaction(RegistrationNamed, name="certificates.issue_when_named")
def issue_when_named(fact: RegistrationNamed, *, at: datetime) -> None:
    """Issue to somebody whose certificate lacked nothing but the name."""
    if _issues_by_itself(fact.event_id) and not is_settling(fact.event_id):
        issue_one(registration_id=fact.registration_id, event_id=fact.event_id, actor=Actor.system(), at=at)


def _issues_by_itself(event_id: UUID) -> bool:
    return bool(
        Event.objects.filter(
            pk=event_id, auto_issue_certificates=True, certificates_enabled=True, status__in=FINISHED
        ).exists()
    )

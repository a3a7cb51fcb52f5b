"""Find the registration that a connection to a meeting belongs to: by Zoom's registrant, then by exact address.

A name never matches; it only suggests, to a person who then decides.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from lyceum.integrations.zoom.rules.payload import ZoomParticipant
from lyceum.registrations.models import AttendanceRecord, Registration


@dataclass(frozen=True, slots=True)
class Match:
    """Whose attendance a connection is, if that is known.

    by_hand: a person said so, which outlasts every later delivery.
    set_aside: a person took a match back, so it waits for a person again.
    """

    registration_id: UUID | None
    by_hand: bool = False
    set_aside: bool = False


def match_participant(*, event_id: UUID, meeting_uuid: str, keys: Collection[str], who: ZoomParticipant) -> Match:
    """Find the confirmed registration of a connection. Blank addresses match nobody.

    keys: every key under which this connection may have been told of.
    """
    earlier = (
        AttendanceRecord.objects.filter(same_participant(keys, who.uuid), event_id=event_id, meeting_uuid=meeting_uuid)
        .order_by("-matched_manually", "-registration", "id")
        .values_list("registration_id", "matched_manually", "set_aside_at")
    )
    for registration_id, by_hand, set_aside_at in earlier:
        if registration_id or set_aside_at:
            return Match(registration_id, by_hand=by_hand, set_aside=set_aside_at is not None)
    found = _by_registrant(event_id, who.registrant_id) or _by_address(event_id, who.email)
    return Match(found) if found else _as_said_of_address(event_id, who.email)


def same_participant(keys: Collection[str], participant_id: str) -> Q:
    """Return the intervals of one connection, and of all others of the same participant."""
    same = Q(participant_key__in=keys)
    return same | Q(zoom_participant_id=participant_id) if participant_id else same


def _by_registrant(event_id: UUID, registrant_id: str) -> UUID | None:
    if not registrant_id:
        return None
    # The event stands in the attendance row too, because the index that finds the registrant begins with it.
    return _only_confirmed(event_id, attendance__event=event_id, attendance__zoom_registrant_id=registrant_id)


def _by_address(event_id: UUID, email: str) -> UUID | None:
    return _only_confirmed(event_id, email=email) if email else None


def _only_confirmed(event_id: UUID, **columns: UUID | str) -> UUID | None:
    row: Registration | None = Registration.objects.confirmed().filter(event_id=event_id, **columns).only("pk").first()
    return row.pk if row is not None else None


def _as_said_of_address(event_id: UUID, email: str) -> Match:
    """Follow what a person decided about the same address at this event before."""
    if not email:
        return Match(None)
    found = (
        AttendanceRecord.objects.filter(event_id=event_id, participant_email=email, matched_manually=True)
        .exclude(registration=None)
        .values_list("registration_id", flat=True)
        .first()
    )
    return Match(found, by_hand=found is not None)

"""What a delivery says, read tolerantly: Zoom sends ids as text or number, nulls, blanks and new keys."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from lyceum.core.plain_text import NOT_STORABLE

MEETING_ID_LENGTH = 20
MEETING_UUID_LENGTH = 100
KEY_LENGTH = 110
_MEETING_ID = re.compile(r"[0-9]{1,20}")
_FAMILIES: Final = ("meeting.", "webinar.")

# Never stored: keys to meetings and recordings, and what identifies a device or a line.
_SECRETS: Final = frozenset(
    {
        "download_token", "download_access_token", "password", "passcode", "encrypted_password", "h323_password",
        "recording_play_passcode", "play_url", "download_url", "share_url", "join_url", "start_url", "phone_number",
        "phone", "ip_address", "public_ip", "private_ip", "private_ip_list", "mac_addr", "harddisk_id", "host_email",
        "operator", "location",
    }
)  # fmt: skip
# Removed as soon as the delivery is done: attendance has its own rows by then.
_PERSONAL: Final = frozenset(
    {
        "email", "user_email", "user_name", "name", "first_name", "last_name", "address", "city", "org", "job_title",
        "customer_key", "custom_questions", "comments", "leave_reason", "topic", "agenda",
    }
)  # fmt: skip
_TIMES: Final = ("join_time", "leave_time", "date_time")
_DEPTH = 12


@dataclass(frozen=True, slots=True)
class ZoomParticipant:
    """One connection to a meeting. Any of these may be blank: guests often have no address."""

    uuid: str
    user_id: str
    account_id: str
    registrant_id: str
    email: str
    name: str
    moment: datetime | None

    @property
    def key(self) -> str:
        """What pairs a leave with its join: the participant's connection, else the best that there is."""
        if self.uuid and self.user_id:
            whole = f"p:{self.uuid}|{self.user_id}"
            return whole if len(whole) <= KEY_LENGTH else f"h:{hashlib.sha256(whole.encode()).hexdigest()}"
        if self.uuid:
            return f"p:{self.uuid}"
        if self.user_id:
            return f"u:{self.user_id}"
        said = f"{self.registrant_id}|{self.email}|{self.name}"
        return f"n:{hashlib.sha256(said.encode()).hexdigest()[:32]}" if said != "||" else ""


@dataclass(frozen=True, slots=True)
class ZoomRegistrant:
    """Somebody whom Zoom registered for a meeting."""

    id: str
    email: str


@dataclass(frozen=True, slots=True)
class ZoomDelivery:
    """A stored delivery as its handlers see it.

    kind: the event without `meeting.` or `webinar.`, which say the same things.
    account_id, host_id: whose Zoom account sent it, and who of that account hosts the meeting.
    occurred_at: from `event_ts`.
    """

    event_type: str
    kind: str
    meeting_id: str
    meeting_uuid: str
    account_id: str
    host_id: str
    received_at: datetime
    occurred_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    participant: ZoomParticipant | None
    registrant: ZoomRegistrant | None


def read_delivery(body: Mapping[str, Any], *, received_at: datetime) -> ZoomDelivery:
    """Return what a delivery's body says; whatever is missing or of the wrong type is blank."""
    payload = _mapping(body.get("payload"))
    about = _mapping(payload.get("object"))
    event_type = text(body.get("event"), 100)
    family = next((prefix for prefix in _FAMILIES if event_type.startswith(prefix)), "")
    return ZoomDelivery(
        event_type=event_type,
        kind=event_type.removeprefix(family) if family else "",
        meeting_id=meeting_id(about.get("id")),
        meeting_uuid=text(about.get("uuid"), MEETING_UUID_LENGTH),
        account_id=text(payload.get("account_id"), 100),
        host_id=text(about.get("host_id"), 100),
        received_at=received_at,
        occurred_at=milliseconds(body.get("event_ts")) or received_at,
        started_at=moment(about.get("start_time")),
        ended_at=moment(about.get("end_time")),
        participant=_participant(about.get("participant")),
        registrant=_registrant(about.get("registrant")),
    )


def meeting_id(value: Any) -> str:
    """Return a meeting's number as text, or blank: never 'None', never longer than its column."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    digits = re.sub(r"[\s\-]", "", str(value)) if isinstance(value, str) and len(value) <= 40 else str(value)[:40]
    return digits if _MEETING_ID.fullmatch(digits) else ""


def text(value: Any, length: int) -> str:
    """Return a text or a whole number as text that every database takes, cut to a length; blank for the rest."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    return NOT_STORABLE.sub("", str(value) if isinstance(value, int) else value[: length * 2]).strip()[:length]


def moment(value: Any) -> datetime | None:
    """Return an ISO 8601 time as aware UTC, or None."""
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        parsed = datetime.fromisoformat(value.strip())
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def milliseconds(value: Any) -> datetime | None:
    """Return milliseconds since 1970 as aware UTC, or None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def content_key(delivery: ZoomDelivery, body: bytes) -> str:
    """Return what two deliveries of one happening share, whatever their headers and spacing.

    A happening that has no key of its own is known by its whole body.
    """
    about = [delivery.event_type, delivery.occurred_at.isoformat(), delivery.meeting_id, delivery.meeting_uuid]
    who = delivery.participant
    if who is not None and who.moment is not None and (who.uuid or who.user_id):
        about += [who.uuid, who.user_id, who.moment.isoformat()]
    elif not (delivery.kind in {"started", "ended"} and delivery.meeting_uuid):
        return hashlib.sha256(body).hexdigest()
    return hashlib.sha256("\n".join(about).encode()).hexdigest()


def without_secrets(value: Any) -> Any:
    """Return the body as it may be stored while there is work to do with it."""
    return _without(value, _SECRETS, _DEPTH)


def without_people(value: Any) -> Any:
    """Return the body as it may be kept: ids and times, nobody's name or address."""
    return _without(value, _SECRETS | _PERSONAL, _DEPTH)


def _without(value: Any, unwanted: frozenset[str], depth: int) -> Any:
    if isinstance(value, dict):
        if depth == 0:
            return {}
        return {
            NOT_STORABLE.sub("", key)[:100]: _without(inner, unwanted, depth - 1)
            for key, inner in value.items()
            if key not in unwanted
        }
    if isinstance(value, list):
        return [_without(inner, unwanted, depth - 1) for inner in value[:200]] if depth else []
    if isinstance(value, float):
        # No database stores infinity as JSON.
        return value if math.isfinite(value) else None
    return NOT_STORABLE.sub("", value)[:2000] if isinstance(value, str) else value


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _participant(value: Any) -> ZoomParticipant | None:
    if not isinstance(value, dict):
        return None
    return ZoomParticipant(
        uuid=text(value.get("participant_uuid"), 100),
        user_id=text(value.get("user_id"), 64),
        account_id=text(value.get("id"), 100) or text(value.get("participant_user_id"), 100),
        registrant_id=text(value.get("registrant_id"), 100),
        email=_address(value.get("email")),
        name=text(value.get("user_name"), 255),
        moment=next((found for name in _TIMES if (found := moment(value.get(name)))), None),
    )


def _registrant(value: Any) -> ZoomRegistrant | None:
    if not isinstance(value, dict):
        return None
    return ZoomRegistrant(id=text(value.get("id"), 100), email=_address(value.get("email")))


def _address(value: Any) -> str:
    found = text(value, 255).lower()
    return found if "@" in found and len(found) <= 254 else ""

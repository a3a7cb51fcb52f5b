"""What vendors and higher apps register here: where deliveries come from, and who handles which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID


class SignedRequest(Protocol):
    """A vendor's request before anything of it is believed: the raw bytes, and its headers whatever their case."""

    @property
    def body(self) -> bytes: ...

    @property
    def headers(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """One message of a verified request, as it is to be stored.

    external_id: what two copies of the same message share, and no other message has; at most 128 characters.
    subject: what it is about in the vendor's words (a meeting's number, a mail's id), so that it can be found by it.
    occurrence: which of the subject's occurrences, where it has several; blank elsewhere.
    payload: JSON without secrets.
    headers: those that help to understand a failure; never a credential.
    """

    external_id: str
    event_type: str
    occurred_at: datetime
    payload: dict[str, Any]
    subject: str = ""
    occurrence: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImmediateAnswer:
    """What a request gets that is answered and not stored, such as a vendor's check of the address."""

    content: dict[str, str]


class Source(Protocol):
    """One vendor's deliveries: how they are verified, read and redacted."""

    @property
    def name(self) -> str:
        """The source's name, stored with each delivery, so it never changes once it has shipped."""
        ...

    def verify(self, request: SignedRequest, *, at: datetime) -> None:
        """Refuse what the vendor has not signed.

        at: the product's time, against which the request's age is measured.
        Raises: a refusal of status 401; ServiceUnavailable (503) while the vendor's secret is not set.
        """
        ...

    def read(self, request: SignedRequest, *, at: datetime) -> Sequence[NewDelivery] | ImmediateAnswer:
        """Return what a verified request holds.

        at: the product's time, for a message that doesn't say when it happened.
        Raises: ParseRefused (400), ValidationRefused (400 or 422).
        """
        ...

    def interpret(self, payload: Mapping[str, Any], *, received_at: datetime) -> Any:
        """Return a stored payload in the form that this source's handlers take."""
        ...

    def redact(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Return a stored payload as it may be kept when its work is done: nobody's name or address."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery.

    about_id: the row here that it concerned.
    records: how many rows were made of it.
    skipped: why nothing was done, for people; blank when it was done.
    may_come_later: nobody here knows its subject yet, so the delivery keeps what a later look needs.
    """

    about_id: UUID | None = None
    records: int = 0
    skipped: str = ""
    may_come_later: bool = False


class Handler(Protocol):
    """Handles one delivery in a transaction; doing it twice changes nothing.

    delivery: what the source's `interpret` returns.
    """

    def __call__(self, delivery: Any, *, at: datetime) -> Outcome: ...


_SOURCES: dict[str, Source] = {}
_HANDLERS: dict[tuple[str, str], Handler] = {}


def register_source(source: Source) -> None:
    """Let a vendor's deliveries in. Called from the `hooks.py` of the vendor's app."""
    if _SOURCES.get(source.name, source) is not source:
        raise TypeError(f"The source {source.name} is registered twice.")
    _SOURCES[source.name] = source


def find_source(name: str) -> Source:
    """Return the source of that name.

    Raises: LookupError when no such source ships any more.
    """
    if name not in _SOURCES:
        raise LookupError(f"No source is called {name}.")
    return _SOURCES[name]


def sources() -> list[Source]:
    """Return every source, by name."""
    return [_SOURCES[name] for name in sorted(_SOURCES)]


def register_handler(source: str, event_type: str, handler: Handler) -> None:
    """Let a function handle a source's deliveries of one type, such as Zoom's `meeting.participant_joined`."""
    if _HANDLERS.get((source, event_type), handler) is not handler:
        raise TypeError(f"{event_type} of {source} has a handler already.")
    _HANDLERS[source, event_type] = handler


def find_handler(source: str, event_type: str) -> Handler | None:
    """Return who handles this type of delivery, or None."""
    return _HANDLERS.get((source, event_type))

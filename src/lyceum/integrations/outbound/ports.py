"""What calls to vendors there are. The apps above declare theirs, in their `jobs.py` or `reactions.py`.

@outbound_call("events.create_meeting", vendor="zoom")
class CreateMeeting:
    def perform(self, args, *, idempotency_key): ...
    def on_answer(self, call, answer, *, at): ...
    def on_failure(self, call, error, *, at): ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from lyceum.integrations.outbound.models import OutboundCall


class OutboundHandler(Protocol):
    """How one kind of call is made, and what is done with its answer."""

    def perform(self, args: dict[str, Any], *, idempotency_key: str) -> dict[str, Any]:
        """Call the vendor with a time-out, and return of its answer what `on_answer` needs. No transaction is open.

        args: those of `request_call`; whatever else the call needs is read here, and may have changed.
        idempotency_key: to be sent to the vendor; the same over all tries of a call.
        Returns: small JSON, no secret and nobody's data, because it is stored.
        Raises: VendorError. Any other exception is tried again like a retryable one.
        """
        ...

    def on_answer(self, call: OutboundCall, answer: dict[str, Any], *, at: datetime) -> None:
        """Take the answer in, in a transaction. It is told at least once: doing it twice changes nothing.

        It may fail; then it is told again later, and the vendor isn't called a second time.
        """
        ...

    def on_failure(self, call: OutboundCall, error: str, *, at: datetime) -> None:
        """Learn, in a transaction and at least once, that there will be no answer.

        error: the code of the last error, such as "http_404".
        """
        ...


@dataclass(frozen=True, slots=True)
class CallKind:
    """A kind of call, as it was declared."""

    name: str
    vendor: str
    handler: OutboundHandler


Declared = TypeVar("Declared", bound=type[OutboundHandler])
_KINDS: dict[str, CallKind] = {}


def outbound_call(name: str, *, vendor: str) -> Callable[[Declared], Declared]:
    """Declare a kind of call to a vendor.

    name: stored with each call, so it never changes once it has shipped.
    vendor: whose circuit breaker it shares.
    """

    def register(declared: Declared) -> Declared:
        if name in _KINDS:
            raise TypeError(f"The outbound call {name} is declared twice.")
        _KINDS[name] = CallKind(name, vendor, declared())
        return declared

    return register


def find_call_kind(name: str) -> CallKind:
    """Return the kind of that name.

    Raises: LookupError when no such kind ships any more.
    """
    if name not in _KINDS:
        raise LookupError(f"No outbound call is called {name}.")
    return _KINDS[name]

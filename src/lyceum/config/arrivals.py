"""How much of all bodies that are on their way this process takes in at once, and from one sender."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from lyceum.core.networks import network_of

# A hall full of people may stand behind one address, and registers in the minute in which it is asked to.
MOST_AT_ONCE = 2048
MOST_FROM_ONE = 512
MOST_BYTES = 256 * 1024 * 1024
MOST_BYTES_FROM_ONE = 64 * 1024 * 1024


class TooMuchAtOnce(Exception):
    """There is no room for this body beside those that are on their way."""


class Arrivals:
    """Counts bodies that are on their way or not worked on yet. Used by the event loop alone, so it needs no lock."""

    def __init__(self) -> None:
        self.senders: Counter[str] = Counter()
        self.bodies = 0
        self.bytes = 0
        self.bytes_of: Counter[str] = Counter()

    @contextmanager
    def one_from(self, address: str) -> Iterator[None]:
        """Count one body while it is on its way.

        Raises: TooMuchAtOnce.
        """
        sender = network_of(address)
        if self.bodies >= MOST_AT_ONCE or self.senders[sender] >= MOST_FROM_ONE:
            raise TooMuchAtOnce
        self.bodies += 1
        self.senders[sender] += 1
        try:
            yield
        finally:
            self.bodies -= 1
            self.senders[sender] -= 1
            if not self.senders[sender]:
                del self.senders[sender]

    def keep(self, number: int, address: str) -> None:
        """Count bytes of a sender that are held, until `release` takes them off again.

        Raises: TooMuchAtOnce.
        """
        sender = network_of(address)
        if self.bytes + number > MOST_BYTES or self.bytes_of[sender] + number > MOST_BYTES_FROM_ONE:
            raise TooMuchAtOnce
        self.bytes += number
        self.bytes_of[sender] += number

    def release(self, number: int, address: str) -> None:
        sender = network_of(address)
        self.bytes -= number
        self.bytes_of[sender] -= number
        if not self.bytes_of[sender]:
            del self.bytes_of[sender]

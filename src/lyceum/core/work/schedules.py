"""What apps do by themselves. Each declares it in its `schedule.py`, as a list called SCHEDULE."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class DueWork:
    """One kind of rows that are due at a time, and what does them.

    run: `run(at)` claims and does a batch of what is due at that time, and returns how many rows it tried.
    says: one sentence for people about what it does.
    at_once: how many threads of one process may be at it. More than one helps only where they wait for others.
    """

    name: str
    run: Callable[[datetime], int]
    says: str
    at_once: int = 1
    # Held by the threads of this process that are at it.
    running: threading.Semaphore = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "running", threading.Semaphore(self.at_once))


@dataclass(frozen=True, slots=True)
class Periodic:
    """Upkeep that runs about this often, on one worker at a time.

    every: on the product's clock.
    run: `run(at)`; what it returns is ignored.
    says: one sentence for people about what it does.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], object]
    says: str


_ENTRIES: dict[str, DueWork | Periodic] = {}


def register_schedule(schedule: Iterable[DueWork | Periodic]) -> None:
    """Let workers do all that an app's `schedule.py` declares.

    Raises: TypeError when a name is taken.
    """
    for entry in schedule:
        if entry.name in _ENTRIES:
            raise TypeError(f"Two entries of schedules are called {entry.name}.")
        _ENTRIES[entry.name] = entry


def due_work() -> list[DueWork]:
    """Return every kind of due work, in the order in which they were registered."""
    return [entry for entry in _ENTRIES.values() if isinstance(entry, DueWork)]


def periodics() -> list[Periodic]:
    """Return all upkeep, by name."""
    return sorted((entry for entry in _ENTRIES.values() if isinstance(entry, Periodic)), key=lambda entry: entry.name)

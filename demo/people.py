"""Who comes to the demo's event, what they do there, and what must be found of it."""

from __future__ import annotations

from dataclasses import dataclass

# For each session: (minute, what happens, device). "lost" leaves are never told.
Steps = list[tuple[float, str, int]]
FULL: Steps = [(0, "join", 1), (60, "leave", 1)]


@dataclass(frozen=True)
class Case:
    """One kind of attendance: what Zoom tells of both sessions, the minutes, and the decision at settling."""

    title: str
    first: Steps
    second: Steps
    minutes: int
    eligible: bool
    email_known: bool = True


FAITHFUL = Case("stays to the end", FULL, FULL, 120, eligible=True)
SPECIAL: list[Case] = [
    Case(
        "leaves and comes back",
        [(0, "join", 1), (20, "leave", 1), (30, "join", 1), (60, "leave", 1)],
        FULL,
        110,
        eligible=True,
    ),
    Case(
        "uses two devices at once",
        [(0, "join", 1), (20, "join", 2), (40, "leave", 1), (60, "leave", 2)],
        FULL,
        120,
        eligible=True,
    ),
    Case("comes half an hour late", [(30, "join", 1), (60, "leave", 1)], FULL, 90, eligible=False),
    Case("hides the address", FULL, FULL, 120, eligible=True, email_known=False),
    Case("is told out of order", [(60, "leave", 1), (0, "join", 1)], FULL, 120, eligible=True),
    Case("is never seen leaving", [(0, "join", 1)], FULL, 120, eligible=True),
    Case("waits before and stays after", [(-10, "join", 1), (63, "leave", 1)], FULL, 120, eligible=True),
    Case("does not come", [], [], 0, eligible=False),
    Case("comes to the first session only", FULL, [], 60, eligible=False),
    Case("is told twice", FULL + FULL, FULL, 120, eligible=True),
]
LATE, HIDDEN = SPECIAL[2], SPECIAL[3]

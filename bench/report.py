"""Printing a figure beside its floor, and measuring both in turn until the floor has settled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles

# Two floors are compared with each other where a change is judged, so they have to agree this well.
SETTLED = 0.15
FEWEST, MOST = 5, 11


@dataclass(frozen=True)
class Figure:
    """One measured thing: `value` against `floor` (both in `unit`), and the ratio that is wanted of them."""

    name: str
    value: float
    floor: float
    unit: str
    wanted: float
    at_most: bool = False
    # How far the middle half of the floor's runs lie apart, as a part of their median; None where it ran once.
    spread: float | None = None

    @property
    def ratio(self) -> float:
        return self.value / self.floor if self.floor else 0.0

    @property
    def good(self) -> bool:
        return self.ratio <= self.wanted if self.at_most else self.ratio >= self.wanted

    def line(self) -> str:
        """Return the line that `make bench` prints."""
        sign = "≤" if self.at_most else "≥"
        verdict = "ok" if self.good else "SHORT"
        numbers = f"{self.value:>10,.1f} / {self.floor:>10,.1f} {self.unit:<8} = {self.ratio:>5.2f}"
        spread = "" if self.spread is None else f", floor's spread {self.spread:.0%}"
        return f"{verdict:<6}{self.name:<58}{numbers}  (wanted {sign} {self.wanted:.2f}{spread})"


def alternate(
    value: Callable[[], float], floor: Callable[[], float], *, fewest: int = FEWEST, most: int = MOST
) -> tuple[float, float, float]:
    """Measure both in turn until the floor's runs agree; return the medians of both, and the floor's spread.

    In turn, because a machine that slows down then slows both.
    fewest, most: how often, for what takes long.
    """
    values: list[float] = []
    floors: list[float] = []
    while len(floors) < fewest or (spread_of(floors) > SETTLED and len(floors) < most):
        floors.append(floor())
        values.append(value())
    return median(values), median(floors), spread_of(floors)


def spread_of(runs: list[float]) -> float:
    """Return how far the middle half of these lie apart, as a part of their median."""
    low, _, high = quantiles(runs, n=4)
    return (high - low) / median(runs)

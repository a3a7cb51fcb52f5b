"""Printing a figure beside its floor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured thing: `value` against `floor` (both in `unit`), and the ratio that is wanted of them."""

    name: str
    value: float
    floor: float
    unit: str
    wanted: float
    at_most: bool = False

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
        return f"{verdict:<6}{self.name:<58}{numbers}  (wanted {sign} {self.wanted:.2f})"

"""The page a certificate is printed on: a template's own pixels, and what they are on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

A4_LONG: Final = 297 / 25.4 * 72
LETTER_LONG: Final = 11 * 72.0
# A PDF page, and the built-in designs, count 96 pixels to the inch.
POINTS_PER_PIXEL: Final = 72 / 96


@dataclass(frozen=True)
class Page:
    """width, height: in the template's own pixels; scale: points for each pixel."""

    width: int
    height: int
    scale: float


def pdf_page(width_points: float, height_points: float) -> Page:
    """Return the page for an uploaded PDF page, which keeps its size on paper."""
    return Page(
        max(1, round(width_points / POINTS_PER_PIXEL)),
        max(1, round(height_points / POINTS_PER_PIXEL)),
        POINTS_PER_PIXEL,
    )


def image_page(width: int, height: int) -> Page:
    """Return the page for an uploaded picture: as large as A4, or Letter where the shape is Letter's."""
    long_side, short_side = max(width, height), min(width, height)
    is_letter = abs(long_side / short_side - 11 / 8.5) < 0.01
    return Page(width, height, (LETTER_LONG if is_letter else A4_LONG) / long_side)


A4_LANDSCAPE: Final = Page(1123, 794, A4_LONG / 1123)
A4_PORTRAIT: Final = Page(794, 1123, A4_LONG / 1123)

"""The designs that need no upload."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lyceum.certificates.rendering.pages import A4_LANDSCAPE, A4_PORTRAIT, Page


@dataclass(frozen=True)
class Design:
    name: str
    title: str
    page: Page


DESIGNS: Final = {
    design.name: design
    for design in (
        Design("classic", "Classic: ivory with a double rule", A4_LANDSCAPE),
        Design("modern", "Modern: a deep band with the credits", A4_LANDSCAPE),
        Design("minimal", "Minimal: one rule and a large name", A4_LANDSCAPE),
        Design("academic", "Academic: upright with a seal", A4_PORTRAIT),
    )
}
DEFAULT_DESIGN: Final = "classic"

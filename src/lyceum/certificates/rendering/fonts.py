"""The fonts that certificates are set in: the bundled Noto families, and those of CERTIFICATE_FONT_DIR."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import typst
from django.conf import settings

from lyceum.certificates.rendering.coverage import read_coverage

FONT_FOLDER: Final = Path(__file__).parent.parent / "fonts"
SERIF: Final = "Noto Serif"
SANS: Final = "Noto Sans"
DISPLAY: Final = "Noto Serif Display"
DEFAULT_FONT: Final = SERIF
_SERIFS: Final = (SERIF, "Noto Naskh Arabic", "Noto Serif Hebrew", "Noto Serif Devanagari")
_SANS: Final = (SANS, "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari")
# Names that other programs' templates use, and the bundled family that stands in for each.
_STANDINS: Final = {
    "helvetica": SANS, "arial": SANS, "sans": SANS, "sans-serif": SANS, "verdana": SANS, "roboto": SANS,
    "inter": SANS, "open sans": SANS, "courier": SANS,
    "times": SERIF, "times new roman": SERIF, "times-roman": SERIF, "serif": SERIF, "georgia": SERIF,
    "garamond": DISPLAY, "playfair display": DISPLAY, "display": DISPLAY,
}  # fmt: skip


def _folders() -> list[str]:
    extra = str(settings.CERTIFICATE_FONT_DIR or "")
    return [str(FONT_FOLDER), *([extra] if extra and Path(extra).is_dir() else [])]


@cache
def loaded_fonts() -> typst.Fonts:
    """Return the fonts for Typst, read once for each process."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=_folders())


@cache
def families() -> tuple[str, ...]:
    """Return the families that a template may name."""
    return tuple(sorted(loaded_fonts().families()))


def find_family(name: str) -> str | None:
    """Return the family that the name means (a family, or a usual name with a stand-in), or None."""
    wanted = name.strip().lower()
    known = {family.lower(): family for family in families()}
    return known.get(wanted) or _STANDINS.get(wanted)


@cache
def stack(family: str) -> tuple[str, ...]:
    """Return the family, then those that help it out, nearest in style first."""
    serif = "Serif" in family or "Naskh" in family
    order = [*_SERIFS, *_SANS] if serif else [*_SANS, *_SERIFS]
    others = [one for one in families() if one not in order]
    return tuple(dict.fromkeys([family, *order, *others]))


@cache
def coverages() -> tuple[frozenset[int], ...]:
    """Return the code points that each font file can show, read once for each process."""
    paths = sorted({font.path for font in loaded_fonts().fonts() if font.path})
    return tuple(read_coverage(Path(path)) for path in paths)

"""Which characters a font file can show."""

from __future__ import annotations

from pathlib import Path

from fontTools.ttLib import TTFont, TTLibError


def read_coverage(path: Path) -> frozenset[int]:
    """Return the code points for which the file's first font has a glyph; none for a file that isn't a font."""
    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            tables = font["cmap"].tables if "cmap" in font else []
            return frozenset(point for table in tables if table.isUnicode() for point in table.cmap)
    except TTLibError:
        return frozenset()

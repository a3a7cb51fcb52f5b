"""Which characters a font file can show, read from its character map (OpenType `cmap`, formats 4 and 12).

Source: OpenType specification 1.9, chapters "cmap" and "OpenType font file" (TTF, OTF and TTC).
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from pathlib import Path


class Coverage:
    """A set of code points, kept as sorted ranges."""

    def __init__(self, points: set[int]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for point in sorted(points):
            if self._ends and point == self._ends[-1] + 1:
                self._ends[-1] = point
            else:
                self._starts.append(point)
                self._ends.append(point)

    def __contains__(self, point: int) -> bool:
        index = bisect_right(self._starts, point) - 1
        return index >= 0 and point <= self._ends[index]


def read_coverage(path: Path) -> Coverage:
    """Return what the first font of the file can show; nothing for a file that isn't a font."""
    content = path.read_bytes()
    try:
        return Coverage(_points(content))
    except (struct.error, IndexError):
        return Coverage(set())


def _points(content: bytes) -> set[int]:
    start = struct.unpack_from(">I", content, 12)[0] if content[:4] == b"ttcf" else 0
    tables = struct.unpack_from(">H", content, start + 4)[0]
    for index in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", content, start + 12 + index * 16)
        if tag == b"cmap":
            return _cmap_points(content, offset)
    return set()


def _cmap_points(content: bytes, base: int) -> set[int]:
    points: set[int] = set()
    for index in range(struct.unpack_from(">H", content, base + 2)[0]):
        platform, encoding, offset = struct.unpack_from(">HHI", content, base + 4 + index * 8)
        if platform == 0 or (platform == 3 and encoding in (1, 10)):
            points |= _subtable_points(content, base + offset)
    return points


def _subtable_points(content: bytes, at: int) -> set[int]:
    form = struct.unpack_from(">H", content, at)[0]
    if form == 12:
        return _segmented_points(content, at)
    return _delta_points(content, at) if form == 4 else set()


def _segmented_points(content: bytes, at: int) -> set[int]:
    points: set[int] = set()
    for index in range(struct.unpack_from(">I", content, at + 12)[0]):
        first, last, glyph = struct.unpack_from(">III", content, at + 16 + index * 12)
        points.update(range(first + (glyph == 0), last + 1))
    return points


def _delta_points(content: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">H", content, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", content, at + 14)
    starts = struct.unpack_from(f">{count}H", content, at + 16 + count * 2)
    deltas = struct.unpack_from(f">{count}H", content, at + 16 + count * 4)
    ranges_at = at + 16 + count * 6
    offsets = struct.unpack_from(f">{count}H", content, ranges_at)
    points: set[int] = set()
    for index in range(count):
        for point in range(starts[index], min(ends[index], 0xFFFE) + 1):
            glyph = point
            if offsets[index]:
                where = ranges_at + index * 2 + offsets[index] + (point - starts[index]) * 2
                glyph = struct.unpack_from(">H", content, where)[0]
                if glyph == 0:
                    continue
            if (glyph + deltas[index]) & 0xFFFF:
                points.add(point)
    return points

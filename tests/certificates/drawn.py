"""Content and layouts for tests of the renderer, and eyes to look at what came out."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pypdfium2

from lyceum.certificates.rendering.builtin import DESIGNS
from lyceum.certificates.rendering.layouts import content_of, sample_data
from lyceum.certificates.rendering.pages import A4_LANDSCAPE, Page
from lyceum.certificates.rendering.positions import Defaults, check_positions
from lyceum.certificates.rendering.typst_data import Content, Layout

ID = "ABCDE-FGHJK-MNPQR-STVW5"
ISSUED_AT = datetime(2026, 3, 16, 12, tzinfo=UTC)
DEFAULTS = Defaults("Noto Serif", 24, "#112233")


def content(**words: str) -> Content:
    return content_of(sample_data(**words), certificate_id=ID, issued_at=ISSUED_AT)


def design(name: str, **options: Any) -> Layout:
    return Layout(page=DESIGNS[name].page, design=name, **options)


def own_layout(positions: dict[str, Any], *, page: Page = A4_LANDSCAPE, **options: Any) -> Layout:
    return Layout(page=page, fields=check_positions(positions, page=page, defaults=DEFAULTS), **options)


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    page = pypdfium2.PdfDocument(pdf)[0]
    return str(page.get_textpage().get_text_range())


def boxes_of(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Each line's rectangle as (left, top, right, bottom), in points from the top left."""
    page = pypdfium2.PdfDocument(pdf)[0]
    textpage, height = page.get_textpage(), page.get_height()
    rects = [textpage.get_rect(index) for index in range(textpage.count_rects())]
    return [(left, height - top, right, height - bottom) for left, bottom, right, top in rects]


def fonts_of(pdf: bytes) -> dict[str, bool]:
    """Each font's name, and whether it is embedded."""
    found = {}
    with opened(pdf) as document:
        for font in document.pages[0].Resources.Font.values():
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            descriptor = inner.FontDescriptor
            embedded = any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
            found[str(descriptor.FontName).split("+")[-1]] = embedded
    return found


def sizes_of(pdf: bytes) -> dict[str, list[float]]:
    """Each letter's sizes in points, wherever it stands on the page."""
    textpage = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    found: dict[str, list[float]] = {}
    for index in range(textpage.count_chars()):
        letter = textpage.get_text_range(index, 1)
        found.setdefault(letter, []).append(float(pypdfium2.raw.FPDFText_GetFontSize(textpage, index)))
    return found

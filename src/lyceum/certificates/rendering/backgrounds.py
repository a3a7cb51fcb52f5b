"""Uploaded backgrounds and signatures, made safe and small: decoded, redrawn, never passed through."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from lyceum.certificates.rendering.pages import Page, image_page, pdf_page
from lyceum.core.errors import ValidationRefused
from lyceum.core.files.uploads import ReadableFile, check_image, draw_pdf_page, is_pdf, read_bounded

BACKGROUND_BYTES: Final = 10 * 1024 * 1024
SIGNATURE_BYTES: Final = 2 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
# A4 at 300 dpi: more dots than a print shows would only make every PDF heavier.
_LONGEST_EMBEDDED: Final = (3508, 3508)
_SIGNATURE_BOX: Final = (600, 300)
_SMALLEST_SIDE: Final = 50


@dataclass(frozen=True)
class Background:
    """A background as it is embedded (JPEG), the page it makes, and what was uploaded: pdf, png or jpg."""

    content: bytes
    page: Page
    file_type: str


def read_background(file: ReadableFile, *, field: str = "template_file") -> Background:
    """Check an upload by its content and return it ready for printing.

    Raises: ValidationRefused (422) for anything but one PDF page, a PNG or a JPEG of at most 10 MB.
    """
    content = read_bounded(file, BACKGROUND_BYTES, field=field)
    # Typst embeds a JPEG as it is, where a PNG would be packed again each time.
    if is_pdf(content):
        pdf, drawn = draw_pdf_page(
            content, dpi=200, max_pixels=12_000_000, fit=_LONGEST_EMBEDDED, save="paper", field=field
        )
        page = pdf_page(pdf.width, pdf.height)
    else:
        drawn = check_image(
            io.BytesIO(content),
            BACKGROUND_BYTES,
            MAX_PIXELS,
            formats=("PNG", "JPEG"),
            fit=_LONGEST_EMBEDDED,
            save="paper",
            field=field,
        )
        page = image_page(drawn.width, drawn.height)
    if min(page.width, page.height) < _SMALLEST_SIDE or max(page.width, page.height) > 6 * min(page.width, page.height):
        raise ValidationRefused({field: ["The page is too small or too narrow for a certificate."]})
    return Background(drawn.content, page, drawn.kind)


def read_signature(file: ReadableFile, *, field: str = "signature_image") -> bytes:
    """Check an uploaded signature and return it as a small PNG that keeps its transparency.

    Raises: ValidationRefused (422).
    """
    return check_image(
        file, SIGNATURE_BYTES, 8_000_000, formats=("PNG", "JPEG"), fit=_SIGNATURE_BOX, save="png", field=field
    ).content

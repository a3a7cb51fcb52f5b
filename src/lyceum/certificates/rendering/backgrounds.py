"""Uploaded backgrounds and signatures, made safe and small: decoded, redrawn, never passed through."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from PIL import Image

from lyceum.certificates.rendering.pages import Page, image_page, pdf_page
from lyceum.core.errors import ValidationRefused
from lyceum.core.files.uploads import CheckedImage, ReadableFile, check_image, check_pdf, read_bounded, render_pdf_page

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
# A4 at 300 dpi: more dots than a print shows would only make every PDF heavier.
_LONGEST_EMBEDDED: Final = 3508
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
    content = read_bounded(file, MAX_BYTES, field=field)
    if content[:1024].lstrip().startswith(b"%PDF-"):
        pdf = check_pdf(io.BytesIO(content), MAX_BYTES, 1, field=field)
        drawn = render_pdf_page(content, dpi=200, max_pixels=12_000_000, field=field)
        page = pdf_page(pdf.width, pdf.height)
        file_type = "pdf"
    else:
        drawn = check_image(io.BytesIO(content), MAX_BYTES, MAX_PIXELS, formats=("PNG", "JPEG"), field=field)
        page = image_page(drawn.width, drawn.height)
        file_type = drawn.extension
    if min(page.width, page.height) < _SMALLEST_SIDE or max(page.width, page.height) > 6 * min(page.width, page.height):
        raise ValidationRefused({field: ["The page is too small or too narrow for a certificate."]})
    return Background(_as_jpeg(drawn), page, file_type)


def read_signature(file: ReadableFile, *, field: str = "signature_image") -> bytes:
    """Check an uploaded signature and return it as a small PNG that keeps its transparency.

    Raises: ValidationRefused (422).
    """
    checked = check_image(file, 2 * 1024 * 1024, 8_000_000, formats=("PNG", "JPEG"), field=field)
    image = Image.open(io.BytesIO(checked.content))
    image.thumbnail(_SIGNATURE_BOX, Image.Resampling.LANCZOS)
    output = io.BytesIO()
    image.save(output, "PNG", optimize=True)
    return output.getvalue()


def _as_jpeg(drawn: CheckedImage) -> bytes:
    """Return the picture as a JPEG on white: Typst embeds it as it is, where a PNG would be packed again each time."""
    image: Image.Image = Image.open(io.BytesIO(drawn.content))
    if image.mode == "RGBA":
        paper = Image.new("RGB", image.size, "#ffffff")
        paper.paste(image, mask=image.getchannel("A"))
        image = paper
    image = image.convert("RGB")
    image.thumbnail((_LONGEST_EMBEDDED, _LONGEST_EMBEDDED), Image.Resampling.LANCZOS)
    output = io.BytesIO()
    image.save(output, "JPEG", quality=90, subsampling=0, optimize=True)
    return output.getvalue()

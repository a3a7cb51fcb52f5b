"""A template's looks, checked before anything is written: files made safe, positions complete, a sample drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from lyceum.certificates.models import CertificateTemplate
from lyceum.certificates.rendering.backgrounds import read_background, read_signature
from lyceum.certificates.rendering.builtin import DESIGNS
from lyceum.certificates.rendering.draw_pdf import RenderingFailed, render_png
from lyceum.certificates.rendering.fonts import DEFAULT_FONT, find_family
from lyceum.certificates.rendering.layouts import (
    SAMPLE_ID,
    SAMPLE_ISSUED_AT,
    content_of,
    layout_of,
    placed_fields,
    sample_data,
    usual_font_size,
    usual_positions,
)
from lyceum.certificates.rendering.pages import Page
from lyceum.certificates.rendering.positions import COLOR, PositionsRefused, with_own_names
from lyceum.core.errors import ValidationRefused
from lyceum.core.files import storage

# What can be seen on paper: changing one of these on a used template makes a new version.
LOOKS: Final = (
    "design", "file_key", "file_type", "file_size_bytes", "background_key", "signature_key", "width_px", "height_px",
    "page_scale", "field_positions", "default_font", "default_font_size", "default_color",
)  # fmt: skip
_TYPES: Final = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


class StoredFiles:
    """Files stored for a row that isn't saved yet; forgotten again when it never will be."""

    def __init__(self) -> None:
        self.keys: list[str] = []

    def keep(self, prefix: str, content: bytes, content_type: str) -> str:
        key = storage.store(prefix, content, content_type=content_type)
        self.keys.append(key)
        return key


@contextmanager
def stored_files() -> Iterator[StoredFiles]:
    """Give a keeper whose files go away when the block fails."""
    kept = StoredFiles()
    try:
        yield kept
    except BaseException:
        for key in kept.keys:
            storage.delete(key)
        raise


def apply_looks(template: CertificateTemplate, given: Mapping[str, Any], kept: StoredFiles) -> None:
    """Set the looks on the row, which is not saved here, and draw its preview.

    given: of template_file, design, signature_image, field_positions, default_font, default_font_size, default_color.
    Raises: ValidationRefused (422).
    """
    _set_background(template, given, kept)
    if given.get("signature_image") is not None:
        template.signature_key = kept.keep(
            "certificates/signatures", read_signature(given["signature_image"]), "image/png"
        )
    _set_lettering(template, given)
    _set_positions(template, given)
    template.preview_key = kept.keep("certificates/previews", draw_sample(template), "image/png")
    template.sample_key = ""


def draw_sample(template: CertificateTemplate, **words: str) -> bytes:
    """Return a PNG of the template with sample words.

    Raises: ValidationRefused (422) when a font lacks a letter of its fixed words.
    """
    content = content_of(sample_data(**words), certificate_id=SAMPLE_ID, issued_at=SAMPLE_ISSUED_AT)
    try:
        return render_png(content, layout_of(template))
    except RenderingFailed as failed:
        raise ValidationRefused({"field_positions": [f"This can't be printed: {failed}."]}) from failed


def _set_background(template: CertificateTemplate, given: Mapping[str, Any], kept: StoredFiles) -> None:
    upload, design = given.get("template_file"), given.get("design")
    if upload is not None:
        background = read_background(upload)
        upload.seek(0)
        original = upload.read()
        template.file_key = kept.keep("certificates/templates", original, _TYPES[background.file_type])
        template.background_key = kept.keep("certificates/backgrounds", background.content, "image/jpeg")
        template.file_type, template.file_size_bytes = background.file_type, len(original)
        template.design = ""
        _set_page(template, background.page)
    elif design and design != template.design:
        template.design = design
        template.file_key = template.background_key = template.file_type = ""
        template.file_size_bytes = 0
        template.field_positions = {}
        _set_page(template, DESIGNS[design].page)


def _set_page(template: CertificateTemplate, page: Page) -> None:
    template.width_px, template.height_px, template.page_scale = page.width, page.height, page.scale


def _set_lettering(template: CertificateTemplate, given: Mapping[str, Any]) -> None:
    if given.get("default_font"):
        family = find_family(given["default_font"])
        if family is None:
            message = "This font isn't there. Use Noto Sans, Noto Serif or Noto Serif Display."
            raise ValidationRefused({"default_font": [message]})
        template.default_font = family
    template.default_font = template.default_font or DEFAULT_FONT
    color = given.get("default_color")
    if color is not None:
        if color and not COLOR.fullmatch(color):
            raise ValidationRefused({"default_color": ["A colour looks like #1A2B3C."]})
        template.default_color = color.lower()
    page = Page(template.width_px, template.height_px, template.page_scale)
    template.default_font_size = given.get("default_font_size") or template.default_font_size or usual_font_size(page)
    if template.default_font_size > page.height:
        raise ValidationRefused({"default_font_size": ["Letters of this size don't fit on the page."]})


def _named(positions: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return with_own_names(positions, stored)
    except PositionsRefused as refused:
        raise ValidationRefused({"field_positions": refused.problems}) from refused


def _set_positions(template: CertificateTemplate, given: Mapping[str, Any]) -> None:
    if given.get("field_positions") is not None:
        template.field_positions = _named(given["field_positions"], template.field_positions)
    if not template.field_positions and not template.design:
        page = Page(template.width_px, template.height_px, template.page_scale)
        template.field_positions = usual_positions(page)
    try:
        placed_fields(template)
    except PositionsRefused as refused:
        raise ValidationRefused({"field_positions": refused.problems}) from refused
    template.field_positions = {
        name: {key: value for key, value in options.items() if value not in (None, "")}
        for name, options in template.field_positions.items()
    }

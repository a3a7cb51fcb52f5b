"""From a template's row to what the renderer needs, and from a snapshot to what it prints."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lyceum.certificates.models import CertificateTemplate
from lyceum.certificates.rendering.builtin import DEFAULT_DESIGN, DESIGNS
from lyceum.certificates.rendering.draw_pdf import keep_picture
from lyceum.certificates.rendering.fonts import DEFAULT_FONT
from lyceum.certificates.rendering.pages import Page
from lyceum.certificates.rendering.positions import Defaults, Placed, check_positions
from lyceum.certificates.rendering.typst_data import Content, Layout
from lyceum.certificates.rules.snapshot import printed_words, verification_url
from lyceum.core.files import storage

DEFAULT_INK = "#1c2a3f"


def page_of(template: CertificateTemplate) -> Page:
    """Return the template's page."""
    return Page(template.width_px, template.height_px, template.page_scale)


def usual_font_size(page: Page) -> int:
    """Return the size that reads well on the page, in its pixels: 24 on a page 1056 wide."""
    return max(1, round(24 * max(page.width, page.height) / 1056))


def usual_positions(page: Page) -> dict[str, Any]:
    """Return positions for a background whose owner hasn't placed anything yet."""
    width, height, margin = page.width, page.height, round(page.width * 0.1)
    room, size = width - 2 * margin, usual_font_size(page)

    def line(share: float, scale: float, **more: Any) -> dict[str, Any]:
        # A very flat page has no room for large letters.
        font_size = max(1, min(round(size * scale), height // 8))
        return {
            "x": margin,
            "y": round(height * share),
            "max_width": room,
            "font_size": font_size,
            "align": "center",
        } | more

    code = max(1, min(round(max(width, height) * 0.1), height // 5, width // 5))
    return {
        "attendee_name": line(0.36, 2, font="Noto Serif Display"),
        "event_title": line(0.52, 1.15, font_weight="bold"),
        "event_date": line(0.62, 0.8),
        "cpd_credits": line(0.68, 0.7, suffix=" CPD credits"),
        "organizer_name": line(0.76, 0.7),
        "certificate_id": line(0.9, 0.45, font="Noto Sans"),
        "qr_code": {
            "x": width - margin // 2 - code,
            "y": height - margin // 2 - code if height > margin else 0,
            "size": code,
        },
    }


def placed_fields(template: CertificateTemplate) -> list[Placed]:
    """Return the template's fields, complete.

    Raises: PositionsRefused.
    """
    page = page_of(template)
    size = min(template.default_font_size, page.height)
    defaults = Defaults(template.default_font or DEFAULT_FONT, size, template.default_color or DEFAULT_INK)
    return check_positions(template.field_positions, page=page, defaults=defaults)


def layout_of(template: CertificateTemplate | None, design: str = "") -> Layout:
    """Return the layout of a template, or of a built-in design where there is none."""
    if template is None:
        name = design or DEFAULT_DESIGN
        return Layout(page=DESIGNS[name].page, design=name)
    background = keep_picture(template.background_key, "jpg", storage.read) if template.background_key else ""
    signature = keep_picture(template.signature_key, "png", storage.read) if template.signature_key else ""
    return Layout(
        page=page_of(template),
        design=template.design,
        background=background,
        signature=signature,
        accent=template.default_color,
        fields=placed_fields(template),
    )


def content_of(data: dict[str, Any], *, certificate_id: str, issued_at: datetime) -> Content:
    """Return what is printed for a snapshot."""
    words = printed_words(data, certificate_id=certificate_id)
    return Content(
        title=f"{words['title']}: {words['event_title']} – {words['attendee_name']}",
        author=words["organizer_name"],
        words=words,
        verify_url=verification_url(certificate_id),
        issued_at=issued_at,
    )


def sample_data(**given: str) -> dict[str, Any]:
    """Return a snapshot for previews; what is given replaces the sample's words."""
    return {
        "attendee_name": "Alexandra Morgan",
        "attendee_email": "alexandra@example.org",
        "attendee_title": "Consultant",
        "attendee_organization": "City Hospital",
        "event_title": "Clinical Ethics in Practice",
        "event_date": "2026-03-14",
        "event_datetime": "2026-03-14T09:00:00+00:00",
        "cpd_type": "CPD",
        "cpd_credits": "2.5",
        "cpd_accreditation": "",
        "organizer_name": "Your organization",
        "organizer_email": "office@example.org",
        "hours_completed": "2.5",
        "issued_date": "2026-03-16",
        "issued_datetime": "2026-03-16T12:00:00+00:00",
    } | {key: value for key, value in given.items() if value}


SAMPLE_ID = "SAMPA-EXAMP-NVA1D-00000"
SAMPLE_ISSUED_AT = datetime(2026, 3, 16, 12, tzinfo=UTC)

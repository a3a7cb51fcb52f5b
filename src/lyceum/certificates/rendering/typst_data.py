"""What is drawn: a certificate's words and a template's layout, made into the data that Typst reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from lyceum.certificates.rendering.fonts import DISPLAY, SANS, SERIF, stack
from lyceum.certificates.rendering.pages import Page
from lyceum.certificates.rendering.positions import Placed
from lyceum.certificates.rendering.printable_text import language_of, printable, reads_from_right
from lyceum.core.qr import qr_svg

PHRASES: Final = {
    "certifies": "This certifies that",
    "attended": "has attended",
    "issued_on": "Date of issue",
    "held_on": "Held on",
    "organizer": "Organizer",
    "credits": "Credits",
    "number": "Certificate",
}

NAMES: Final = frozenset({"attendee_name", "first_name", "last_name"})


@dataclass(frozen=True)
class Layout:
    """Where everything stands. `background` and `signature` are names of files in the renderer's folder, or blank."""

    page: Page
    design: str = ""
    background: str = ""
    signature: str = ""
    accent: str = ""
    fields: list[Placed] = field(default_factory=list)


@dataclass(frozen=True)
class Content:
    """What is said. `words` holds every field's text; `issued_at` becomes the file's only date."""

    title: str
    author: str
    words: Mapping[str, str]
    verify_url: str
    issued_at: datetime
    language: str = "en"


def drawing(content: Content, layout: Layout) -> dict[str, Any]:
    """Return the data of one certificate, in points."""
    name = printable(content.words.get("attendee_name", ""))
    qr = qr_svg(content.verify_url, paper=None if layout.design else "#ffffff")
    return {
        "title": printable(content.title),
        "author": printable(content.author),
        "description": f"Certificate {content.words.get('certificate_id', '')} for {name}",
        "keywords": ["certificate", "continuing professional development"],
        "lang": content.language,
        "page": {"width": layout.page.width * layout.page.scale, "height": layout.page.height * layout.page.scale},
        "design": layout.design,
        "background": layout.background,
        "accent": layout.accent,
        "signature": layout.signature,
        "signature_alt": f"Signature for {printable(content.author)}",
        "stacks": {"serif": stack(SERIF), "sans": stack(SANS), "display": stack(DISPLAY)},
        "phrases": PHRASES,
        "words": {key: _word(text, content.language) for key, text in content.words.items()},
        "qr": qr,
        "qr_alt": _qr_alt(content),
        "fields": [made for placed in layout.fields if (made := _field(placed, content, layout, qr))],
    }


def _word(text: str, language: str) -> dict[str, Any]:
    clean = printable(text)
    return {"text": clean, "lang": language_of(clean, language), "rtl": reads_from_right(clean)}


def _qr_alt(content: Content) -> str:
    return f"QR code of the address where this certificate can be verified: {content.verify_url}"


def _field(placed: Placed, content: Content, layout: Layout, qr: str) -> dict[str, Any] | None:
    scale = layout.page.scale
    box = {"x": placed.x * scale, "y": placed.y * scale, "width": placed.width * scale}
    if placed.field == "qr_code":
        svg = qr if placed.color == "#000000" else qr_svg(content.verify_url, color=placed.color)
        return {**box, "kind": "qr", "svg": svg, "alt": _qr_alt(content)}
    if placed.field == "signature":
        alt = f"Signature for {printable(content.author)}"
        return {**box, "kind": "image", "path": layout.signature, "alt": alt} if layout.signature else None
    return _text_field(placed, content, layout, box)


def _text_field(placed: Placed, content: Content, layout: Layout, box: dict[str, float]) -> dict[str, Any] | None:
    scale = layout.page.scale
    said = placed.text if placed.field.startswith("text") else content.words.get(placed.field, "")
    if not printable(said):
        return None
    return {
        **box,
        **_word(f"{placed.prefix}{said}{placed.suffix}", content.language),
        "kind": "text",
        "size": placed.font_size * scale,
        # A name stays one thing to the eye; longer texts may take more lines before their letters shrink.
        "lines": 2 if placed.field in NAMES else 3,
        "room": (layout.page.height - placed.y) * scale,
        "fonts": stack(placed.font),
        "weight": placed.font_weight,
        "style": placed.font_style,
        "color": placed.color,
        "align": placed.align,
        "heading": placed.field == "event_title",
    }

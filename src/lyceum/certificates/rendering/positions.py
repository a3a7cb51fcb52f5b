"""Field positions: what a template's owner may say about where each field stands, checked and completed."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from lyceum.certificates.rendering.fonts import find_family
from lyceum.certificates.rendering.pages import Page
from lyceum.certificates.rendering.printable_text import unprintable
from lyceum.core.nearest_names import nearest, unknown_name

MAX_FIELDS: Final = 40
COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
TEXT_FIELDS: Final = frozenset({
    "attendee_name", "event_title", "event_date", "cpd_credits", "cpd_type", "certificate_id", "organizer_name",
    "issue_date", "first_name", "last_name", "attendee_email", "attendee_title", "attendee_organization",
    "event_datetime", "cpd_hours", "certificate_code", "organizer_email", "issued_date", "hours_completed",
    "cpd_accreditation", "custom_fields", "verification_url",
})  # fmt: skip
_FREE_TEXT: Final = re.compile(r"text(_[a-z0-9]{1,20}){0,2}")
_WEIGHTS: Final = {"normal": 400, "regular": 400, "medium": 500, "semibold": 600, "bold": 700, "light": 300}
_TEXT_OPTIONS: Final = frozenset(
    {
        "x",
        "y",
        "max_width",
        "width",
        "font",
        "font_size",
        "font_weight",
        "font_style",
        "color",
        "align",
        "prefix",
        "suffix",
    }
)
# Names that other programs use → our own.
_SECOND_NAMES: Final = {"fontSize": "font_size"}
_OPTIONS: Final = {"signature": frozenset({"x", "y", "width"}), "qr_code": frozenset({"x", "y", "size", "color"})}


@dataclass(frozen=True)
class Placed:
    """One field, complete. Lengths are in the template's pixels; x, y is the box's top-left corner."""

    field: str
    x: float
    y: float
    width: float
    font: str = ""
    font_size: float = 0
    font_weight: int = 400
    font_style: str = "normal"
    color: str = "#000000"
    align: str = "left"
    prefix: str = ""
    suffix: str = ""
    text: str = ""

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Defaults:
    """What a field that doesn't say takes: family, size in the template's pixels, colour."""

    font: str
    size: float
    color: str


class PositionsRefused(Exception):
    """The positions can't be used; `problems` says why, field by field."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def check_positions(positions: object, *, page: Page, defaults: Defaults) -> list[Placed]:
    """Return every field complete, in reading order (from the top, then from the left).

    Raises: PositionsRefused.
    """
    if not isinstance(positions, Mapping):
        raise PositionsRefused(["Send an object: field name → {x, y, …}."])
    if len(positions) > MAX_FIELDS:
        raise PositionsRefused([f"At most {MAX_FIELDS} fields fit on a certificate."])
    placed, problems = [], []
    for name, options in positions.items():
        try:
            placed.append(_placed(str(name), options, page, defaults))
        except ValueError as problem:
            problems.append(f"{str(name)[:60]}: {problem}")
    if problems:
        raise PositionsRefused(problems)
    return sorted(placed, key=lambda one: (one.y, one.x, one.field))


def with_own_names(positions: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return positions with their options under our names; `fontSize` is another name of `font_size`.

    stored: the positions that the template has; where both names came, the one that says something new holds.
    Raises: PositionsRefused where both do, and differ.
    """
    problems: list[str] = []
    named = {name: _own_names(name, options, stored.get(name), problems) for name, options in positions.items()}
    if problems:
        raise PositionsRefused(problems)
    return named


def _own_names(name: str, options: Any, stored: Any, problems: list[str]) -> Any:
    if not isinstance(options, Mapping):
        return options
    named = {key: value for key, value in options.items() if key not in _SECOND_NAMES}
    for second, own in _SECOND_NAMES.items():
        before = stored.get(own) if isinstance(stored, Mapping) else None
        said = {str(options[key]): options[key] for key in (own, second) if options.get(key) not in (None, "")}
        if len(said) > 1:
            said.pop(str(before), None)
        if len(said) > 1:
            problems.append(f"{name[:60]}: {second} is another name for {own}; they differ.")
        if said:
            named[own] = next(iter(said.values()))
    return named


def _placed(name: str, options: object, page: Page, defaults: Defaults) -> Placed:
    free = _FREE_TEXT.fullmatch(name) is not None
    if not free and name not in TEXT_FIELDS and name not in _OPTIONS:
        raise ValueError(unknown_name(name, TEXT_FIELDS | _OPTIONS.keys()))
    if not isinstance(options, Mapping):
        raise ValueError("Say where it stands: {x, y, …}.")
    allowed = _OPTIONS.get(name) or (_TEXT_OPTIONS | ({"text"} if free else frozenset()))
    unknown = sorted(str(key)[:40] for key in options if key not in allowed and options[key] not in (None, ""))
    if unknown:
        raise ValueError(_unknown_message(name, unknown, allowed))
    x, y = _length(options, "x", 0, page.width), _length(options, "y", 0, page.height)
    if x >= page.width or y >= page.height:
        raise ValueError(f"x, y lies outside the page, which is {page.width} × {page.height} pixels.")
    if name in _OPTIONS:
        return _placed_picture(name, options, x, y, page)
    return _placed_text(name, options, x, y, page, defaults)


def _unknown_message(name: str, unknown: list[str], allowed: frozenset[str]) -> str:
    if name == "signature" and unknown == ["image_url"]:
        return "Addresses aren't fetched. Upload the picture as signature_image instead of image_url."
    meant = sorted({f"`{one}`" for one in (nearest(option, allowed) for option in unknown) if one})
    return f"These options aren't known here: {', '.join(unknown)}." + (
        f" Did you mean {' and '.join(meant)}?" if meant else ""
    )


def _placed_picture(name: str, options: Mapping[str, Any], x: float, y: float, page: Page) -> Placed:
    key, share = ("size", 0.11) if name == "qr_code" else ("width", 0.18)
    usual = min(round(share * max(page.width, page.height)), page.width - x)
    width = _length(options, key, 1, page.width, usual)
    height = width if name == "qr_code" else 1
    if x + width > page.width or y + height > page.height:
        raise ValueError(f"It reaches beyond the page, which is {page.width} × {page.height} pixels.")
    return Placed(name, x, y, width, color=_color(options, "#000000"))


def _placed_text(name: str, options: Mapping[str, Any], x: float, y: float, page: Page, defaults: Defaults) -> Placed:
    width = _length(
        options, "max_width" if options.get("max_width") is not None else "width", 1, page.width, page.width - x
    )
    size = _length(options, "font_size", 1, page.height, min(defaults.size, page.height - y))
    if x + width > page.width or y + size > page.height:
        raise ValueError(f"It reaches beyond the page, which is {page.width} × {page.height} pixels.")
    return Placed(
        name, x, y, width,
        font=_font(options, defaults.font), font_size=size, font_weight=_weight(options),
        font_style=_choice(options, "font_style", ("normal", "italic")),
        color=_color(options, defaults.color), align=_choice(options, "align", ("left", "center", "right")),
        prefix=_words(options, "prefix", 100), suffix=_words(options, "suffix", 100), text=_words(options, "text", 500),
    )  # fmt: skip


def _length(options: Mapping[str, Any], key: str, least: float, most: float, usual: float | None = None) -> float:
    value = options.get(key)
    if value is None and usual is not None:
        return usual
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{key} must be a number of pixels.")
    if not least <= value <= most:
        raise ValueError(f"{key} must lie between {least:g} and {most:g} pixels; it would be outside the page.")
    return value


def _font(options: Mapping[str, Any], usual: str) -> str:
    value = options.get("font")
    if value in (None, ""):
        return usual
    family = find_family(value) if isinstance(value, str) else None
    if family is None:
        raise ValueError("This font isn't there. Use Noto Sans, Noto Serif or Noto Serif Display.")
    return family


def _weight(options: Mapping[str, Any]) -> int:
    value = options.get("font_weight")
    if value in (None, ""):
        return 400
    weight = _WEIGHTS.get(value.lower()) if isinstance(value, str) and not value.isdecimal() else _whole(value)
    if weight is None or not 100 <= weight <= 900:
        raise ValueError("font_weight must be normal, bold or a number from 100 to 900.")
    return weight


def _whole(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | str) or len(str(value)) > 4:
        return None
    return int(value)


def _color(options: Mapping[str, Any], usual: str) -> str:
    value = options.get("color")
    if value in (None, ""):
        return usual
    if not isinstance(value, str) or not COLOR.fullmatch(value):
        raise ValueError("color must look like #1A2B3C.")
    return value.lower()


def _choice(options: Mapping[str, Any], key: str, choices: tuple[str, ...]) -> str:
    value = options.get(key)
    if value in (None, ""):
        return choices[0]
    if value not in choices:
        raise ValueError(f"{key} must be {', '.join(choices[:-1])} or {choices[-1]}.")
    return str(value)


def _words(options: Mapping[str, Any], key: str, most: int) -> str:
    value = options.get(key)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most or "\x00" in value:
        raise ValueError(f"{key} must be a text of at most {most} letters.")
    missing = unprintable(value)
    if missing:
        raise ValueError(f"{key} can't be printed: no font here can show {' '.join(missing[:10])}")
    return value

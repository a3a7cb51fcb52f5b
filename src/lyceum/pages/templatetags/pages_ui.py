"""What templates say about times, money, seats and fields. Everything is duck-typed: pages need no models here."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms, template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_KINDS = {
    "workshop": "Workshop",
    "webinar": "Webinar",
    "conference": "Conference",
    "masterclass": "Masterclass",
    "meetup": "Meet-up",
    "training": "Training",
    "course": "Course",
    "lecture": "Lecture",
    "other": "Event",
}
_FORMATS = {"online": "Online", "in_person": "In person", "hybrid": "Online and in person"}
# The three characters that could end a script element or start a comment inside it.
_JSON_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.filter
def zoned(moment: datetime, zone: str) -> datetime:
    """Return the moment in a named zone; templates show it without converting it again."""
    local = moment.astimezone(ZoneInfo(zone))
    # Django's template layer would convert an aware value to the site's zone.
    local_any: Any = _Unconverted.fromtimestamp(local.timestamp(), local.tzinfo)
    return local_any  # type: ignore[no-any-return]


class _Unconverted(datetime):
    convert_to_local_time = False


@register.filter
def kind_and_place(event: Any) -> str:
    """Return "Webinar · Online", or "Workshop · Leipzig"."""
    place = _FORMATS.get(event.format, "")
    if event.format != "online" and event.public_location:
        place = event.public_location if event.format == "in_person" else f"{event.public_location} and online"
    return " · ".join(part for part in (_KINDS.get(event.event_type, "Event"), place) if part)


@register.filter
def length_words(event: Any) -> str:
    """Return the length of an event of one day in words; longer ones say their last day."""
    start, end = zoned(event.starts_at, event.timezone), zoned(event.ends_at, event.timezone)
    if start.date() != end.date():
        return f"until {end.day} {end:%B}"
    return minutes_words(round((event.ends_at - event.starts_at).total_seconds() / 60))


@register.filter
def minutes_words(minutes: int) -> str:
    """Return 90 as "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


@register.filter
def seconds_words(seconds: int) -> str:
    """Return how long to wait, rounded up, in words."""
    if seconds < 90:
        return f"{max(1, seconds)} seconds"
    minutes = -(-seconds // 60)
    return f"{minutes} minutes" if minutes < 90 else f"{-(-minutes // 60)} hours"


@register.filter
def plain_number(value: Decimal | float) -> str:
    """Return 2.50 as "2.5" and 3.00 as "3"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter("credits")
def credit_words(event: Any) -> str:
    """Return "2.5 CME credits", or nothing."""
    if not event.cpd_enabled or not event.cpd_credit_value:
        return ""
    amount = plain_number(event.cpd_credit_value)
    return f"{amount} {event.cpd_credit_type or 'CPD'} {'credit' if amount == '1' else 'credits'}"


@register.filter
def money(amount: Any) -> str:
    """Return an amount with its currency, or "Free"."""
    return f"{amount.major} {amount.currency}" if amount.minor else "Free"


@register.filter
def seat_state(event: Any, at: datetime | None) -> dict[str, str] | None:
    """Return what to say about free places: a tone and a text; nothing where there is nothing to say."""
    if event.status == "cancelled":
        return {"tone": "bad", "text": "Cancelled"}
    if event.status != "published" or (at is not None and event.starts_at <= at):
        return {"tone": "", "text": "Under way" if event.status in ("published", "live") else "Over"}
    if not event.registration_enabled or (at and event.registration_deadline and event.registration_deadline <= at):
        return {"tone": "", "text": "Registration closed"}
    if event.available_spots == 0:
        if event.waitlist_enabled:
            return {"tone": "wait", "text": "Waiting list open"}
        return {"tone": "", "text": "Fully booked"}
    if event.spots_remaining is not None:
        return {
            "tone": "good",
            "text": "1 place left" if event.spots_remaining == 1 else f"{event.spots_remaining} places left",
        }
    return None


@register.inclusion_tag("pages/components/event_time.html")
def event_time(event: Any) -> dict[str, Any]:
    """Show when an event is, in its own zone, with the zone's name."""
    start, end = zoned(event.starts_at, event.timezone), zoned(event.ends_at, event.timezone)
    return {
        "start": start,
        "end": end,
        "same_day": start.date() == end.date(),
        "zone": event.timezone.replace("_", " "),
    }


@register.inclusion_tag("pages/components/field.html")
def field(bound: forms.BoundField) -> dict[str, Any]:
    """Show a form field with its label, help and errors."""
    return {
        "field": bound,
        "kind": _kind(bound.field.widget),
        "mark_optional": not bound.field.required and not getattr(bound.field, "plain_label", False),
    }


def _kind(widget: forms.Widget) -> str:
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    return "line"


@register.simple_tag
def json_ld(data: Any) -> SafeString:
    """Return structured data as a script element. It is no script, so the content security policy has no say in it."""
    text = json.dumps(data, ensure_ascii=False, default=str).translate(_JSON_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 -- every part was escaped

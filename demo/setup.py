"""Steps 1 and 2: a new organizer with two templates, and a published event."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import typst
from PIL import Image, ImageDraw

from demo.client import Server, equal, text_of, wait_for

PASSWORD = "a calm and long demo passphrase"  # noqa: S105 -- of the demonstration's own accounts, on this machine


@dataclass
class Story:
    """What the steps hand to each other."""

    server: Server
    tag: str
    organizer: str = ""
    token: str = ""
    template: str = ""
    event: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    starts: list[datetime] = field(default_factory=list)
    meetings: list[str] = field(default_factory=list)
    places: dict[str, dict[str, Any]] = field(default_factory=dict)

    def address(self, name: str) -> str:
        return f"{name}.{self.tag}@demo.example"

    def ask(self, method: str, path: str, **kwargs: Any) -> Any:
        """Ask as the organizer."""
        return self.server.ask(method, path, token=self.token, **kwargs)


def become_organizer(story: Story) -> str:
    """Register, follow the mailed link, upgrade."""
    server, story.organizer = story.server, story.address("olga.organizer")
    body = {"email": story.organizer, "password": PASSWORD, "first_name": "Olga", "last_name": "Organizer"}
    account = server.ask("POST", "auth/register/", expect=201, json=body)
    equal("who may run events before upgrading", account["is_instructor"], False)
    link = server.link_in_mail(story.organizer, "verify")
    story.token = account["access_token"]
    # Sent along, the account's own session stays.
    story.ask("POST", "auth/verify-email/", json={"token": link.split("token=")[1]})
    upgrade = {"role": "organizer", "organization_name": "Demo Academy", "website": "https://demo.example"}
    story.ask("POST", "users/me/upgrade/", json=upgrade)
    me = story.ask("GET", "auth/me/")
    equal("is_organizer", me["is_organizer"], True)
    return f"{story.organizer} verified by mail and now an organizer"


def upload_templates(story: Story) -> str:
    """Upload a PDF background and a PNG one, place the fields, see the previews."""
    pdf = story.ask("POST", "templates/", expect=201, **_form("Demo PDF", "background.pdf", _pdf(), PDF_FIELDS))
    png = story.ask("POST", "templates/", expect=201, **_form("Demo PNG", "background.png", _png(), PNG_FIELDS))
    for template in (pdf, png):
        preview = preview_of(story, template["uuid"])
        equal("the preview's kind", preview[:4] in (b"%PDF", b"\x89PNG"), True)
    story.ask("POST", f"templates/{pdf['uuid']}/set-default/")
    story.template = pdf["uuid"]
    return "a PDF and a PNG background uploaded, fields placed, both previewed"


def preview_of(story: Story, uuid: str) -> bytes:
    """Return a template's preview file."""

    def find() -> str | None:
        template = story.ask("GET", f"templates/{uuid}/")
        return template["preview_url"]

    story.ask("POST", f"templates/{uuid}/preview/")
    return bytes(story.server.http.get(wait_for(find, "a preview")).content)


def publish_event(story: Story) -> str:
    """Create the event with two sessions and two custom fields, and publish it."""
    now = datetime.fromisoformat(story.server.now().replace("Z", "+00:00")).replace(microsecond=0)
    story.starts = [now + timedelta(days=2), now + timedelta(days=2, minutes=90)]
    number = int(now.timestamp() * 1000) % 10**10
    story.meetings = [f"8{number:010d}", f"9{number:010d}"]
    event = story.ask("POST", "events/", expect=201, json=_event(story))
    story.event = event["uuid"]
    story.fields = {row["label"]: row["uuid"] for row in event["custom_fields"]}
    equal("the sessions", len(event["sessions"]), 2)
    published = story.ask("POST", f"events/{story.event}/publish/")
    equal("the event's state", published["status"], "published")
    found = story.server.ask("GET", "public/events/", params={"search": story.tag})
    equal("the public list finds it", [row["uuid"] for row in found["results"]], [story.event])
    return f"“{event['title']}” published: 2 sessions, 30 seats, 2.5 credits"


def _event(story: Story) -> dict[str, Any]:
    sessions = [
        {
            "title": title,
            "starts_at": moment.isoformat().replace("+00:00", "Z"),
            "duration_minutes": 60,
            "zoom_meeting_id": meeting,
        }
        for title, moment, meeting in zip(("Theory", "Practice"), story.starts, story.meetings, strict=True)
    ]
    return {
        "title": f"Wound care in practice {story.tag}",
        "description": "What the newest guidance changes, with cases.",
        "event_type": "workshop",
        "format": "online",
        "timezone": "Europe/Berlin",
        "starts_at": sessions[0]["starts_at"],
        "duration_minutes": 60,
        "sessions": sessions,
        "capacity": 30,
        "waitlist_enabled": True,
        "cpd_enabled": True,
        "cpd_credit_type": "CME",
        "cpd_credit_value": 2.5,
        "minimum_attendance_percent": 80,
        "certificates_enabled": True,
        "auto_issue_certificates": True,
        "certificate_template": story.template,
        "custom_fields": [
            {"label": "Profession", "field_type": "select", "required": True, "options": ["Nurse", "Physician"]},
            {"label": "What do you hope to learn?", "field_type": "textarea", "required": False},
        ],
    }


def _form(name: str, filename: str, content: bytes, fields: dict[str, Any]) -> dict[str, Any]:
    data = {"name": name, "field_positions": json.dumps(fields)}
    return {"data": data, "files": {"template_file": (filename, content)}}


# The PDF page is A4 landscape: 1123 × 794 pixels at 96 dpi.
PDF_FIELDS: dict[str, Any] = {
    "attendee_name": {"x": 161, "y": 300, "max_width": 800, "font_size": 40, "align": "center", "color": "#1C2B39"},
    "event_title": {"x": 161, "y": 400, "max_width": 800, "font_size": 22, "align": "center"},
    "event_date": {"x": 161, "y": 450, "max_width": 800, "font_size": 16, "align": "center"},
    "cpd_credits": {"x": 161, "y": 485, "max_width": 800, "font_size": 16, "align": "center"},
    "certificate_id": {"x": 120, "y": 700, "max_width": 500, "font_size": 11},
    "qr_code": {"x": 920, "y": 600, "size": 110},
}
PNG_FIELDS: dict[str, Any] = {
    "attendee_name": {"x": 128, "y": 300, "max_width": 800, "font_size": 40, "align": "center"},
    "event_title": {"x": 128, "y": 400, "max_width": 800, "font_size": 22, "align": "center"},
    "qr_code": {"x": 880, "y": 640, "size": 110},
}


def _pdf() -> bytes:
    page = (
        '#set page(width: 1123pt * 0.75, height: 794pt * 0.75, margin: 24pt, fill: rgb("#faf7f0"))\n'
        '#rect(width: 100%, height: 100%, stroke: 2pt + rgb("#7a5c2e"))'
        '#place(top + center, dy: 90pt, text(size: 30pt, fill: rgb("#7a5c2e"))[Certificate of Attendance])'
    )
    return bytes(typst.compile(page.encode()))


def _png() -> bytes:
    image = Image.new("RGB", (1056, 816), "#f4f7f6")
    draw = ImageDraw.Draw(image)
    draw.rectangle((24, 24, 1031, 791), outline="#1f5c57", width=4)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def mail_count(story: Story, address: str, words: str) -> int:
    """Return how many mails to an address carry these words in subject or text."""
    mails = story.server.mails_to(address)
    return sum(words.lower() in f"{mail['Subject']}\n{text_of(mail)}".lower() for mail in mails)

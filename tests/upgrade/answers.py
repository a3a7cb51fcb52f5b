"""Print what the API answers from a data folder, as JSON: the same request before and after an upgrade.

Run by the test in a process of its own, against the folder in LYCEUM_DATA; `python -m tests.upgrade.answers`. It uses
nothing that differs between the versions: settings, one model by its name, the API.
"""

from __future__ import annotations

import json
import os
import re
import sys
from datetime import UTC, datetime
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyceum.config.settings")

import django

django.setup()

from django.apps import apps  # noqa: E402 -- needs Django to be set up
from rest_framework.test import APIClient  # noqa: E402 -- as above

from lyceum.core import clock  # noqa: E402 -- as above

# The moment at which the data was made, so that what depends on the time is the same for ever.
AT = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
SIGNED = re.compile(r"/files/[^/\"]+/")
OWN = [
    "users/me/", "users/profile/", "auth/me/", "users/me/notifications/", "users/me/registrations/",
    "users/me/certificates/", "users/me/events/", "certificates/", "users/me/api-keys/",
]  # fmt: skip
OF_EVENT = [
    "sessions/", "ticket-types/", "custom-fields/", "invitations/", "reminders/", "status-history/",
    "registrations/", "registrations/summary/", "registrations/waitlist/", "registrations/unmatched-attendance/",
    "attendees/", "statistics/", "aggregate-attendance/", "certificates/", "certificates/summary/",
    "registrations/export/", "certificates/export/",
]  # fmt: skip


def main() -> None:
    clock.now = lambda: AT
    found: dict[str, Any] = {}
    users = apps.get_model("accounts", "User").objects.order_by("email")
    for user in users:
        client = APIClient()
        client.force_authenticate(user=user)
        for path in OWN:
            found[f"{user.email} {path}"] = ask(client, path)
        if user.is_organizer:
            record_events(client, user.email, found)
    for path in sorted({row["slug"] for row in ask(APIClient(), "public/events/")["results"]}):
        found[f"public {path}"] = ask(APIClient(), f"public/events/{path}/")
    for number in (
        apps.get_model("certificates", "Certificate").objects.order_by("pk").values_list("certificate_id", flat=True)
    ):
        found[f"verify {number}"] = ask(APIClient(), f"public/certificates/verify/{number}/")
    json.dump(found, sys.stdout, indent=1, sort_keys=True)


def record_events(client: APIClient, email: str, found: dict[str, Any]) -> None:
    templates = ask(client, "templates/")
    found[f"{email} templates/"] = templates
    for event in ask(client, "events/?page_size=100")["results"]:
        for path in ["", *OF_EVENT]:
            found[f"{email} {event['title']} {path}"] = ask(client, f"events/{event['uuid']}/{path}")
        for session in ask(client, f"events/{event['uuid']}/sessions/")["results"]:
            path = f"events/{event['uuid']}/sessions/{session['uuid']}/attendance/"
            found[f"{email} {event['title']} {session['title']} attendance/"] = ask(client, path)
        for row in ask(client, f"events/{event['uuid']}/registrations/?page_size=100")["results"]:
            path = f"events/{event['uuid']}/registrations/{row['uuid']}/"
            found[f"{email} {event['title']} {row['email']}"] = ask(client, path)


def ask(client: APIClient, path: str) -> Any:
    """Return the JSON of an answer (a table's lines), without the signed part of links to files."""
    joint = "&" if "?" in path else "?"
    sized = path if "page_size" in path or "export" in path else f"{path}{joint}page_size=100"
    answer = client.get(f"/api/v1/{sized}", SERVER_NAME="localhost")
    if getattr(answer, "streaming", False):
        return b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    if answer.status_code >= 500:
        raise SystemExit(f"{path} answers {answer.status_code}: {answer.content[:300]!r}")
    return json.loads(SIGNED.sub("/files/signed/", answer.content.decode()))


if __name__ == "__main__":
    main()

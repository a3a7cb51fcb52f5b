"""Steps 6 and 7: certificates, verification, exports and figures."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

from demo.client import equal, wait_for
from demo.loop import cast_of
from demo.setup import Story

# Everybody but the one who never came and the one who came to one session only.
CERTIFIED = 28


def certify(story: Story) -> str:
    """Certificates go out by themselves; one is downloaded to var/demo/."""

    def all_out() -> bool:
        summary = story.ask("GET", f"events/{story.event}/certificates/summary/")
        return bool(summary["issued"] == CERTIFIED and summary["pending"] == 0)

    wait_for(all_out, f"{CERTIFIED} certificates")
    certificate = _one(story)
    wait_for(lambda: _one(story)["pdf_url"], "a PDF")
    pdf = story.server.http.get(_one(story)["pdf_url"]).content
    equal("the PDF's first bytes", pdf[:5], b"%PDF-")
    folder = story.server.data / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{certificate['certificate_id']}.pdf").write_bytes(pdf)
    address = certificate["certificate_data"]["attendee_email"]
    wait_for(lambda: _pdf_mailed(story, address), f"the certificate in a mail to {address}")
    return f"{CERTIFIED} issued by themselves, mailed as PDF; one saved to {folder}"


def verify_and_revoke(story: Story) -> str:
    """Verify as JSON and as a page; revoke, verify again, reissue."""
    certificate = _one(story)
    number = certificate["certificate_id"]
    verified = story.server.ask("GET", f"public/certificates/verify/{number}/")
    equal("valid", (verified["valid"], verified["cpd_credits"]), (True, 2.5))
    page = story.server.ask("GET", f"/verify/{number}/", headers={"Accept": "text/html"})
    equal("the page names the holder", verified["attendee_name"] in page.text, True)
    base = f"events/{story.event}/certificates/"
    reason = {"reason": "The name was misspelt.", "category": "error"}
    story.ask("POST", f"{base}{certificate['uuid']}/revoke/", json=reason)
    revoked = story.server.ask("GET", f"public/certificates/verify/{number}/")
    equal("valid once revoked", revoked["valid"], False)
    place = certificate["registration_uuid"]
    again = story.ask("POST", f"{base}issue/", json={"registration_uuids": [place]})
    equal("reissued", again["issued"], 1)
    new = story.ask("GET", f"{base}{again['certificate_uuids'][0]}/")
    fresh = story.server.ask("GET", f"public/certificates/verify/{new['certificate_id']}/")
    equal("the new one is valid", fresh["valid"], True)
    return f"{number} verified, revoked, refused; {new['certificate_id']} took its place"


def export_and_count(story: Story) -> str:
    """Registrations as CSV and XLSX, the summary and the statistics."""
    path = f"events/{story.event}/registrations/"
    text = story.ask("GET", f"{path}export/", params={"export_format": "csv"}).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    equal("rows in the CSV", len(rows), 45)
    workbook = story.ask("GET", f"{path}export/", params={"export_format": "xlsx"}).content
    equal("rows in the XLSX", _rows_of_workbook(workbook), 46)
    summary = story.ask("GET", f"{path}summary/")
    figures = {name: summary[name] for name in ("total", "confirmed", "waitlisted", "cancelled")}
    equal("the summary", figures, {"total": 45, "confirmed": 30, "waitlisted": 12, "cancelled": 3})
    statistics = story.ask("GET", f"events/{story.event}/statistics/")
    return f"45 rows exported twice; summary {figures}; statistics {_short(statistics)}"


def _one(story: Story) -> dict[str, Any]:
    """Return the certificate of the person who sorts last, who stayed to the end."""
    name = list(cast_of(story))[-1]
    rows = story.server.every(f"events/{story.event}/certificates/", token=story.token)
    place = story.places[name]["uuid"]
    issued = [row for row in rows if row["registration_uuid"] == place and row["status"] == "issued"]
    return dict(story.ask("GET", f"events/{story.event}/certificates/{issued[0]['uuid']}/"))


def _pdf_mailed(story: Story, address: str) -> bool:
    mails = story.server.mails_to(address)
    return any(part.get_content_type() == "application/pdf" for mail in mails for part in mail.iter_attachments())


def _short(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in figures.items() if isinstance(value, (int, float)))


def _rows_of_workbook(content: bytes) -> int:
    """Return how many rows the first sheet has; a workbook is a ZIP of XML files."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").count(b"<row>")

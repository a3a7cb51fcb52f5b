"""Files from people who mean harm, and tables for people who trust them."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Callable

import openpyxl
import pytest
from django.core.files.storage import default_storage
from rest_framework.test import APIClient

from lyceum.accounts.models import User
from lyceum.certificates.models import CertificateTemplate
from lyceum.events.models import Event, EventCustomField
from lyceum.registrations.models import CustomFieldResponse, Registration
from tests.factories.certificates import pdf_bytes, png_bytes, upload
from tests.journeys.tenants import Tenant, client_of, content_of, fill, plant, routes, send

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

FORMULA = '=HYPERLINK("http://evil.example";"x")'
RUN_BY_SPREADSHEETS = ("=", "+", "-", "@", "\t", "\r")
EXPORTS = [path for _, path, _ in routes("GET") if path.endswith("/export/")]


def zip_bomb() -> bytes:
    """200 MB of nothing in 200 kB."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("template.pdf", b"\x00" * 200_000_000)
    return output.getvalue()


def huge_png() -> bytes:
    """A picture of 50,000 × 50,000: 7.5 GB once it is unpacked."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = (50_000).to_bytes(4, "big")
    rows = zlib.compress(b"\x00" * 1_000_000, 9)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + size + b"\x08\x02\x00\x00\x00")
    return head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zipped_png() -> bytes:
    """A picture whose text chunk unpacks into 100 MB."""
    packed = b"Comment\x00\x00" + zlib.compress(b"x" * 100_000_000, 9)
    text = len(packed).to_bytes(4, "big") + b"zTXt" + packed + zlib.crc32(b"zTXt" + packed).to_bytes(4, "big")
    picture = png_bytes(400, 300)
    return picture[:33] + text + picture[33:]


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(document.cookie)</script></svg>'
HARMFUL: dict[str, Callable[[], bytes]] = {
    "a ZIP bomb": zip_bomb,
    "a ZIP bomb behind a PDF's first line": lambda: b"%PDF-1.7\n" + zip_bomb(),
    "an SVG with a script": lambda: SVG,
    "an SVG behind a byte order mark": lambda: b"\xef\xbb\xbf \n" + SVG,
    "a picture of 50,000 × 50,000": huge_png,
    "a PDF of 10,000 pages": lambda: pdf_bytes(pages=10_000),
    "a page with a script": lambda: b"<!doctype html><script>alert(1)</script>",
}


def stored() -> set[str]:
    """Return the name of every file that is kept."""
    found, folders = set(), [""]
    while folders:
        folder = folders.pop()
        try:
            inner, files = default_storage.listdir(folder)
        except FileNotFoundError:
            continue
        found |= {f"{folder}/{name}" for name in files}
        folders += [f"{folder}/{name}".lstrip("/") for name in inner]
    return found


def doors(event: Event) -> list[tuple[str, str, str, dict[str, str]]]:
    """Return every place that takes a file: method, address, field, and what else it wants."""
    return [
        ("post", "/api/v1/templates/", "template_file", {"name": "X"}),
        ("post", "/api/v1/templates/", "signature_image", {"name": "X", "design": "modern"}),
        ("post", f"/api/v1/events/{event.pk}/upload-image/", "image", {}),
        ("patch", "/api/v1/users/profile/", "avatar", {}),
    ]


def test_every_door_takes_a_good_picture() -> None:
    tenant = Tenant()
    for method, address, field, more in doors(Event.objects.get(owner=tenant.owner, status="published")):
        before, good = stored(), upload(png_bytes(400, 300))
        answer = getattr(tenant.client, method)(address, {**more, field: good}, format="multipart")
        assert answer.status_code in (200, 201), (address, answer.content[:200])
        assert len(stored() - before) >= 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", HARMFUL)
@pytest.mark.parametrize("name", ["background.pdf", "background.png"])
def test_no_harmful_file_is_taken_anywhere(kind: str, name: str) -> None:
    tenant, content = Tenant(), HARMFUL[kind]()
    event = Event.objects.get(owner=tenant.owner, status="published")
    before = stored(), CertificateTemplate.objects.count()
    for method, address, field, more in doors(event):
        answer = getattr(tenant.client, method)(address, {**more, field: upload(content, name)}, format="multipart")
        assert answer.status_code == 422, (address, answer.content[:200])
        assert list(answer.json()["error"]["details"]) == [field]
    assert (stored(), CertificateTemplate.objects.count()) == before
    assert not User.objects.exclude(avatar_key="").filter(pk=tenant.owner.pk).exists()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("path", EXPORTS)
def test_no_export_carries_a_formula(path: str, kind: str) -> None:
    tenant = Tenant()
    for place in Registration.objects.all():
        question = EventCustomField.objects.create(event=place.event, label=FORMULA, field_type="text")
        CustomFieldResponse.objects.create(registration=place, field=question, value=FORMULA)
    plant(FORMULA)
    client = client_of(User.objects.get(pk=tenant.owner.pk))
    answer = send(client, "GET", path, fill(path, tenant.parameters(path)) + f"?export_format={kind}")
    assert answer.status_code == 200, content_of(answer)[:300]
    cells = cells_of(answer.content_read, kind)
    assert [cell for cell in cells if cell.lstrip().startswith(RUN_BY_SPREADSHEETS)] == []
    # They are there, and said to be text.
    assert [cell for cell in cells if cell.startswith(f"'{FORMULA}")] != []


def cells_of(content: bytes, kind: str) -> list[str]:
    if kind == "csv":
        return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    return [cell.value for cell in cells if cell.data_type == "s" and cell.value is not None]


def test_every_export_is_tried() -> None:
    assert EXPORTS == [
        "/api/v1/events/{event_uuid}/registrations/export/",
        "/api/v1/events/export/",
        "/api/v1/events/{event_uuid}/certificates/export/",
    ]


def test_a_picture_that_hides_a_hundred_megabytes_is_taken_without_them() -> None:
    tenant = Tenant()
    answer = tenant.client.patch("/api/v1/users/profile/", {"avatar": upload(zipped_png())}, format="multipart")
    assert answer.status_code in (200, 422)
    assert APIClient().get("/healthz/").status_code == 200

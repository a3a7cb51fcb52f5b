"""Bad days at the certificate routes: sizes, strange strings, every identifier wrong."""

import json
import zlib
from typing import Any

import pytest

from lyceum.certificates.models import Certificate, CertificateTemplate
from tests.factories.accounts import OrganizerFactory
from tests.factories.certificates import make_event, make_registration, make_template, pdf_bytes, png_bytes, upload

pytestmark = pytest.mark.django_db
URL = "/api/v1/templates/"
STRANGE = {
    "nul": "a\x00b",
    "emoji": "🎓" * 10,
    "right-to-left marks": "\u202eabc\u200f",
    "a megabyte": "x" * 1_000_000,
    "markup": "<script>alert(1)</script>",
    "code": '#read("/etc/passwd") $x$ \\u{0}',
    "lone surrogate": "\ud800",
}


@pytest.fixture
def client(api_as: Any) -> Any:
    return api_as(OrganizerFactory())


@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("field", ["name", "description", "default_font", "default_color"])
def test_strange_strings_in_templates(client: Any, kind: str, field: str) -> None:
    body = {"name": "X", "design": "minimal"} | {field: STRANGE[kind]}
    answer = client.post(URL, json.dumps(body), content_type="application/json")
    assert answer.status_code in (201, 400, 422), answer.content[:300]
    assert CertificateTemplate.objects.count() == (answer.status_code == 201)


@pytest.mark.parametrize("kind", STRANGE)
@pytest.mark.parametrize("field", ["attendee_name", "event_title", "organizer_name", "cpd_credits", "cpd_type"])
def test_strange_strings_in_previews(client: Any, kind: str, field: str) -> None:
    made = client.post(URL, {"name": "X", "design": "minimal"}).json()
    body = json.dumps({field: STRANGE[kind]})
    answer = client.post(f"{URL}{made['uuid']}/preview/", body, content_type="application/json")
    assert answer.status_code in (200, 400, 422), answer.content[:300]


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_strings_in_positions(client: Any, kind: str) -> None:
    for positions in ({STRANGE[kind]: {"x": 1, "y": 1}}, {"text": {"x": 1, "y": 1, "text": STRANGE[kind]}}):
        body = json.dumps({"name": "X", "design": "minimal", "field_positions": positions})
        assert client.post(URL, body, content_type="application/json").status_code in (201, 400, 422)


@pytest.mark.parametrize("kind", STRANGE)
def test_strange_names_are_printed_or_refused(api_as: Any, kind: str, drain: Any) -> None:
    if kind in ("nul", "lone surrogate"):
        pytest.skip("no database keeps these; registering refuses them")
    event = make_event(title=STRANGE[kind][:200])
    make_registration(event, full_name=STRANGE[kind][:255])
    answer = api_as(event.owner).post(f"/api/v1/events/{event.pk}/certificates/issue/", {})
    assert answer.status_code == 200
    drain()
    states = set(Certificate.objects.values_list("pdf_state", flat=True))
    assert states == (set() if answer.json()["refused"] else {"ready"})


def test_a_file_may_have_ten_megabytes_and_no_more(client: Any) -> None:
    # A comment behind the end of a PDF changes its size and nothing else.
    for size, status in ((9_900_000, 201), (10 * 1024 * 1024 + 1, 422)):
        content = pdf_bytes()
        content += b"\n%" + b"x" * (size - len(content) - 2)
        answer = client.post(URL, {"name": "Large", "template_file": upload(content, "a.pdf")}, format="multipart")
        assert answer.status_code == status, answer.content[:300]


def test_a_picture_of_fifty_thousand_square(client: Any) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = (50_000).to_bytes(4, "big")
    rows = zlib.compress(b"\x00" * 1_000_000, 9)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + size + b"\x08\x02\x00\x00\x00") + chunk(b"IDAT", rows)
    answer = client.post(URL, {"name": "X", "template_file": upload(bomb + chunk(b"IEND", b""))}, format="multipart")
    assert answer.status_code == 422
    assert "pixels" in answer.json()["error"]["details"]["template_file"][0]


def test_a_pdf_of_ten_thousand_pages(client: Any) -> None:
    answer = client.post(
        URL, {"name": "X", "template_file": upload(pdf_bytes(pages=10_000), "a.pdf")}, format="multipart"
    )
    assert answer.status_code == 422
    assert "10000 pages" in answer.json()["error"]["details"]["template_file"][0]


def test_a_pdf_that_unpacks_without_end(client: Any) -> None:
    # 200 MB of drawing commands in 200 kB: the worker's time and memory are limited, ours isn't touched.
    commands = zlib.compress(b"0 0 1 1 re f\n" * 16_000_000, 9)
    pdf = pdf_bytes().replace(b"0.9 g 40 40 300 200 re f", b"")
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 4 0 R>>endobj\n"
    stream = b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n" % len(commands) + commands + b"\nendstream endobj\n"
    assert pdf
    answer = client.post(
        URL,
        {"name": "X", "template_file": upload(head + page + stream + b"trailer<</Root 1 0 R>>\n%%EOF", "a.pdf")},
        format="multipart",
    )
    assert answer.status_code == 422, answer.content[:200]
    assert not CertificateTemplate.objects.exists()


def test_tiny_and_flat_pictures_are_refused(client: Any) -> None:
    for width, height, status in ((1, 1, 422), (49, 400, 422), (60, 60, 201), (6000, 50, 422)):
        answer = client.post(URL, {"name": "X", "template_file": upload(png_bytes(width, height))}, format="multipart")
        assert answer.status_code == status, (width, height, answer.content[:300])


def test_the_default_font_size_fits_every_page(client: Any) -> None:
    made = make_template(OrganizerFactory(), template_file=upload(png_bytes(3000, 600)))
    assert 1 <= made.default_font_size <= 600

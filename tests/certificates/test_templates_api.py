"""/templates/ over HTTP: uploads, positions, versions, defaults, tenancy."""

import json
from typing import Any

import pytest

from lyceum.certificates.models import CertificateTemplate, EventCertificateSettings
from lyceum.certificates.services.make_pdfs import render_due_pdfs
from lyceum.core.files import storage
from lyceum.core.models import Fact
from tests.factories.accounts import OrganizerFactory, StaffFactory, UserFactory
from tests.factories.certificates import (
    AT,
    make_certificate,
    make_event,
    make_registration,
    make_template,
    pdf_bytes,
    png_bytes,
    upload,
)

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
URL = "/api/v1/templates/"
POSITIONS = {
    "attendee_name": {"x": 128, "y": 300, "max_width": 800, "font_size": 48, "align": "center", "font": "Helvetica"},
    "event_title": {"x": 128, "y": 400, "font_size": 28, "color": "#223344"},
    "event_date": {"x": 128, "y": 460},
    "cpd_credits": {"x": 128, "y": 500, "suffix": " credits"},
    "qr_code": {"x": 880, "y": 640, "size": 120},
    "signature": {"x": 128, "y": 640, "width": 200},
}


@pytest.fixture
def owner() -> Any:
    return OrganizerFactory()


@pytest.fixture
def client(api_as: Any, owner: Any) -> Any:
    return api_as(owner)


def used(template: CertificateTemplate) -> CertificateTemplate:
    event = make_event(template.owner)
    make_certificate(make_registration(event), template_id=template.pk)
    template.refresh_from_db()
    return template


def test_a_font_size_has_another_name(client: Any) -> None:
    sent = {
        "name": "House",
        "design": "minimal",
        "field_positions": {"attendee_name": {"x": 9, "y": 90, "fontSize": 40}},
    }
    made = client.post(URL, sent, format="json").json()
    path = f"{URL}{made['uuid']}/"

    def change(**options: Any) -> Any:
        place = client.get(path).json()["field_positions"]["attendee_name"]
        return client.patch(path, {"field_positions": {"attendee_name": {**place, **options}}}, format="json")

    assert made["field_positions"] == {"attendee_name": {"x": 9, "y": 90, "font_size": 40}}
    # Beside the one that is stored, the one that differs holds.
    assert change(fontSize=44).json()["field_positions"]["attendee_name"]["font_size"] == 44
    assert change(font_size=46, fontSize=48).status_code == 422
    unknown = change(fontsise=50)
    assert unknown.status_code == 422
    assert "Did you mean `font_size`?" in unknown.json()["error"]["details"]["field_positions"][0]
    assert client.get(path).json()["field_positions"]["attendee_name"]["font_size"] == 44


def test_a_change_that_changes_nothing_makes_no_version(client: Any, owner: Any) -> None:
    template = used(make_template(owner, name="House"))
    path, facts = f"{URL}{template.pk}/", Fact.objects.count()

    answer = client.patch(path, {"name": "House", "is_active": True}, format="json")

    assert (answer.status_code, answer.json()["previous_version"], Fact.objects.count()) == (200, None, facts)


def test_a_design_needs_no_upload(client: Any) -> None:
    answer = client.post(URL, {"name": "House", "design": "minimal"})
    assert answer.status_code == 201
    body = answer.json()
    assert body["uuid"] == body["id"]
    assert (body["version"], body["is_latest_version"], body["is_default"]) == (1, True, False)
    assert (body["width_px"], body["height_px"], body["orientation"]) == (1123, 794, "landscape")
    assert body["template_file_url"] is None
    assert client.get(body["preview_url"].replace("http://testserver", "")).status_code == 200


@pytest.mark.parametrize(("content", "name", "width"), [(png_bytes(), "a.png", 1056), (pdf_bytes(), "a.pdf", 1123)])
def test_an_upload_with_positions(client: Any, content: bytes, name: str, width: int) -> None:
    answer = client.post(
        URL,
        {
            "name": "Uploaded", "template_file": upload(content, name), "field_positions": json.dumps(POSITIONS),
            "signature_image": upload(png_bytes(300, 100), "s.png"), "is_default": "true", "default_font": "Noto Sans",
            "default_font_size": 20, "default_color": "#101010",
        },
        format="multipart",
    )  # fmt: skip
    assert answer.status_code == 201, answer.json()
    body = answer.json()
    assert body["width_px"] == width
    assert body["field_positions"] == POSITIONS
    assert body["is_default"] is True
    assert body["template_file_url"].startswith("http://testserver/files/")  # A46: signed, never the storage's own
    assert "certificates/" not in body["template_file_url"]


def test_positions_are_made_up_for_a_bare_upload(client: Any) -> None:
    answer = client.post(URL, {"name": "Bare", "template_file": upload(png_bytes(300, 1200))}, format="multipart")
    assert answer.status_code == 201, answer.json()
    assert set(answer.json()["field_positions"]) >= {"attendee_name", "event_title", "qr_code"}


@pytest.mark.parametrize(
    ("positions", "says"),
    [
        ({"attendee_name": {"x": 5000, "y": 10}}, "outside"),
        ({"attendee_name": {"x": 10, "y": 816}}, "outside"),
        ({"attendee_name": {"x": -1, "y": 10}}, "outside"),
        ({"attendee_name": {"x": 10, "y": 10, "max_width": 1050}}, "beyond"),
        ({"qr_code": {"x": 1000, "y": 10, "size": 100}}, "beyond"),
        ({"attendee_name": {"x": "10", "y": 10}}, "number"),
        ({"attendee_name": {"x": True, "y": 10}}, "number"),
        ({"attendee_name": {"y": 10}}, "number"),
        ({"attendee_name": []}, "stands"),
        ({"surname": {"x": 1, "y": 1}}, "no such field"),
        ({"a\x00b": {"x": 1, "y": 1}}, "no such field"),
        ({"attendee_name": {"x": 1, "y": 1, "color": "red"}}, "#1A2B3C"),
        ({"attendee_name": {"x": 1, "y": 1, "font": "Comic Sans"}}, "font"),
        ({"attendee_name": {"x": 1, "y": 1, "font_size": 10**9}}, "font_size"),
        ({"attendee_name": {"x": 1, "y": 1, "align": "justify"}}, "align"),
        ({"attendee_name": {"x": 1, "y": 1, "size\x00": 4}}, "known"),
        ({"signature": {"x": 1, "y": 1, "image_url": "https://evil.example/a.png"}}, "signature_image"),
        ({"signature": {"x": 1, "y": 1, "image_url": "file:///etc/passwd"}}, "signature_image"),
        ({"text": {"x": 1, "y": 1, "text": "Well done 😀"}}, "printed"),
        ({f"text_{n}": {"x": 1, "y": 1, "text": "x"} for n in range(41)}, "At most"),
    ],
)
def test_positions_that_cannot_be_are_422(client: Any, positions: Any, says: str) -> None:
    answer = client.post(
        URL,
        {"name": "X", "template_file": upload(png_bytes()), "field_positions": json.dumps(positions)},
        format="multipart",
    )
    assert answer.status_code == 422, answer.json()
    assert says in " ".join(answer.json()["error"]["details"]["field_positions"])
    assert not CertificateTemplate.all_objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"design": "minimal"}, 400, "name"),
        ({"name": "X"}, 400, "template_file"),
        ({"name": "X", "design": "baroque"}, 422, "design"),
        ({"name": "X" * 101, "design": "minimal"}, 422, "name"),
        ({"name": "X\x00", "design": "minimal"}, 422, "name"),
        ({"name": "X", "design": "minimal", "default_color": "blue"}, 422, "default_color"),
        ({"name": "X", "design": "minimal", "default_font": "Wingdings"}, 422, "default_font"),
        ({"name": "X", "design": "minimal", "default_font_size": 0}, 422, "default_font_size"),
        ({"name": "X", "design": "minimal", "default_font_size": 1999}, 422, "default_font_size"),
        ({"name": "X", "design": "minimal", "field_positions": [1]}, 422, "field_positions"),
        ({"name": "X", "design": "minimal", "template_file": "path"}, 422, "template_file"),
        ({"name": "X", "design": "minimal", "description": "x" * 1_000_000}, 422, "description"),
    ],
)
def test_bad_values(client: Any, body: Any, status: int, field: str) -> None:
    answer = client.post(URL, body)
    assert answer.status_code == status, answer.json()
    assert field in answer.json()["error"]["details"]
    assert not CertificateTemplate.all_objects.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04zip",
        b"<svg onload='x'/>",
        b"<svg><script>alert(1)</script></svg>",
        pdf_bytes(pages=2),
        b"\x89PNG\r\n",
    ],
)
def test_hostile_files_are_422_and_leave_nothing(
    client: Any, content: bytes, tmp_path: Any, settings: Any
) -> None:  # A47
    answer = client.post(URL, {"name": "X", "template_file": upload(content)}, format="multipart")
    assert answer.status_code == 422
    assert "template_file" in answer.json()["error"]["details"]
    assert not CertificateTemplate.all_objects.exists()


def test_a_refused_save_leaves_no_file_behind(client: Any, monkeypatch: Any) -> None:  # A47
    kept: list[str] = []
    real = storage.store
    monkeypatch.setattr(storage, "store", lambda *a, **k: kept.append(real(*a, **k)) or kept[-1])
    positions = {"text": {"x": 1, "y": 1, "text": "😀"}}
    client.post(
        URL,
        {"name": "X", "template_file": upload(png_bytes()), "field_positions": json.dumps(positions)},
        format="multipart",
    )
    assert kept
    assert not any(storage.exists(key) for key in kept)


def test_one_default_for_each_owner(client: Any, owner: Any) -> None:  # A48
    first, second = make_template(owner, is_default=True), make_template(owner)
    assert client.post(f"{URL}{second.pk}/set-default/").status_code == 200
    rows = client.get(URL).json()["results"]
    assert [(row["uuid"], row["is_default"]) for row in rows] == [(str(second.pk), True), (str(first.pk), False)]
    third = client.post(URL, {"name": "Third", "design": "classic", "is_default": True}).json()
    assert list(CertificateTemplate.objects.filter(is_default=True).values_list("pk", flat=True)) == [
        CertificateTemplate.objects.get(pk=third["uuid"]).pk
    ]


def test_an_unused_template_is_edited_in_place(client: Any, owner: Any) -> None:
    template = make_template(owner)
    answer = client.patch(f"{URL}{template.pk}/", {"default_color": "#AA0000", "name": "New"})
    assert answer.status_code == 200
    assert answer.json()["uuid"] == str(template.pk)
    assert answer.json()["previous_version"] is None
    assert (answer.json()["version"], answer.json()["default_color"]) == (1, "#aa0000")


@pytest.mark.parametrize(
    "change",
    [
        {"default_color": "#aa0000"},
        {"default_font": "Noto Sans"},
        {"default_font_size": 30},
        {"field_positions": {"attendee_name": {"x": 1, "y": 1}}},
        {"design": "classic"},
    ],
)
def test_a_used_template_gets_a_new_version(client: Any, owner: Any, change: Any) -> None:  # A49
    template = used(make_template(owner, is_default=True))
    event = make_event(owner)
    EventCertificateSettings.objects.create(event=event, template=template)
    answer = client.patch(f"{URL}{template.pk}/", change)
    assert answer.status_code == 200, answer.json()
    body = answer.json()
    assert body["uuid"] != str(template.pk)
    assert body["previous_version"] == str(template.pk)
    assert (body["version"], body["is_latest_version"], body["is_default"]) == (2, True, True)
    assert body["original_template"] == str(template.pk)
    assert body["certificate_count"] == 0
    # Events follow, the old version stays readable, the list shows the latest only.  # A50
    assert str(EventCertificateSettings.objects.get(event=event).template_id) == body["uuid"]
    old = client.get(f"{URL}{template.pk}/").json()
    assert (old["version"], old["is_latest_version"], old["is_default"]) == (1, False, False)
    assert old["default_color"] == ""
    assert [row["uuid"] for row in client.get(URL).json()["results"]] == [body["uuid"]]
    assert [row["version"] for row in client.get(f"{URL}{body['uuid']}/versions/").json()["results"]] == [2, 1]


def test_words_about_a_used_template_change_in_place(client: Any, owner: Any) -> None:
    template = used(make_template(owner))
    answer = client.patch(f"{URL}{template.pk}/", {"name": "Renamed", "description": "d", "default_color": ""})
    assert answer.json()["uuid"] == str(template.pk)
    assert answer.json()["name"] == "Renamed"


def test_versions_are_counted_over_the_family(client: Any, owner: Any) -> None:  # A63
    first = used(make_template(owner))
    second = client.patch(f"{URL}{first.pk}/", {"default_color": "#111111"}).json()
    used(CertificateTemplate.objects.get(pk=second["uuid"]))
    third = client.patch(f"{URL}{first.pk}/", {"default_color": "#222222"}).json()
    assert (third["version"], third["is_latest_version"]) == (3, True)
    assert CertificateTemplate.objects.filter(is_latest_version=True).count() == 1


def test_issued_pdfs_keep_their_look(client: Any, owner: Any) -> None:
    template = make_template(owner)
    event = make_event(owner)
    certificate = make_certificate(make_registration(event), template_id=template.pk)
    client.patch(f"{URL}{template.pk}/", {"default_color": "#ff0000"})
    assert render_due_pdfs(AT) == 1
    certificate.refresh_from_db()
    assert certificate.template_id == template.pk
    template.refresh_from_db()
    assert template.default_color == ""


def test_deleting(client: Any, owner: Any, api_as: Any) -> None:
    template = make_template(owner, is_default=True)
    event = make_event(owner)
    EventCertificateSettings.objects.create(event=event, template=template)
    assert client.delete(f"{URL}{template.pk}/").status_code == 204
    assert client.get(f"{URL}{template.pk}/").status_code == 404
    assert client.get(URL).json()["count"] == 0
    assert EventCertificateSettings.objects.get(event=event).template_id is None
    assert client.get(f"{URL}?include_deleted=true").json()["count"] == 1
    staff = api_as(StaffFactory())
    assert staff.get(f"{URL}?include_deleted=true").json()["count"] == 0
    assert staff.post(f"{URL}{template.pk}/restore/").status_code == 404
    assert client.post(f"{URL}{template.pk}/restore/").status_code == 200
    assert client.get(URL).json()["count"] == 1


def test_a_used_template_stays(client: Any, owner: Any) -> None:
    template = used(make_template(owner))
    answer = client.delete(f"{URL}{template.pk}/")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "TEMPLATE_IN_USE")
    assert client.get(f"{URL}{template.pk}/").status_code == 200


def test_deleting_the_newest_version_brings_the_older_back(client: Any, owner: Any) -> None:
    first = used(make_template(owner))
    second = client.patch(f"{URL}{first.pk}/", {"default_color": "#111111"}).json()
    assert client.delete(f"{URL}{second['uuid']}/").status_code == 204
    assert [row["uuid"] for row in client.get(URL).json()["results"]] == [str(first.pk)]


def test_a_duplicate_starts_again(client: Any, owner: Any) -> None:
    first = used(make_template(owner, template_file=upload(png_bytes())))
    copy = client.post(f"{URL}{first.pk}/duplicate/")
    assert copy.status_code == 201
    assert (copy.json()["version"], copy.json()["name"], copy.json()["certificate_count"]) == (
        1,
        "Copy of Our certificate",
        0,
    )
    assert copy.json()["original_template"] is None


def test_previews(client: Any, owner: Any) -> None:
    template = make_template(owner)
    link = client.get(f"{URL}{template.pk}/preview/").json()["preview_url"]
    seen = client.get(link.replace("http://testserver", ""))
    assert (seen.status_code, seen["Content-Type"]) == (200, "image/png")
    answer = client.post(f"{URL}{template.pk}/preview/", {"attendee_name": "محمد عبد الله"})
    assert answer.status_code == 200
    assert answer.json()["preview_url"] != link
    bad = client.post(f"{URL}{template.pk}/preview/", {"attendee_name": "李小龍"})
    assert bad.status_code == 422
    assert "李" in bad.json()["error"]["details"]["attendee_name"][0]


def paths(pk: Any) -> list[tuple[str, str]]:
    one = f"{URL}{pk}/"
    return [
        ("get", one), ("patch", one), ("delete", one), ("post", f"{one}set-default/"), ("get", f"{one}versions/"),
        ("get", f"{one}preview/"), ("post", f"{one}preview/"), ("post", f"{one}duplicate/"), ("post", f"{one}restore/"),
    ]  # fmt: skip


def test_strangers_find_nothing(api: Any, api_as: Any, owner: Any) -> None:
    template = make_template(owner)
    for method, path in [*paths(template.pk), ("get", URL), ("post", URL)]:
        assert getattr(api, method)(path).status_code == 401, path
        assert getattr(api_as(UserFactory()), method)(path).status_code == 403, path
    stranger = api_as(OrganizerFactory())
    for method, path in paths(template.pk):
        assert getattr(stranger, method)(path).status_code == 404, path
    assert stranger.get(URL).json()["count"] == 0
    assert stranger.get(f"{URL}?include_deleted=1").json()["count"] == 0
    assert api_as(StaffFactory()).get(f"{URL}{template.pk}/").status_code == 200
    template.refresh_from_db()
    assert template.deleted_at is None


@pytest.mark.parametrize("wrong", ["not-a-uuid", "00000000-0000-0000-0000-000000000000", "1", "%00"])
def test_wrong_ids_are_404(client: Any, wrong: str) -> None:
    for method, path in paths(wrong):
        assert getattr(client, method)(path).status_code == 404, path


def test_search_and_ordering(client: Any, owner: Any) -> None:
    for name in ("Beta", "Alpha"):
        make_template(owner, name=name)
    assert [row["name"] for row in client.get(f"{URL}?ordering=name").json()["results"]] == ["Alpha", "Beta"]
    assert [row["name"] for row in client.get(f"{URL}?search=alp").json()["results"]] == ["Alpha"]
    assert client.get(f"{URL}?ordering=secret").status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(
    client: Any, owner: Any, count: int, django_assert_num_queries: Any
) -> None:  # A45
    for _ in range(count):
        make_template(owner)
    with django_assert_num_queries(2):
        assert client.get(URL).json()["count"] == count

"""The register's answer about a certificate."""

import pytest
from django.test import Client

from lyceum.core.clock import now
from tests.pages import scenes

pytestmark = pytest.mark.django_db


def test_the_form_leads_to_an_address_of_its_own(client: Client) -> None:
    proof = scenes.certificate(scenes.registration(scenes.event()))
    typed = proof.certificate_id.lower().replace("-", " ")
    answer = client.get("/verify/", {"certificate_id": typed})
    assert (answer.status_code, answer["Location"]) == (302, f"/verify/{proof.certificate_id}/")


@pytest.mark.parametrize("typed", ["", "nonsense", "x" * 500, "\x00", "🎓"])
def test_what_cannot_be_a_number_is_told_beside_the_field(client: Client, typed: str) -> None:
    answer = client.get("/verify/", {"certificate_id": typed})
    assert answer.status_code == 422
    assert "id_certificate_id_error" in answer.text


def test_a_valid_certificate_shows_what_was_earned(client: Client) -> None:
    proof = scenes.certificate(scenes.registration(scenes.event()))
    answer = client.get(f"/verify/{proof.certificate_id}/")
    assert answer.status_code == 200
    for words in ("This certificate is valid", "Ada Byron", "Reading the ECG", "2.5 CME credits", proof.certificate_id):
        assert words in answer.text
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    proof.refresh_from_db()
    assert proof.view_count == 1


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("*/*", "text/html"),
        ("", "text/html"),
        ("nonsense", "text/html"),
    ],
)
def test_programs_are_answered_in_json_and_people_with_a_page(client: Client, accept: str, kind: str) -> None:
    proof = scenes.certificate(scenes.registration(scenes.event()))
    answer = client.get(f"/verify/{proof.certificate_id}/", follow=True, headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, kind)
    unknown = client.get("/verify/AAAA-\u0000BBBB/", follow=True, headers={"accept": accept})
    assert (unknown.status_code, unknown["Content-Type"].partition(";")[0]) == (404, kind)


def test_without_consent_only_the_validity_shows(client: Client) -> None:
    proof = scenes.certificate(scenes.registration(scenes.event(), allow_public_verification=False))
    text = client.get(f"/verify/{proof.certificate_id}/").text
    assert "This certificate is valid" in text
    assert "Ada Byron" not in text
    assert "Reading the ECG" not in text


def test_a_revoked_one_says_why_and_names_nobody(client: Client) -> None:
    proof = scenes.certificate(
        scenes.registration(scenes.event()),
        status="revoked", revoked_at=now(), revocation_category="error", revocation_reason="Mistyped: Ada lied",
    )  # fmt: skip
    answer = client.get(f"/verify/{proof.certificate_id}/")
    assert "no longer valid" in answer.text
    assert "because it was issued in error" in answer.text
    assert "Ada" not in answer.text


@pytest.mark.parametrize("number", ["00000-00000-00000-00000", "nonsense", "x" * 300, "%00", "🎓", "%3Cscript%3E"])
def test_unknown_numbers_are_404_and_say_so(client: Client, number: str) -> None:
    answer = client.get(f"/verify/{number}/")
    assert answer.status_code == 404
    assert "Not found" in answer.text
    assert "<script" not in answer.text

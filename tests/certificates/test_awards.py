"""Awards: what a certificate stands for, whichever way it was earned."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from lyceum.certificates.models import Award, Certificate
from lyceum.certificates.services.issue import issue_certificates
from lyceum.certificates.services.issue_for_awards import issue_for_awards
from lyceum.certificates.services.link_to_account import link_forgotten_awards
from lyceum.certificates.services.revoke import revoke_certificate
from lyceum.core.actors import Actor
from lyceum.core.errors import NotFound
from lyceum.core.files import storage
from lyceum.core.personal_data import erase_person, export_person
from lyceum.events.models import EventSession
from lyceum.registrations.models import Registration
from tests.certificates.drawn import text_of
from tests.factories.accounts import StaffFactory, UnverifiedUserFactory, UserFactory
from tests.factories.certificates import AT, make_certificate, make_event, make_registration, make_registrations
from tests.mailbox import text_of as mail_text_of

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
VERIFY = "/api/v1/public/certificates/verify/"
MINE = "/api/v1/users/me/certificates/"
# Of one batch, however many it holds; one of them asks whether the event's end has settled.
STATEMENTS = 18
COURSE = UUID("0190c0de-0000-7000-8000-000000000001")


@pytest.fixture
def holder() -> Any:
    return UserFactory(first_name="Grace", last_name="Hopper", email="grace@example.org")


@pytest.fixture
def row(holder: Any) -> Certificate:
    """A certificate that no registration and no event has to do with."""
    award = Award(
        kind="course", source_id=COURSE, person=holder, person_name="Grace Hopper", person_email=holder.email,
        subject_kind="course", subject_id=COURSE, subject_title="Compilers from Scratch", earned_on=date(2026, 3, 14),
        credits=Decimal("4.00"), credit_type="CPD", hours=Decimal("6.50"), skill_tags=["compilers"],
        wording={"organizer_name": "City Academy"},
    )  # fmt: skip
    with transaction.atomic():
        return issue_for_awards(
            awards=[award], template_id=None, notify=True, job_id=None, actor=Actor.system(), at=AT
        )[0]


def test_attending_earns_an_award(holder: Any) -> None:
    event = make_event()
    registration = make_registration(event, user=holder, email=holder.email, full_name="Grace B. Hopper")
    row = make_certificate(registration)
    award = Award.objects.get()
    assert row.award_id == award.pk
    assert (award.kind, award.source_id, award.person_id) == ("attendance", registration.pk, holder.pk)
    assert (award.person_name, award.person_email) == ("Grace B. Hopper", "grace@example.org")
    assert (award.subject_kind, award.subject_id, award.subject_title) == ("event", event.pk, event.title)
    assert (award.earned_on, award.credits, award.credit_type) == (date(2026, 3, 14), Decimal("2.50"), "CME")
    assert (award.hours, award.skill_tags) == (Decimal("1.50"), ["ethics"])
    assert award.wording["organizer_name"] == row.certificate_data["organizer_name"] == "City Academy"
    assert (row.registration_id, row.event_id) == (registration.pk, event.pk)


def test_a_reissue_stands_on_the_same_award_corrected(api_as: Any) -> None:  # A58
    event = make_event()
    registration = make_registration(event)
    first = make_certificate(registration)
    revoke_certificate(
        certificate_id=first.pk, event_id=event.pk, actor=Actor.of(event.owner), at=AT, reason="x", category="error"
    )
    event.cpd_credit_value = Decimal("1.00")
    event.save(update_fields=["cpd_credit_value"])
    second = make_certificate(registration)
    award = Award.objects.get()
    assert (first.award_id, second.award_id) == (award.pk, award.pk)
    assert (award.credits, second.cpd_credits) == (Decimal("1.00"), Decimal("1.00"))
    # What was printed before stays as it was.
    first.refresh_from_db()
    assert (first.cpd_credits, first.certificate_data["cpd_credits"]) == (Decimal("2.50"), "2.5")


def test_an_award_has_one_certificate_that_stands(row: Certificate) -> None:  # A55
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.create(award=row.award, event_date=row.event_date, issued_at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.create(
            kind="course", source_id=COURSE, subject_kind="course", subject_id=COURSE, subject_title="Again",
            earned_on=row.event_date,
        )  # fmt: skip
    assert Certificate.objects.count() == Award.objects.count() == 1


@pytest.mark.parametrize("count", [2, 20])
def test_awards_are_written_in_few_statements(count: int, django_assert_num_queries: Any) -> None:
    event = make_event()
    ids = [one.pk for one in make_registrations(event, count)]
    with django_assert_num_queries(STATEMENTS):
        issue_certificates(event_id=event.pk, actor=Actor.of(event.owner), at=AT, registration_ids=ids)
    assert Award.objects.count() == count


# Without a registration and an event


def test_the_register_knows_it_and_keeps_it_private(api: Any, client: Any, row: Certificate) -> None:  # A59
    assert api.get(f"{VERIFY}{row.certificate_id}/").json() == {
        "valid": True, "certificate_id": row.certificate_id, "status": "issued", "details_private": True,
    }  # fmt: skip
    page = client.get(f"/verify/{row.certificate_id}/", headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "This certificate is valid" in page.content.decode()
    assert "Grace" not in page.content.decode()


def test_its_holder_has_it_mailed_listed_and_downloads_it(
    api_as: Any, row: Certificate, holder: Any, drain: Any
) -> None:
    drain()
    client = api_as(holder)
    (listed,) = client.get(MINE).json()["results"]
    assert (listed["registration_uuid"], listed["event_uuid"], listed["event"]) == (None, None, None)
    assert (listed["attendee_name"], listed["event_title"]) == ("Grace Hopper", "Compilers from Scratch")
    assert (listed["cpd_credits"], listed["hours_completed"], listed["event_date"]) == (4.0, 6.5, "2026-03-14")
    assert client.get(MINE + "?search=compilers").json()["count"] == 1
    assert client.get("/api/v1/auth/me/").json()["profile"]["certificates_earned"] == 1
    link = client.get(f"{MINE}{row.pk}/download/").json()["download_url"]
    assert b"".join(client.get(link.replace("http://testserver", "")).streaming_content).startswith(b"%PDF-")
    row.refresh_from_db()
    printed = text_of(storage.read(row.pdf_key))
    assert "Grace Hopper" in printed
    assert "Compilers from Scratch" in printed
    (message,) = mail.outbox
    assert "grace@example.org" in message.to[0]
    assert row.certificate_id in mail_text_of(message)


def test_staff_revokes_it_and_strangers_cannot(row: Certificate, api: Any, drain: Any) -> None:
    drain()
    mail.outbox.clear()
    for stranger in (UserFactory(), make_event().owner):
        with pytest.raises(NotFound):
            revoke_certificate(
                certificate_id=row.pk, actor=Actor.of(stranger), at=AT, reason="Never mine.", category="other"
            )
    row.refresh_from_db()
    assert row.status == "issued"
    revoke_certificate(certificate_id=row.pk, actor=Actor.of(StaffFactory()), at=AT, reason="Copied.", category="other")
    drain()
    assert api.get(f"{VERIFY}{row.certificate_id}/").json()["status"] == "revoked"
    (message,) = mail.outbox
    assert "Copied." in mail_text_of(message)


def test_it_is_exported_and_outlives_the_account(row: Certificate, holder: Any, api: Any, drain: Any) -> None:
    held = dict(export_person(holder.person))
    assert held["certificates.json"][0]["certificate_id"] == row.certificate_id
    assert held["awards.json"][0]["subject_title"] == "Compilers from Scratch"
    erase_person(holder.person, at=AT)
    row.refresh_from_db()
    assert row.certificate_data["attendee_name"] == "Grace Hopper"
    assert row.certificate_data["attendee_email"] == ""
    award = Award.objects.get()
    assert (award.person_id, award.person_name, award.person_email) == (None, "", "")
    assert (award.credits, award.wording) == (Decimal("4.00"), {"organizer_name": "City Academy"})
    assert api.get(f"{VERIFY}{row.certificate_id}/").json()["valid"] is True
    # Nobody is left to write to.
    revoke_certificate(certificate_id=row.pk, actor=Actor.system(), at=AT, reason="Copied.", category="other")
    mail.outbox.clear()
    drain()
    assert mail.outbox == []


def test_erasing_takes_answers_and_titles_off_the_award(holder: Any) -> None:
    registration = make_registration(
        make_event(), user=holder, email=holder.email, professional_title="Admiral", organization_name="US Navy"
    )
    make_certificate(registration)
    assert Award.objects.get().wording["attendee_title"] == "Admiral"
    erase_person(holder.person, at=AT)
    assert {"attendee_title", "attendee_organization", "custom_fields"} & Award.objects.get().wording.keys() == set()


# Linking


def test_verifying_an_address_links_what_it_earned(api: Any, api_as: Any, drain: Any) -> None:
    person = UnverifiedUserFactory(email="guest@example.org")
    make_certificate(make_registration(make_event(), email="guest@example.org"))
    make_certificate(make_registration(make_event(), email="other@example.org"))
    drain()
    assert api_as(person).get(MINE).json()["count"] == 0
    assert link_forgotten_awards() == 0
    person.email_verified_at = AT
    person.save(update_fields=["email_verified_at"])
    assert link_forgotten_awards() == 1
    assert link_forgotten_awards() == 0
    assert api_as(person).get(MINE).json()["count"] == 1
    assert Award.objects.get(person_email="other@example.org").person_id is None


# Names


def test_nobodys_address_is_printed_as_a_name(api_as: Any, drain: Any) -> None:
    event = make_event()
    nameless = make_registration(event, full_name="", email="nameless@example.org")
    named = make_registration(event)
    answer = api_as(event.owner).post(f"/api/v1/events/{event.pk}/certificates/issue/", {})
    assert answer.json()["issued"] == 1
    assert answer.json()["refused"] == [
        {
            "registration_uuid": str(nameless.pk),
            "code": "NAME_MISSING",
            "reason": "We don't know this person's name. We have asked them for it; please issue again then.",
        }
    ]
    assert Certificate.objects.get().registration_id == named.pk
    nameless.refresh_from_db()
    assert nameless.certificate_issued is False
    # They are asked once, however often the organizer tries.
    api_as(event.owner).post(f"/api/v1/events/{event.pk}/certificates/issue/", {})
    drain()
    asked = [message for message in mail.outbox if "nameless@example.org" in message.to[0]]
    assert len(asked) == 1
    assert asked[0].subject == "Your name for your certificate: Clinical Ethics in Practice"
    assert "/r/" in mail_text_of(asked[0])


def test_an_organizer_without_a_name_signs_without_their_address(holder: Any) -> None:
    event = make_event(UserFactory(first_name="", last_name="", is_organizer=True))
    row = make_certificate(make_registration(event))
    assert row.organizer_name == "An organizer"


def link_in(message: Any) -> str:
    text = mail_text_of(message)
    start = text.index("/r/")
    return text[start : text.index("?", start)]


@pytest.mark.parametrize("automatic", [True, False])
def test_the_page_takes_the_name(client: Any, drain: Any, automatic: bool) -> None:
    event = make_event(auto_issue_certificates=automatic)
    EventSession.objects.update(settled_at=AT)
    nameless = make_registration(
        event,
        full_name="",
        email="nameless@example.org",
        attendance__override=True,
        attendance__override_reason="Seen.",
    )
    with pytest.raises(IndexError):
        make_certificate(nameless)
    drain()
    page = link_in(mail.outbox[-1])
    assert f"{page}name/" in client.get(page).content.decode()
    assert client.get(f"{page}name/").status_code == 200
    assert client.post(f"{page}name/", {"full_name": " "}).status_code == 422
    nameless.refresh_from_db()
    assert nameless.full_name == ""
    assert client.post(f"{page}name/", {"full_name": "Ada Lovelace"})["Location"] == page
    # A second name changes nothing.
    client.post(f"{page}name/", {"full_name": "Somebody Else"})
    nameless.refresh_from_db()
    assert nameless.full_name == "Ada Lovelace"
    drain()
    assert [one.attendee_name for one in Certificate.objects.all()] == (["Ada Lovelace"] if automatic else [])


def test_a_stranger_names_nobody(client: Any) -> None:
    nameless = make_registration(make_event(), full_name="")
    for key in ("x", "A" * 43, str(nameless.pk)):
        assert client.post(f"/r/{key}/name/", {"full_name": "Ada Lovelace"}).status_code == 404
    nameless.refresh_from_db()
    assert nameless.full_name == ""


def test_the_mail_is_not_sent_when_the_name_is_there(drain: Any) -> None:
    nameless = make_registration(make_event(), full_name="")
    with pytest.raises(IndexError):
        make_certificate(nameless)
    Registration.objects.filter(pk=nameless.pk).update(full_name="Ada Lovelace")
    drain()
    assert mail.outbox == []


def test_dates_are_those_of_what_was_earned(row: Certificate) -> None:  # A61
    assert datetime.fromisoformat(row.certificate_data["issued_datetime"]) == AT
    assert row.certificate_data["issued_date"] == "2026-03-20"

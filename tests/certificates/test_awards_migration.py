"""The migration that gives every certificate its award, from the state before, with rows in it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lyceum.certificates.models import Award, Certificate
from lyceum.certificates.rules.certificate_ids import new_certificate_id
from lyceum.core.ids import new_id
from tests.factories.accounts import UserFactory
from tests.factories.certificates import AT, make_event, make_registration

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
BEFORE = ("certificates", "0001_initial")


def migrate_to(node: tuple[str, str]) -> Any:
    """Bring certificates to this state, and return the models of it."""
    executor = MigrationExecutor(connection)
    leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] != "certificates"]
    executor.migrate([node])
    return MigrationExecutor(connection).loader.project_state([*leaves, node]).apps


@pytest.fixture
def before() -> Iterator[Any]:
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield lambda: migrate_to(BEFORE)
    # Of every app: going back takes along what others have built upon these tables.
    MigrationExecutor(connection).migrate(newest)


def issue_before(apps: Any, registration: Any, **fields: Any) -> Any:
    """A certificate as the release before wrote it."""
    data = {
        "attendee_name": registration.full_name, "attendee_email": registration.email, "attendee_title": "Dr",
        "event_title": "As it was called", "event_datetime": "2026-03-14T23:30:00-04:00", "organizer_name": "Academy",
        "event_timezone": "America/New_York", "custom_fields": [{"label": "Licence", "value": "1"}],
        "cpd_credits": "2.5",
    }  # fmt: skip
    return apps.get_model("certificates", "Certificate").objects.create(
        id=new_id(), certificate_id=new_certificate_id(), registration_id=registration.pk,
        event_id=registration.event_id, event_date="2026-03-14", cpd_type="CME",
        hours_completed=Decimal("1.50"), skill_tags=["ethics"],
        **{"status": "issued", "issued_at": AT, "certificate_data": data, "cpd_credits": Decimal("2.50")} | fields,
    )  # fmt: skip


def test_every_certificate_gets_its_award_and_nothing_is_lost(before: Any) -> None:
    person = UserFactory()
    account = make_registration(make_event(), user=person, email=person.email, full_name="Grace Hopper")
    guest = make_registration(make_event(), email="guest@example.org", full_name="Ada Lovelace")
    erased = make_registration(make_event(), full_name="Deleted User")
    type(erased).objects.filter(pk=erased.pk).update(email=f"deleted-{erased.pk}@deleted.invalid")
    erased.refresh_from_db()
    apps = before()
    revoked = {"status": "revoked", "revoked_at": AT, "revocation_category": "error"}
    first = issue_before(apps, account, cpd_credits=Decimal("9.00"), **revoked)
    second = issue_before(apps, account)
    bare = issue_before(apps, guest, certificate_data={}, deleted_at=AT)
    forgotten = issue_before(apps, erased)

    executor = MigrationExecutor(connection)
    executor.migrate([leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == "certificates"])

    assert Award.objects.count() == 3
    award_of = dict(Certificate.all_objects.values_list("pk", "award_id"))
    assert set(award_of) == {first.pk, second.pk, bare.pk, forgotten.pk}
    assert award_of[first.pk] == award_of[second.pk]
    award = Award.objects.get(source_id=account.pk)
    assert (award.pk, award.kind, award.person_id) == (award_of[second.pk], "attendance", person.pk)
    assert (award.person_name, award.person_email) == ("Grace Hopper", person.email)
    assert (award.subject_kind, award.subject_id) == ("event", account.event_id)
    assert (award.subject_title, award.earned_on.isoformat()) == ("As it was called", "2026-03-14")
    assert (award.credits, award.credit_type, award.hours) == (Decimal("2.50"), "CME", Decimal("1.50"))
    assert (award.skill_tags, award.wording["organizer_name"]) == (["ethics"], "Academy")
    assert award.wording["custom_fields"] == [{"label": "Licence", "value": "1"}]
    assert "cpd_credits" not in award.wording
    # A snapshot without its words falls back to the rows.
    of_guest = Award.objects.get(source_id=guest.pk)
    assert (of_guest.person_name, of_guest.person_email) == ("Ada Lovelace", "guest@example.org")
    assert of_guest.subject_title == guest.event.title
    # Somebody whose account was deleted is not written down anew; the printed words stay.
    of_erased = Award.objects.get(source_id=erased.pk)
    assert (of_erased.person_name, of_erased.person_email) == ("", "")
    assert "attendee_title" not in of_erased.wording
    assert Certificate.objects.get(pk=forgotten.pk).certificate_data["attendee_title"] == "Dr"

"""A correction takes away what a certificate stands on: it stands all the same, and its organizer hears of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from lyceum.certificates.models import Certificate
from lyceum.core import clock
from lyceum.core.work.due_work import drain
from lyceum.events.models import Event
from lyceum.integrations.email.models import EmailLog
from lyceum.registrations.models import Registration
from tests.factories.accounts import OrganizerFactory
from tests.factories.certificates import AT, make_certificate, make_event, make_registration
from tests.mailbox import text_of

pytestmark = pytest.mark.django_db


class Desk:
    """An organizer whose people have their certificates; `at` is the product's time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, api_as: Callable[[Any], APIClient]) -> None:
        self.at = AT
        monkeypatch.setattr(clock, "now", lambda: self.at)
        self.event: Event = make_event()
        self.client = api_as(self.event.owner)
        names = ("Ada Adams", "Bob Brown", "Cid Clark")
        self.people = [
            make_registration(self.event, full_name=name, attendance__attended_by_hand=True) for name in names
        ]
        self.certificates = [make_certificate(row) for row in self.people]
        drain(self.at)

    def say(self, row: Registration, rest: str, body: Any) -> None:
        path = f"/api/v1/events/{self.event.pk}/registrations/{row.pk}/{rest}"
        response = (self.client.post if rest else self.client.patch)(path, body, format="json")
        assert response.status_code == 200, response.content

    def pass_to(self, at: datetime) -> None:
        self.at = at
        drain(at)

    def listed(self, query: str) -> list[str]:
        response = self.client.get(f"/api/v1/events/{self.event.pk}/certificates/{query}")
        assert response.status_code == 200, response.content
        return sorted(row["attendee_name"] for row in response.json()["results"])


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, api_as: Callable[[Any], APIClient]) -> Desk:
    return Desk(monkeypatch, api_as)


def doubts(mailoutbox: Any) -> list[str]:
    return [text_of(mail) for mail in mailoutbox if mail.subject.startswith("Certificates in doubt")]


def mails() -> list[EmailLog]:
    return list(EmailLog.objects.filter(kind="certificates.in_doubt").order_by("queued_at", "id"))


def test_a_correction_puts_a_certificate_in_doubt_and_no_more(desk: Desk, api: APIClient) -> None:
    ada = desk.people[0]
    assert desk.listed("?in_doubt=true") == []
    desk.say(ada, "override-attendance/", {"eligible": False, "reason": "Left at once."})
    desk.pass_to(desk.at)
    assert desk.listed("?in_doubt=true") == ["Ada Adams"]
    assert desk.listed("?in_doubt=false") == ["Bob Brown", "Cid Clark"]
    assert desk.listed("") == ["Ada Adams", "Bob Brown", "Cid Clark"]
    number = Certificate.objects.get(registration=ada).certificate_id
    assert api.get(f"/api/v1/public/certificates/verify/{number}/").json()["valid"] is True
    assert Certificate.objects.filter(status="revoked").count() == 0
    desk.say(ada, "override-attendance/", {"eligible": None})
    desk.pass_to(desk.at)
    assert desk.listed("?in_doubt=true") == []


def test_revoking_settles_the_doubt(desk: Desk) -> None:
    desk.say(desk.people[0], "", {"attended": False})
    certificate = Certificate.objects.get(registration=desk.people[0])
    path = f"/api/v1/events/{desk.event.pk}/certificates/{certificate.pk}/revoke/"
    assert desk.listed("?in_doubt=true") == ["Ada Adams"]
    assert desk.client.post(path, {"reason": "Was not there.", "category": "error"}).status_code == 200
    assert desk.listed("?in_doubt=true") == []
    assert desk.listed("?in_doubt=false&status=revoked") == ["Ada Adams"]


def test_the_organizer_hears_at_once_and_of_the_rest_together(desk: Desk, mailoutbox: Any) -> None:
    ada, bob, cid = desk.people
    desk.say(ada, "", {"attended": False})
    desk.pass_to(desk.at)
    [first] = mails()
    assert (first.status, first.recipient_email) == ("sent", desk.event.owner.email)
    for row in (bob, cid):
        desk.say(row, "", {"attended": False})
        desk.pass_to(desk.at)
    assert [mail.status for mail in mails()] == ["sent", "pending"]
    desk.pass_to(AT + timedelta(hours=1))
    assert [mail.status for mail in mails()] == ["sent", "sent"]
    told = doubts(mailoutbox)
    assert len(told) == 2
    assert [name in told[0] for name in ("Ada Adams", "Bob Brown", "Cid Clark")] == [True, False, False]
    assert [name in told[1] for name in ("Ada Adams", "Bob Brown", "Cid Clark")] == [True, True, True]
    number = desk.certificates[0].certificate_id
    assert number in told[0]


def test_what_was_put_right_again_is_not_told(desk: Desk, mailoutbox: Any) -> None:
    desk.say(desk.people[0], "", {"attended": False})
    desk.say(desk.people[0], "", {"attended": True})
    desk.pass_to(desk.at)
    assert doubts(mailoutbox) == []


def test_a_bad_value_is_refused_and_strangers_see_nothing(desk: Desk, api_as: Callable[[Any], APIClient]) -> None:
    path = f"/api/v1/events/{desk.event.pk}/certificates/?in_doubt="
    assert desk.client.get(f"{path}maybe").status_code == 422
    assert api_as(OrganizerFactory()).get(f"{path}true").status_code == 404


def test_the_list_costs_the_same_for_one_and_for_three(desk: Desk, django_assert_num_queries: Any) -> None:
    for count, row in enumerate(desk.people, start=1):
        desk.say(row, "", {"attended": False})
        if count in (1, 3):
            with django_assert_num_queries(3):
                assert len(desk.listed("?in_doubt=true")) == count

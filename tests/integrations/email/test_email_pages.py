"""What people and operators see of mail."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from lyceum.integrations.email.models import EmailLog, Suppression
from lyceum.integrations.email.rules.unsubscribe_links import unsubscribe_path
from lyceum.integrations.email.services.queue import queue_mail
from lyceum.integrations.email.services.send import send_due
from tests.integrations.email.desk import AT, Desk

pytestmark = pytest.mark.django_db


def test_opening_the_link_stops_nothing_yet() -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(unsubscribe_path("anna@example.org"))
    assert page.status_code == 200
    assert "anna@example.org" in page.text
    assert "no-store" in page["Cache-Control"]
    assert not Suppression.objects.exists()


def test_the_button_stops_optional_mails_and_can_be_taken_back(mailoutbox: list[Any], desk: Desk) -> None:
    client = Client(enforce_csrf_checks=True)
    link = unsubscribe_path("anna@example.org")
    for _ in range(2):
        assert client.post(link).status_code == 200
    assert Suppression.objects.get().reason == "unsubscribed"
    queue_mail(kind="tests.news", to="anna@example.org", at=AT)
    send_due(AT)
    assert mailoutbox == []
    assert client.post(link, {"again": "1"}).status_code == 200
    assert not Suppression.objects.exists()


def test_a_mail_program_does_it_with_one_click() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(unsubscribe_path("anna@example.org"), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Suppression.objects.get().email == "anna@example.org"


@pytest.mark.parametrize("token", ["x", "a:b", "%00", "😀", "a" * 3000])
def test_a_changed_link_stops_nobody(client: Client, token: str) -> None:
    assert client.get(f"/mail/unsubscribe/{token}/").status_code == 404
    assert client.post(f"/mail/unsubscribe/{token}/").status_code == 404
    assert not Suppression.objects.exists()


@pytest.fixture
def operator(client: Client) -> Client:
    staff = get_user_model().objects.create(email="op@example.org", is_staff=True, is_superuser=True)
    client.force_login(staff)
    return client


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    operator: Client, desk: Desk, rows: int, django_assert_num_queries: Any
) -> None:
    for number in range(rows):
        queue_mail(kind="tests.plain", to=f"p{number}@example.org", at=AT)
    operator.get(reverse("admin:email_emaillog_changelist"))
    with django_assert_num_queries(6):
        page = operator.get(reverse("admin:email_emaillog_changelist"))
    assert page.status_code == 200
    assert "p0@example.org" in page.text
    narrowed = operator.get(reverse("admin:email_emaillog_changelist"), {"kind": "tests.news"})
    assert "p0@example.org" not in narrowed.text


def test_operators_read_and_send_again_but_change_nothing(operator: Client, mailoutbox: list[Any], desk: Desk) -> None:
    row = queue_mail(kind="tests.plain", to="anna@example.org", at=AT)
    waiting = queue_mail(kind="tests.plain", to="ben@example.org", at=AT)
    assert row is not None
    assert waiting is not None
    EmailLog.objects.filter(pk=row.pk).update(status="failed", attempts=3)
    detail = reverse("admin:email_emaillog_change", args=[row.pk])
    assert operator.get(detail).status_code == 200
    assert operator.post(detail, {"status": "sent"}).status_code == 403
    assert operator.post(reverse("admin:email_emaillog_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    chosen = {"action": "send_again", "_selected_action": [str(row.pk), str(waiting.pk)]}
    answer = operator.post(reverse("admin:email_emaillog_changelist"), chosen, follow=True)
    assert "1 mails will be sent again." in answer.text
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("pending", 0)


def test_operators_can_lift_a_suppression(operator: Client) -> None:
    entry = Suppression.objects.create(email="anna@example.org", reason="hard_bounce", since=AT)
    assert operator.get(reverse("admin:email_suppression_changelist")).status_code == 200
    operator.post(reverse("admin:email_suppression_delete", args=[entry.pk]), {"post": "yes"})
    assert not Suppression.objects.exists()

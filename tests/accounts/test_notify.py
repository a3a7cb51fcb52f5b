"""Notifications follow what people want, on every channel."""

from typing import Any

import pytest

from lyceum.accounts import ports
from lyceum.accounts.models import NotificationPreference, User
from lyceum.accounts.ports import About, Notification, Recipient
from lyceum.accounts.rules.topics import SWITCHES, Topic
from lyceum.accounts.services.notify import notify
from lyceum.accounts.services.preferences import is_wanted, set_switches, switches_of, wanting, wants
from lyceum.core import clock
from lyceum.core.ids import new_id
from lyceum.integrations.email.models import EmailLog
from lyceum.registrations.models import Registration
from tests.factories.accounts import UserFactory, decline
from tests.factories.registrations import RegistrationFactory

pytestmark = pytest.mark.django_db
KIND = "accounts.welcome"
DEFAULTS = {
    Topic.EVENT_REMINDERS: True,
    Topic.CERTIFICATE_ISSUED: True,
    Topic.NEW_REGISTRATION: True,
    Topic.EVENT_SUMMARY: True,
    Topic.MARKETING: False,
    Topic.NEWSLETTER: False,
}


def test_a_notification_goes_by_mail() -> None:
    user, about = UserFactory(), About(new_id(), new_id())
    assert notify(KIND, user.recipient, about, at=clock.now(), params={"part": "first"})
    row = EmailLog.objects.get()
    assert (row.kind, row.recipient_email, row.recipient_name) == (KIND, user.email, user.full_name)
    assert (row.user_id, row.about_id, row.event_id) == (user.pk, about.row_id, about.event_id)
    assert row.params == {"part": "first"}


def test_a_duplicate_is_not_sent_again() -> None:
    person = Recipient("guest@example.org")
    assert notify(KIND, person, at=clock.now(), dedupe_key="once")
    assert not notify(KIND, person, at=clock.now(), dedupe_key="once")
    assert EmailLog.objects.count() == 1


@pytest.mark.parametrize(("topic", "default"), DEFAULTS.items())
def test_what_counts_until_somebody_says_something(topic: Topic, default: bool) -> None:
    user = UserFactory()
    assert wants(user.pk, topic) is default
    assert wants(None, topic) is default
    assert notify(KIND, user.recipient, at=clock.now(), topic=topic) is default
    assert notify(KIND, Recipient("guest@example.org"), at=clock.now(), topic=topic) is default
    assert EmailLog.objects.count() == (2 if default else 0)
    assert not NotificationPreference.objects.exists()


def test_what_somebody_declines_is_not_sent() -> None:
    user = decline(UserFactory(), Topic.EVENT_REMINDERS)
    assert not notify(KIND, user.recipient, at=clock.now(), topic=Topic.EVENT_REMINDERS)
    assert not EmailLog.objects.exists()
    assert notify(KIND, user.recipient, at=clock.now(), topic=Topic.EVENT_SUMMARY)


def test_what_can_not_be_declined_costs_no_query_for_it(django_assert_num_queries: Any) -> None:
    user = UserFactory()
    with django_assert_num_queries(1):
        notify("accounts.verification", user.recipient, at=clock.now())


def test_each_channel_is_asked_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Notification] = []
    channels = ports.notification_channels() | {"page": lambda one: heard.append(one) is None}
    monkeypatch.setattr(ports, "_CHANNELS", channels)
    by_mail_only = UserFactory()
    NotificationPreference.objects.create(user=by_mail_only, topic=Topic.EVENT_REMINDERS, channel="page", wanted=False)
    by_page_only = decline(UserFactory(), Topic.EVENT_REMINDERS)
    for user in (by_mail_only, by_page_only):
        assert notify(KIND, user.recipient, at=clock.now(), topic=Topic.EVENT_REMINDERS)
    assert [one.person.user_id for one in heard] == [by_page_only.pk]
    assert [row.user_id for row in EmailLog.objects.all()] == [by_mail_only.pk]


@pytest.mark.parametrize("people", [1, 3])
def test_a_crowd_is_asked_in_its_own_query(django_assert_num_queries: Any, people: int) -> None:
    wanted = [RegistrationFactory(user=UserFactory()) for _ in range(people)]
    guest = RegistrationFactory(user=None)
    RegistrationFactory(user=decline(UserFactory(), Topic.EVENT_REMINDERS))
    with django_assert_num_queries(1):
        found = set(wanting(Registration.objects.all(), Topic.EVENT_REMINDERS).values_list("pk", flat=True))
    assert found == {row.pk for row in [*wanted, guest]}


def test_a_crowd_gets_what_needs_a_yes_only_on_request() -> None:
    asked, silent = UserFactory(), UserFactory()
    set_switches(asked.pk, {"newsletter_subscribed": True})
    people = User.objects.annotate(is_wanted=is_wanted(Topic.NEWSLETTER, person="pk"))
    assert dict(people.values_list("pk", "is_wanted")) == {asked.pk: True, silent.pk: False}


def test_switches_are_kept_and_those_of_others_left_alone() -> None:
    user, other = UserFactory(), UserFactory()
    before = switches_of(other.pk)
    set_switches(user.pk, {"notify_marketing": True, "bio": "no switch"})  # type: ignore[dict-item]
    set_switches(user.pk, {"notify_marketing": False})
    set_switches(user.pk, {"notify_event_summary": False})
    assert switches_of(user.pk) == {
        "newsletter_subscribed": False,
        "notify_event_reminders": True,
        "notify_certificate_issued": True,
        "notify_marketing": False,
        "notify_new_registration": True,
        "notify_event_summary": False,
    }
    assert switches_of(other.pk) == before
    assert NotificationPreference.objects.count() == 2
    assert set(SWITCHES.values()) == set(Topic)

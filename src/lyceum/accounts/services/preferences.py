"""What people want to be notified of: read and kept here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.db.models.expressions import NegatedExpression

from lyceum.accounts.models import NotificationPreference
from lyceum.accounts.rules.topics import MAIL, SWITCHES, Topic, is_wanted_by_default

Row = TypeVar("Row", bound=Model)


def wants(user_id: UUID | None, topic: Topic, *, channel: str = MAIL) -> bool:
    """Say whether somebody is to be notified. It takes one query; for many people ask `wanting`.

    user_id: None for a person without an account, for whom the topic's default counts.
    """
    return channel in wanted_channels(user_id, topic, [channel])


def wanted_channels(user_id: UUID | None, topic: Topic, channels: list[str]) -> list[str]:
    """Return those of the channels by which somebody is to be notified, in the order given."""
    said: dict[str, bool] = {}
    if user_id is not None:
        rows = NotificationPreference.objects.filter(user_id=user_id, topic=topic, channel__in=channels)
        said = dict(rows.values_list("channel", "wanted"))
    return [channel for channel in channels if said.get(channel, is_wanted_by_default(topic))]


def wanting(rows: QuerySet[Row], topic: Topic, *, person: str = "user_id", channel: str = MAIL) -> QuerySet[Row]:
    """Keep the rows whose person is to be notified, in the query of the rows themselves.

    person: the path from a row to its person's account id; a row without an account follows the topic's default.
    """
    return rows.filter(is_wanted(topic, person=person, channel=channel))


def is_wanted(topic: Topic, *, person: str = "user_id", channel: str = MAIL) -> Exists | NegatedExpression:
    """Return the condition of `wanting`, to annotate rows with."""
    default = is_wanted_by_default(topic)
    said = NotificationPreference.objects.filter(
        user_id=OuterRef(person), topic=topic, channel=channel, wanted=not default
    )
    return ~Exists(said) if default else Exists(said)


def switches_of(user_id: UUID) -> dict[str, bool]:
    """Return the switches of a person's profile, those that were never touched included."""
    rows = NotificationPreference.objects.filter(user_id=user_id, channel=MAIL)
    said = dict(rows.values_list("topic", "wanted"))
    return {name: said.get(topic, is_wanted_by_default(topic)) for name, topic in SWITCHES.items()}


def set_switches(user_id: UUID, changes: Mapping[str, bool]) -> None:
    """Keep what a person has switched, in the caller's transaction.

    Locks: the caller holds the User.
    changes: by the names that `SWITCHES` lists; others are somebody else's.
    """
    for name in SWITCHES.keys() & changes.keys():
        NotificationPreference.objects.update_or_create(
            user_id=user_id, topic=SWITCHES[name], channel=MAIL, defaults={"wanted": changes[name]}
        )

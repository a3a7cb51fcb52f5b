"""What people can be notified of, and whether they are while they haven't said."""

from typing import Final

from django.db.models import TextChoices

MAIL: Final = "mail"


class Topic(TextChoices):
    """What a person may ask for or decline. What has no topic, such as a mailed link, can't be declined."""

    EVENT_REMINDERS = "event_reminders"
    CERTIFICATE_ISSUED = "certificate_issued"
    NEW_REGISTRATION = "new_registration"
    EVENT_SUMMARY = "event_summary"
    MARKETING = "marketing"
    NEWSLETTER = "newsletter"


# Advertising needs a yes; everything else is sent until somebody says no.
_ONLY_ON_REQUEST = frozenset({Topic.MARKETING, Topic.NEWSLETTER})

# What the switches are called in a profile.
SWITCHES: Final[dict[str, Topic]] = {
    "newsletter_subscribed": Topic.NEWSLETTER,
    "notify_event_reminders": Topic.EVENT_REMINDERS,
    "notify_certificate_issued": Topic.CERTIFICATE_ISSUED,
    "notify_marketing": Topic.MARKETING,
    "notify_new_registration": Topic.NEW_REGISTRATION,
    "notify_event_summary": Topic.EVENT_SUMMARY,
}


def is_wanted_by_default(topic: Topic) -> bool:
    """Say whether somebody who has chosen nothing is notified."""
    return topic not in _ONLY_ON_REQUEST

"""What deliveries hold about people: what vendors sent, until the work with it is done."""

from datetime import datetime

from lyceum.core.personal_data import Held, Person, register_personal_data
from lyceum.integrations.inbound.models import InboundDelivery
from lyceum.integrations.inbound.services.forget_address import deliveries_naming, forget_addresses

_VENDOR = "The vendor's own numbers, and what became of the delivery."

DELIVERIES = Held(
    InboundDelivery,
    rows=lambda person: deliveries_naming(person.emails).order_by("received_at"),
    withheld={"payload": "What attendance makes of it is exported; the rest is about the meeting.", "headers": _VENDOR}
    | dict.fromkeys(
        (
            "source",
            "external_id",
            "event_type",
            "subject",
            "occurrence",
            "status",
            "error_message",
            "error_traceback",
        ),
        _VENDOR,
    ),
    erased_by_app=("payload",),
    kept=dict.fromkeys(("source", "external_id", "event_type", "subject", "occurrence", "status", "headers"), _VENDOR)
    | dict.fromkeys(("error_message", "error_traceback"), "Our own words, and lines of our own code."),
)


def erase_deliveries(person: Person, *, at: datetime) -> None:
    """Take the person off the deliveries that name a proven address.

    Locks: InboundDelivery by id.
    """
    forget_addresses(person.emails, at=at)


register_personal_data("deliveries", held=(DELIVERIES,), erase=erase_deliveries)

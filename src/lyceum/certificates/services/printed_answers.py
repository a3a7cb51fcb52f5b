"""What people answered to the questions that an organizer wants to see on the certificate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import orjson

from lyceum.certificates.rendering.wording import printable, unprintable, without_ornaments
from lyceum.events.models import Event, EventCustomField
from lyceum.registrations.models import CustomFieldResponse

LONGEST = 200


def answers_to_print(event: Event, registration_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, str]]]:
    """Return label and value for each registration, in the questions' order; what no font can show is left out."""
    fields = EventCustomField.objects.filter(event=event, show_on_certificate=True)
    labels = {field.pk: field.label for field in fields.order_by("order", "id")}
    if not labels:
        return {}
    given = CustomFieldResponse.objects.filter(field__in=labels, registration__in=registration_ids)
    values = {(one.registration_id, one.field_id): _words(one.value) for one in given}
    found: dict[UUID, list[dict[str, str]]] = defaultdict(list)
    for registration_id in registration_ids:
        for field_id, label in labels.items():
            value = values.get((registration_id, field_id), "")
            if value and not unprintable(f"{without_ornaments(label)} {value}"):
                found[registration_id].append({"label": label, "value": value})
    return found


def _words(value: str) -> str:
    if value.startswith("["):
        try:
            several = orjson.loads(value)
        except orjson.JSONDecodeError:
            several = None
        if isinstance(several, list):
            value = ", ".join(map(str, several))
    return without_ornaments(printable(value))[:LONGEST]

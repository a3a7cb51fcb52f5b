"""The floor below the worker: the same mails rendered and sent over one connection, and nothing written or looked up.

`python -m bench.floor.mails EVENT SECONDS` prints mails a second as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import UTC, datetime
from typing import Any

import django

django.setup()

from lyceum.core.ids import new_id  # noqa: E402 -- Django is set up first
from lyceum.core.links import absolute  # noqa: E402 -- as above
from lyceum.core.tokens import mint  # noqa: E402 -- as above
from lyceum.integrations.email.backends.choosing import mail_connection  # noqa: E402 -- as above
from lyceum.integrations.email.models import EmailLog  # noqa: E402 -- as above
from lyceum.integrations.email.ports import find_kind  # noqa: E402 -- as above
from lyceum.integrations.email.services.render import render_mail  # noqa: E402 -- as above
from lyceum.registrations import mails  # noqa: E402 -- as above
from lyceum.registrations.models import Registration  # noqa: E402 -- as above


def main(event: str, seconds: float) -> dict[str, Any]:
    """Send for so many seconds on one core; return the rate."""
    os.sched_setaffinity(0, {0})
    ids = Registration.objects.filter(event_id=event, status="confirmed").values_list("pk", flat=True)[:200]
    rows = list(mails.registrations_with_events(list(ids)).values())
    kind = find_kind(mails.CONFIRMATION)
    if kind is None:
        raise LookupError(mails.CONFIRMATION)
    # The link is minted and not kept.
    mails.mint_guest_link = lambda _row, *, at: absolute(f"/r/{(secret := mint()[0])}/?token={secret}")  # type: ignore[assignment]
    connection = mail_connection()
    connection.open()
    sent, begun = 0, time.perf_counter()
    while time.perf_counter() - begun < seconds:
        row, at = rows[sent % len(rows)], datetime.now(UTC)
        log = EmailLog(id=new_id(), kind=kind.name, recipient_email=row.email, recipient_name=row.full_name)
        log.about = row
        content = kind.build(log, at=at)
        if content is None:
            raise LookupError("The registrations aren't confirmed.")
        message = render_mail(log, kind, content, at=at).message
        message.connection = connection
        connection.send_messages([message])
        sent += 1
    return {"rate": sent / (time.perf_counter() - begun)}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], float(sys.argv[2]))))

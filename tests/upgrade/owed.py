"""Do the work that an upgraded installation still owes, and say what became of it. Run in a process of its own."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lyceum.config.settings")

import django

django.setup()

from lyceum.core import clock  # noqa: E402 -- needs Django to be set up
from lyceum.core.ledger import drain  # noqa: E402 -- as above
from lyceum.core.models import Delivery  # noqa: E402 -- as above
from lyceum.integrations.email.models import EmailLog  # noqa: E402 -- as above
from tests.upgrade.answers import AT  # noqa: E402 -- as above

# The mail that had failed once was to be tried again two hours later.
LATER = AT + timedelta(hours=3)


def main() -> None:
    clock.now = lambda: LATER
    owed = Delivery.objects.filter(status=Delivery.Status.PENDING)
    before = owed.exists()
    drain(LATER)
    said = {
        "undelivered_before": before,
        "undelivered_after": owed.count(),
        "dead": Delivery.objects.filter(status=Delivery.Status.DEAD).count(),
        # Its registration never existed, so its builder finds that it isn't needed any more.
        "postponed_mail_sent": EmailLog.objects.get(recipient_email="later@example.org").status in {"sent", "skipped"},
    }
    json.dump(said, sys.stdout)


if __name__ == "__main__":
    main()

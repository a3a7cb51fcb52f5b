"""What mail does by itself: due mails leave, old ones are forgotten."""

from datetime import timedelta

from lyceum.core.work.schedules import DueWork, Periodic
from lyceum.integrations.email.services.purge import purge_old_mail
from lyceum.integrations.email.services.send import send_due

SCHEDULE = [
    DueWork(
        name="email.send",
        run=send_due,
        says="Sends the mails that are due.",
        # Each has a connection of its own: a mail server that is far away keeps a thread waiting, not the others.
        at_once=3,
    ),
    Periodic(
        name="email.purge",
        every=timedelta(days=1),
        run=purge_old_mail,
        says="Forgets mails that are a year old.",
    ),
]

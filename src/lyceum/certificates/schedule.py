"""What certificates do by themselves: PDFs are drawn, mails are queued, awards are linked, counters are
compared. The rows say what is due.
"""

from datetime import datetime, timedelta

from lyceum.certificates.services.link_to_account import link_forgotten_awards
from lyceum.certificates.services.make_pdfs import render_due_pdfs
from lyceum.certificates.services.queue_mails import queue_due_mails
from lyceum.certificates.services.recount import recount_certificates
from lyceum.core.work.schedules import DueWork, Periodic


def link_forgotten(at: datetime) -> int:
    """Link what `EmailVerified` came too early for."""
    return link_forgotten_awards()


SCHEDULE = [
    DueWork(
        name="certificates.pdfs",
        run=render_due_pdfs,
        says="Draws the PDFs of certificates that have none yet.",
    ),
    DueWork(
        name="certificates.mails",
        run=queue_due_mails,
        says="Queues the mail about each certificate whose PDF is ready.",
    ),
    Periodic(
        name="certificates.link_forgotten",
        every=timedelta(hours=1),
        run=link_forgotten,
        says="Gives accounts the awards that were written in the moment in which their address was verified.",
    ),
    Periodic(
        name="certificates.recount",
        every=timedelta(days=1),
        run=recount_certificates,
        says="Compares every event's counter of certificates with the certificates that stand and corrects it.",
    ),
]

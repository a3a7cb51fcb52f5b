"""What certificates do by themselves: PDFs are drawn, mails are queued. The rows say what is due."""

from lyceum.certificates.services.mailing import queue_due_mails
from lyceum.certificates.services.rendering import render_due_pdfs
from lyceum.core.work.schedules import DueWork

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
]

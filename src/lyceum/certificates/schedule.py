"""What certificates do by themselves: PDFs to draw, mails to queue, awards to link. The rows say what is due."""

from datetime import datetime

from lyceum.certificates.services.linking import link_forgotten_awards
from lyceum.certificates.services.mailing import queue_due_mails
from lyceum.certificates.services.rendering import render_due_pdfs
from lyceum.core.work.due_work import register_work
from lyceum.core.work.periodic import every


def link_forgotten(at: datetime) -> int:
    """Link what `EmailVerified` came too early for."""
    return link_forgotten_awards()


register_work(name="certificates.pdfs", run=render_due_pdfs)
register_work(name="certificates.mails", run=queue_due_mails)
every(seconds=3600, name="certificates.link_forgotten", run=link_forgotten)

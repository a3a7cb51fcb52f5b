"""Durable work: PDFs to make, mails to queue. The rows say what is due."""

from lyceum.certificates.services.mailing import queue_due_mails
from lyceum.certificates.services.rendering import render_due_pdfs
from lyceum.core.work.due_work import register_work

register_work(name="certificates.pdfs", run=render_due_pdfs)
register_work(name="certificates.mails", run=queue_due_mails)

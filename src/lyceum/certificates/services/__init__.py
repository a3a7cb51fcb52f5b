"""The verbs of certificates."""

from lyceum.certificates.services.downloading import download_certificate, mark_downloaded
from lyceum.certificates.services.issuing import issue_certificates, issue_due, issue_one
from lyceum.certificates.services.previewing import preview_template
from lyceum.certificates.services.rendering import render_due_pdfs
from lyceum.certificates.services.revoking import revoke_certificate
from lyceum.certificates.services.template_editing import update_template
from lyceum.certificates.services.templates import (
    create_template,
    delete_template,
    duplicate_template,
    restore_template,
    set_default_template,
)
from lyceum.certificates.services.viewing import look_up

__all__ = [
    "create_template",
    "delete_template",
    "download_certificate",
    "duplicate_template",
    "issue_certificates",
    "issue_due",
    "issue_one",
    "look_up",
    "mark_downloaded",
    "preview_template",
    "render_due_pdfs",
    "restore_template",
    "revoke_certificate",
    "set_default_template",
    "update_template",
]

"""What certificates contribute to the rest, registered when the apps are ready."""

from lyceum.accounts.ports import register_statistics
from lyceum.certificates import issuing_job, mails, personal_data, reactions, selectors, tasks
from lyceum.certificates.extension import CertificateExtension
from lyceum.core.privacy import register_personal_data
from lyceum.events.ports import register_extension
from lyceum.registrations.ports import register_certificate_column

__all__ = ["issuing_job", "mails", "reactions", "tasks"]

register_extension(CertificateExtension())
register_statistics(personal_data.statistics)
register_personal_data("certificates", export=personal_data.export, erase=personal_data.erase)
register_certificate_column(selectors.issued_certificate_of_registration)

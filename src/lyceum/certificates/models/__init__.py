"""Templates, awards, certificates and their history."""

from lyceum.certificates.models.award import Award
from lyceum.certificates.models.certificate import Certificate, CertificateStatusHistory
from lyceum.certificates.models.event_settings import EventCertificateSettings
from lyceum.certificates.models.template import CertificateTemplate

__all__ = ["Award", "Certificate", "CertificateStatusHistory", "CertificateTemplate", "EventCertificateSettings"]

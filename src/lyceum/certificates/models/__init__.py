"""Templates, certificates and their history."""

from lyceum.certificates.models.certificate import Certificate, CertificateStatusHistory
from lyceum.certificates.models.event_settings import EventCertificateSettings
from lyceum.certificates.models.template import CertificateTemplate

__all__ = ["Certificate", "CertificateStatusHistory", "CertificateTemplate", "EventCertificateSettings"]

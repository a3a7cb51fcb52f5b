"""Certificates: templates, proofs, PDFs and their verification."""

from lyceum.core.app_config import LyceumAppConfig


class CertificatesConfig(LyceumAppConfig):
    name = "lyceum.certificates"
    label = "certificates"

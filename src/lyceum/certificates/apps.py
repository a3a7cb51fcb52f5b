"""Certificates: templates, proofs, PDFs and their verification."""

from importlib import import_module

from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "lyceum.certificates"
    label = "certificates"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # It registers what certificates contribute, and needs the models to be loaded.
        import_module("lyceum.certificates.wiring")

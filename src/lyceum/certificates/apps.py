from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "lyceum.certificates"
    label = "certificates"

"""Addresses that belong to no app: for machines that watch the product, and for links to stored files."""

from django.urls import URLPattern, path

from lyceum.core.http import health, metrics
from lyceum.core.http.file_views import serve_file

urlpatterns: list[URLPattern] = [
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("files/<str:token>/", serve_file, name="file"),
]

"""Addresses for machines that watch the product."""

from django.urls import URLPattern, path

from lyceum.core import health, metrics

urlpatterns: list[URLPattern] = [
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]

"""Mounted at `/dev/`, with DEBUG only."""

from django.urls import URLPattern, URLResolver, include, path

from lyceum.core.http.dev_clock import clock_view

urlpatterns: list[URLPattern | URLResolver] = [
    path("clock/", clock_view, name="dev-clock"),
    path("mail/", include("lyceum.integrations.email.web.dev_urls")),
]

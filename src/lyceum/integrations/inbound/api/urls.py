"""Addresses that vendors post to."""

from django.urls import URLPattern, path

from lyceum.integrations.inbound.api.views.zoom import ZoomWebhookView

urlpatterns: list[URLPattern] = [
    path("webhooks/zoom/", ZoomWebhookView.as_view(), name="webhook-zoom"),
]

"""The address that Zoom posts to."""

from django.urls import URLPattern

from lyceum.integrations.inbound.api.urls import webhook_path
from lyceum.integrations.zoom.api.views.webhook import ZoomWebhookView

urlpatterns: list[URLPattern] = [webhook_path(ZoomWebhookView)]

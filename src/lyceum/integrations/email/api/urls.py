"""The address that the mail provider posts to."""

from django.urls import URLPattern

from lyceum.integrations.email.api.views.webhook import EmailWebhookView
from lyceum.integrations.inbound.api.urls import webhook_path

urlpatterns: list[URLPattern] = [webhook_path(EmailWebhookView)]

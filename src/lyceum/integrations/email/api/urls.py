"""The address that the mail provider posts to."""

from django.urls import URLPattern, path

from lyceum.integrations.email.api.views.webhook import EmailWebhookView

urlpatterns: list[URLPattern] = [
    path("webhooks/email/", EmailWebhookView.as_view(), name="webhook-email"),
]

"""Pages that mails lead to."""

from django.urls import path

from lyceum.integrations.email.web.views.unsubscribe import UnsubscribePage

urlpatterns = [path("mail/unsubscribe/<str:token>/", UnsubscribePage.as_view(), name="mail-unsubscribe")]

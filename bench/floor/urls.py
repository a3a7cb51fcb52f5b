"""The bare views' addresses."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from bench.floor.views import BareRegistrationView, bare_registrations, bare_webhook


def health(request: HttpRequest) -> HttpResponse:
    """Say that the floor is up."""
    return HttpResponse(b"ok")


urlpatterns = [
    path("healthz/", health),
    path("register/<uuid:event>/", BareRegistrationView.as_view()),
    path("registrations/<uuid:event>/", bare_registrations),
    path("webhook/", bare_webhook),
]

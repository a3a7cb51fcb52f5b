"""Events have no pages of their own: registrations shows an event with its form, pages shows the list."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

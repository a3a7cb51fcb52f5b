"""Accounts has no pages of its own; pages owns sign-in, verification and reset."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

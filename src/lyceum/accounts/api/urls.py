"""Addresses of accounts below /api/v1/, and the aliases below /api/."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
alias_urlpatterns: list[URLPattern | URLResolver] = []

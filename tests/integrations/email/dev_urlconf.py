"""The addresses that DEBUG adds, for tests, which run without it."""

from django.urls import include, path

from lyceum.config.urls import urlpatterns as usual

urlpatterns = [*usual, path("dev/", include("lyceum.config.dev_urls"))]

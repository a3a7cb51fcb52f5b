"""The addresses of the product as they are with DEBUG on."""

from django.urls import re_path

from lyceum.config import urls
from lyceum.pages.web.errors import nowhere

urlpatterns = [*urls.urlpatterns, re_path("", nowhere)]

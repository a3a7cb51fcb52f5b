"""The pages that belong to no single app."""

from django.urls import URLPattern, URLResolver, path

from lyceum.pages.web.account import AccountPage
from lyceum.pages.web.favicon import FaviconPage
from lyceum.pages.web.home import HomePage

urlpatterns: list[URLPattern | URLResolver] = [
    path("", HomePage.as_view(), name="home"),
    path("account/", AccountPage.as_view(), name="account"),
    path("favicon.ico", FaviconPage.as_view(), name="favicon"),
]

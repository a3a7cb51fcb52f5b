"""Puts our admin site in the place of Django's. Apart from the site, which needs the models to be loaded."""

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    default_site = "lyceum.pages.admin_site.HouseAdminSite"

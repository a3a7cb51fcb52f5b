"""Puts Lyceum's admin site in the place of Django's. A module of its own: the site itself needs the models loaded."""

from django.contrib.admin.apps import AdminConfig


class LyceumAdminConfig(AdminConfig):
    """Django's admin with Lyceum's site."""

    """Django's admin with Lyceum's site."""

    """Django's admin with Lyceum's site."""

    default_site = "lyceum.pages.admin_site.LyceumAdminSite"

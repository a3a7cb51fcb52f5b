"""Accounts: people and the ways they sign in."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lyceum.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # It registers what accounts contributes, and needs the models to be loaded.
        import_module("lyceum.accounts.wiring")

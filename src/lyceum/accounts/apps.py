"""Accounts: people and the ways they sign in."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "lyceum.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

"""Accounts: people and the ways they sign in."""

from lyceum.core.app_config import LyceumAppConfig


class AccountsConfig(LyceumAppConfig):
    name = "lyceum.accounts"
    label = "accounts"

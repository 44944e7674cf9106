"""Registers accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and public bodies."""

    name = "marketplace.accounts"
    label = "accounts"

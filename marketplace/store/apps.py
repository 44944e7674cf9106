"""Registers the store."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Choose: citizens pick, use and judge apps."""

    name = "marketplace.store"
    label = "store"

"""Registers the core."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """The lowest layer."""

    name = "marketplace.core"
    label = "core"

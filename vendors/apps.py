"""Registers the vendors."""

from django.apps import AppConfig


class VendorsConfig(AppConfig):
    """Build: who supplies apps."""

    name = "vendors"
    label = "vendors"

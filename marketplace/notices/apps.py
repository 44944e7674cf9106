"""Registers notices."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Mail and in-site notices."""

    name = "marketplace.notices"
    label = "notices"

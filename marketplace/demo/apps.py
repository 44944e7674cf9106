"""Registers the demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The story that `manage.py demo` plays."""

    name = "marketplace.demo"
    label = "demo"

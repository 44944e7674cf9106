"""Registers the trying of interfaces."""

from django.apps import AppConfig


class TryoutConfig(AppConfig):
    """Try: calls of developers to simulated departments."""

    name = "sandbox.tryout"
    label = "tryout"

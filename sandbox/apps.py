"""Registers the sandbox."""

from importlib import import_module

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """Prove: black-box tests of apps."""

    name = "sandbox"
    label = "sandbox"

    def ready(self) -> None:
        """Listen to the layers below."""
        import_module("sandbox.receivers")

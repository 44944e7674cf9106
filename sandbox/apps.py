"""Registers the sandbox."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """Prove: black-box tests of apps."""

    name = "sandbox"
    label = "sandbox"

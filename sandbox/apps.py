"""Registers the sandbox."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """Prove: black-box tests of apps."""

    name = "sandbox"
    label = "sandbox"

    def ready(self) -> None:
        """Listen to the layers below, check the settings, and offer operators their desk."""
        from marketplace.accounts.desks import register  # noqa: PLC0415
        from sandbox import checks, receivers  # noqa: F401, PLC0415
        from sandbox.desks import desks  # noqa: PLC0415

        register(desks)

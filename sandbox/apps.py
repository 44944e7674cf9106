"""Registers the sandbox."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """Prove: black-box tests of apps."""

    name = "sandbox"
    label = "sandbox"

    def ready(self) -> None:
        """Listen to the layers below, check settings, tell orders which checks there are, offer operators a desk."""
        from marketplace.accounts.desks import register  # noqa: PLC0415
        from marketplace.orders import defaults  # noqa: PLC0415
        from sandbox import checks, receivers  # noqa: F401, PLC0415
        from sandbox.desks import desks  # noqa: PLC0415
        from sandbox.plans import usual_checks  # noqa: PLC0415

        defaults.register(usual_checks())
        register(desks)

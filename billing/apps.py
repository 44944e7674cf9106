"""Registers billing."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Pay: from confirmed use and reviews to money."""

    name = "billing"
    label = "billing"

    def ready(self) -> None:
        """Listen to the store and tell the start page about the desks of the money side."""
        from billing import receivers  # noqa: F401, PLC0415
        from billing.desks import desks  # noqa: PLC0415
        from marketplace.accounts.desks import register  # noqa: PLC0415

        register(desks)

"""Registers the vendors."""

from django.apps import AppConfig


class VendorsConfig(AppConfig):
    """Build: who supplies apps."""

    name = "vendors"
    label = "vendors"

    def ready(self) -> None:
        """Listen to the orders and tell the start page about the desks of the vendors' side."""
        from marketplace.accounts.desks import register  # noqa: PLC0415
        from vendors import receivers  # noqa: F401, PLC0415
        from vendors.desks import desks  # noqa: PLC0415

        register(desks)

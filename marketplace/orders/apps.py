"""Registers the orders."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Ask: what departments call for."""

    name = "marketplace.orders"
    label = "orders"

    def ready(self) -> None:
        """Answer the catalogue and tell the start page about the order desk."""
        from marketplace.accounts.desks import register  # noqa: PLC0415
        from marketplace.orders import receivers  # noqa: F401, PLC0415
        from marketplace.orders.desks import desks  # noqa: PLC0415

        register(desks)

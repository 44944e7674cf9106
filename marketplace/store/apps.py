"""Registers the store."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Choose: citizens pick, use and judge apps."""

    name = "marketplace.store"
    label = "store"

    def ready(self) -> None:
        """Listen to the vendors and tell the start page about the desks of the store."""
        from marketplace.accounts.desks import register  # noqa: PLC0415
        from marketplace.store import receivers  # noqa: F401, PLC0415
        from marketplace.store.desks import desks  # noqa: PLC0415

        register(desks)

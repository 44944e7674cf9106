"""Registers the store."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """Choose: citizens pick, use and judge apps."""

    name = "marketplace.store"
    label = "store"

    def ready(self) -> None:
        """Listen to the vendors."""
        from marketplace.store import receivers  # noqa: F401, PLC0415

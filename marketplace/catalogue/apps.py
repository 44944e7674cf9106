"""Registers the catalogue."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Open: what departments publish."""

    name = "marketplace.catalogue"
    label = "catalogue"

    def ready(self) -> None:
        """Tell the start page about the catalogue desk."""
        from marketplace.accounts.desks import register  # noqa: PLC0415
        from marketplace.catalogue.desks import desks  # noqa: PLC0415

        register(desks)

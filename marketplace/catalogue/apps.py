"""Registers the catalogue."""

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Open: what departments publish."""

    name = "marketplace.catalogue"
    label = "catalogue"

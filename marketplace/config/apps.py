"""Registers the configuration package so that its commands and checks are found."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The top layer."""

    name = "marketplace.config"
    label = "config"

    def ready(self) -> None:
        """Tell the accounts which desks the apps have."""
        from marketplace.accounts import desks as registry  # noqa: PLC0415
        from marketplace.config import desks  # noqa: PLC0415

        registry.register(desks.desks)

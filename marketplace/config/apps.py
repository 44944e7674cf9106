"""Registers the configuration package so that its commands and checks are found."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """The top layer."""

    name = "marketplace.config"
    label = "config"

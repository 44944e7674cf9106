"""Registers the public pages."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    """Wagtail pages that show the marketplace to the public."""

    name = "cms"
    label = "cms"

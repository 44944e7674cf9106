"""Registers billing."""

from django.apps import AppConfig


class BillingConfig(AppConfig):
    """Pay: from confirmed use and reviews to money."""

    name = "billing"
    label = "billing"

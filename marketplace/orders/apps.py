"""Registers the orders."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Ask: what departments call for."""

    name = "marketplace.orders"
    label = "orders"

"""Hears the news of the layers below."""

from datetime import datetime

from django.dispatch import receiver

from marketplace.orders.models import DemandOrder
from marketplace.orders.signals import order_rehearsal_requested
from sandbox import services
from vendors.models import AppVersion
from vendors.signals import version_submitted


@receiver(version_submitted)
def take_in_version(sender: object, *, version: AppVersion, now: datetime, **_: object) -> None:
    """Take in what a vendor uploaded."""
    services.take_in(version=version)


@receiver(order_rehearsal_requested)
def rehearse_order(sender: object, *, order: DemandOrder, now: datetime, **_: object) -> None:
    """Rehearse what a department wants to publish."""
    services.rehearse(order=order, now=now)

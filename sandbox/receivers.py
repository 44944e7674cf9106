"""Hears the news of the layers below."""

from datetime import datetime

from django.dispatch import receiver

from marketplace.catalogue.models import InterfaceVersion
from marketplace.catalogue.signals import interface_version_published
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


@receiver(interface_version_published)
def test_apps_again(sender: object, *, version: InterfaceVersion, now: datetime, **_: object) -> None:
    """Test the certified apps again that use an interface of which a new version is stable."""
    if version.state == InterfaceVersion.State.STABLE:
        services.retest_for(interface_version=version, now=now)

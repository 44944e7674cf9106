"""What the orders answer when the catalogue asks who relies on a version of an interface."""

from django.dispatch import receiver

from marketplace.accounts.models import User
from marketplace.catalogue.models import InterfaceVersion
from marketplace.catalogue.reliance import Reliance
from marketplace.catalogue.signals import interface_version_relied_on
from marketplace.orders.models import DemandOrder

NOT_OVER = ("draft", "review", "open", "suspended")
CALLING = ("open", "suspended")


@receiver(interface_version_relied_on, dispatch_uid="orders.relying_on")
def orders_relying_on(sender: object, version: InterfaceVersion, **_rest: object) -> list[Reliance]:
    """Return the orders that pin the version and aren't over; their department's people are told."""
    orders = DemandOrder.objects.filter(interface_versions=version, state__in=NOT_OVER).select_related("department")
    return [
        Reliance(
            kind="order",
            title={"zh": order.title_zh, "en": order.title_en},
            code=order.code,
            row=order,
            path=f"/orders/{order.code}/",
            people=tuple(User.objects.filter(department_memberships__department=order.department).distinct()),
            in_use=order.state in CALLING,
        )
        for order in orders
    ]

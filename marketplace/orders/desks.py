"""Tells the start page who works at the order desk."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.desks import Desk
from marketplace.accounts.models import Department, User


def desks(user: User) -> Iterator[Desk]:
    """Yield the order desk for people of a department."""
    if Department.objects.where(user, "orders.view").exists():
        writes = any(
            Department.objects.where(user, permission).exists() for permission in ("orders.edit", "orders.publish")
        )
        text = _("Demand orders of your department: write, rehearse, open, amend")
        yield Desk(_("Department"), _("Order desk"), text, reverse("orders:desk"), second_factor=writes)

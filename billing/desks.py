"""Tells the start page which desks of the money side a person has."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.desks import Desk
from marketplace.accounts.models import Department, User
from vendors.models import Vendor


def desks(user: User) -> Iterator[Desk]:
    """Yield the finance desk, and statements for vendors and departments."""
    if user.has_platform_permission("finance.view"):
        text = _("Settlements, tariffs, ceilings, payment files and the ledger")
        yield Desk(_("Finance"), _("Finance desk"), text, reverse("billing:desk"), second_factor=True)
    if Vendor.objects.where(user, "statements.view").exists():
        text = _("What your apps earned, how it was computed, and what you can dispute")
        yield Desk(_("Company"), _("Statements"), text, reverse("billing:statements"))
    if Department.objects.where(user, "statements.view").exists():
        text = _("What your department owes for apps, and what waits for acceptance")
        yield Desk(_("Department"), _("Statements to accept"), text, reverse("billing:statements"), second_factor=True)

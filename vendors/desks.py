"""Tells the start page which desks of the vendors' side a person has."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.desks import Desk
from marketplace.accounts.models import Department, User
from vendors.models import Vendor


def desks(user: User) -> Iterator[Desk]:
    """Yield the console for members of a company, the question desk for departments, verification for operators."""
    own = Vendor.objects.where(user, "vendor.view")
    if own.exists():
        owns = Vendor.objects.where(user, "vendor.manage").exists()
        text = _("Where your company stands, its claims, apps and versions")
        yield Desk(_("Company"), _("Console"), text, reverse("vendors:console"), second_factor=owns)
    if Department.objects.where(user, "questions.answer").exists():
        text = _("What vendors ask about your orders, and until when an answer is due")
        yield Desk(_("Department"), _("Question desk"), text, reverse("vendors:questions"), second_factor=True)
    if user.has_platform_permission("vendors.verify"):
        text = _("Companies that wait to be verified")
        yield Desk(_("Platform"), _("Company verification"), text, reverse("vendors:verification"), second_factor=True)

"""Tells the start page which desks of the store a person has."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.desks import Desk
from marketplace.accounts.models import Department, User
from vendors.models import Vendor


def desks(user: User) -> Iterator[Desk]:
    """Yield the citizen's cases for everybody, and the desks of departments, vendors and the platform by role."""
    yield Desk(_("Mine"), _("My cases"), _("Where your cases stand, and what comes next"), reverse("store:cases"))
    if Department.objects.where(user, "cases.decide").exists():
        yield from _department(user)
    if Vendor.objects.where(user, "vendor.view").exists():
        listings = _("Ask for a listing, offer a newer version")
        yield Desk(_("Company"), _("Listings"), listings, reverse("store:vendor-listings"))
        reviews = _("What citizens say about your apps, and your replies")
        yield Desk(_("Company"), _("Reviews"), reviews, reverse("store:vendor-reviews"))
    if user.has_platform_permission("listings.decide"):
        text = _("Approve apps, suspend them at once, show them again")
        yield Desk(_("Platform"), _("Listings"), text, reverse("store:approvals"), second_factor=True)
    if user.has_platform_permission("reviews.moderate"):
        text = _("Hold, release or remove reviews; release held cases")
        yield Desk(_("Platform"), _("Moderation"), text, reverse("store:moderation"), second_factor=True)


def _department(user: User) -> Iterator[Desk]:
    group = _("Department")
    text = _("Find a case by its number and record what your department has done")
    yield Desk(group, _("Counter"), text, reverse("store:clerk"), second_factor=True)
    text = _("Bring in a signed file of decisions")
    yield Desk(group, _("Daily file"), text, reverse("store:decisions"), second_factor=True)
    text = _("Reports that contradict each other and need a person")
    yield Desk(group, _("Reports to look at"), text, reverse("store:waiting"), second_factor=True)
    if Department.objects.where(user, "followups.work").exists():
        text = _("Bad reviews with their clocks")
        yield Desk(group, _("Follow-ups"), text, reverse("store:follow-ups"), second_factor=True)

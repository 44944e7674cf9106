"""Which desks a person's roles open; only this layer knows every app's addresses."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.desks import Desk
from marketplace.accounts.models import User
from marketplace.accounts.permissions import DEPARTMENT_ROLES, PLATFORM_ROLES, VENDOR_ROLES

DEPARTMENT, VENDOR, PLATFORM, CITIZEN = _("Department"), _("Company"), _("Platform"), _("My own affairs")


@dataclass(frozen=True)
class Place:
    """One page and the permission that opens it."""

    permission: str
    name: str
    title: object
    text: object


DEPARTMENT_PLACES = (
    Place("orders.view", "orders:desk", _("Demand orders"), _("Write, rehearse, open and amend orders.")),
    Place(
        "questions.answer", "vendors:questions", _("Questions"), _("Answer what companies ask, before the deadline.")
    ),
    Place(
        "catalogue.view",
        "catalogue:desk",
        _("Services and interfaces"),
        _("Publish service items and interface versions; see what people searched for in vain."),
    ),
    Place("cases.decide", "store:clerk", _("Counter"), _("Decide a case by its number.")),
    Place("cases.decide", "store:decisions", _("File of decisions"), _("Send the day's decisions as a signed file.")),
    Place(
        "cases.decide", "store:waiting", _("Reports to look at"), _("Reports about cases that contradict each other.")
    ),
    Place("followups.work", "store:follow-ups", _("Bad reviews"), _("Verify, put right and call back, in time.")),
    Place("statements.view", "billing:statements", _("Statements"), _("What the apps of your services earned.")),
)
VENDOR_PLACES = (
    Place("vendor.view", "vendors:console", _("Console"), _("Your company's way from registration to the listing.")),
    Place("vendor.view", "orders:board", _("Order board"), _("What departments ask for.")),
    Place("vendor.view", "store:vendor-listings", _("Listings"), _("Certified versions and their listings.")),
    Place("reviews.reply", "store:vendor-reviews", _("Reviews"), _("Read and answer what people say.")),
    Place("statements.view", "billing:statements", _("Statements"), _("What you earned, step by step.")),
    Place("apps.upload", "vendors:tokens", _("API tokens"), _("For uploads from your build.")),
)
PLATFORM_PLACES = (
    Place("vendors.verify", "vendors:verification", _("Companies to verify"), _("Check registrations.")),
    Place("listings.decide", "store:approvals", _("Listings to decide"), _("Approve, suspend, take off the list.")),
    Place("sandbox.operate", "sandbox:operations", _("Sandbox"), _("Queue, runs, engine.")),
    Place("reviews.moderate", "store:moderation", _("Reviews and held cases"), _("Decide what is held or reported.")),
    Place("finance.view", "billing:desk", _("Settlement"), _("Tariffs, settlements, disputes and payments.")),
    Place("finance.view", "billing:budgets", _("Budgets"), _("Committed ceilings and what is used of them.")),
    Place("finance.view", "billing:ledger", _("Ledger"), _("Every transfer and the trial balance.")),
)


def desks(user: User) -> Iterator[Desk]:
    """Yield the person's desks: department, company, platform, then what everybody has."""
    held = (
        (DEPARTMENT, DEPARTMENT_PLACES, DEPARTMENT_ROLES, user.department_memberships, ()),
        (VENDOR, VENDOR_PLACES, VENDOR_ROLES, user.vendor_memberships, ("owner",)),
        (PLATFORM, PLATFORM_PLACES, PLATFORM_ROLES, user.platform_memberships, ()),
    )
    for group, places, table, memberships, only_these_need_it in held:
        roles = set(memberships.values_list("role", flat=True))
        granted = frozenset().union(*(table.get(role, frozenset()) for role in roles))
        strict = bool(roles & set(only_these_need_it)) if only_these_need_it else bool(roles)
        for place in places:
            if place.permission in granted:
                yield Desk(group, place.title, place.text, reverse(place.name), second_factor=strict)
    yield Desk(CITIZEN, _("My cases"), _("What you started, where it stands, what comes next."), reverse("store:cases"))
    yield Desk(CITIZEN, _("My reviews"), _("What you said and what came of it."), reverse("store:reviews"))

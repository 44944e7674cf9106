"""Tells the start page who works at the catalogue desk."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.desks import Desk
from marketplace.accounts.models import Department, User


def desks(user: User) -> Iterator[Desk]:
    """Yield the catalogue desk for people of a department."""
    if Department.objects.where(user, "catalogue.view").exists():
        writes = any(
            Department.objects.where(user, permission).exists()
            for permission in ("catalogue.edit", "catalogue.publish")
        )
        text = _("Service items and interfaces of your department, and what citizens looked for in vain")
        yield Desk(_("Department"), _("Catalogue desk"), text, reverse("catalogue:desk"), second_factor=writes)

"""Who may see and change what vendors own."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from marketplace.accounts.models import Department, User
from marketplace.accounts.permissions import VENDOR_ROLES
from marketplace.orders.querysets import PUBLIC_STATES


def roles_with(permission: str) -> list[str]:
    """Return the vendor roles that grant the permission."""
    return [role for role, granted in VENDOR_ROLES.items() if permission in granted]


def _operates(user: object, permission: str) -> bool:
    return isinstance(user, User) and user.has_platform_permission(permission)


class VendorQuerySet(models.QuerySet):
    """Vendors by what a person may do for them."""

    def where(self, user: object, permission: str) -> VendorQuerySet:
        """Return the vendors in which one of the person's roles has the permission."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(members__user=user, members__role__in=roles_with(permission)).distinct()

    def visible_to(self, user: object) -> VendorQuerySet:
        """Return the person's own vendors; operators see all."""
        if _operates(user, "vendors.verify"):
            return self.all()
        return self.where(user, "vendor.view")


class OwnedByVendorQuerySet(models.QuerySet):
    """Rows that belong to a vendor through `vendor_path`."""

    vendor_path = "vendor"

    def where(self, user: object, permission: str) -> Self:
        """Return the rows of vendors in which the person has the permission."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(
            **{
                f"{self.vendor_path}__members__user": user,
                f"{self.vendor_path}__members__role__in": roles_with(permission),
            }
        ).distinct()

    def visible_to(self, user: object) -> Self:
        """Return the rows of the person's own vendors; operators see all."""
        if _operates(user, "listings.decide"):
            return self.all()
        return self.where(user, "vendor.view")


class AppVersionQuerySet(OwnedByVendorQuerySet):
    """Versions through their app."""

    vendor_path = "app__vendor"

    def over(self) -> Self:
        """Return those whose image nobody runs again: failed, revoked, or superseded by a newer version."""
        return self.filter(state__in=["failed", "revoked", "superseded"])

    def taken_in(self) -> Self:
        """Return those of which the sandbox keeps the image that it checked, and those that are over."""
        return self.filter(~models.Q(image_digest="") | models.Q(pk__in=self.over().values("pk")))

    def uploaded_before(self, moment: datetime) -> Self:
        """Return those uploaded before the moment."""
        return self.filter(uploaded_at__lt=moment)


class ClaimQuerySet(OwnedByVendorQuerySet):
    """Claims of vendors on orders."""

    def standing(self) -> ClaimQuerySet:
        """Return the claims that were not withdrawn."""
        return self.exclude(state="withdrawn")


class QuestionQuerySet(models.QuerySet):
    """Questions about orders: as public as the order they are about."""

    def unanswered(self) -> QuestionQuerySet:
        """Return those that the department still owes an answer."""
        return self.filter(answered_at=None)

    def visible_to(self, user: object) -> QuestionQuerySet:
        """Return those about orders that the person may see."""
        mine = Department.objects.where(user, "orders.view")
        return self.filter(Q(order__state__in=PUBLIC_STATES) | Q(order__department__in=mine))

    def answerable_by(self, user: object) -> QuestionQuerySet:
        """Return those that the person may answer for a department."""
        return self.filter(order__department__in=Department.objects.where(user, "questions.answer"))

"""Owns the question whether a person may do something in billing, asked by services whatever the way in."""

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Department, User
from marketplace.core.errors import NotAllowed
from vendors.models import Member, Vendor


def require_platform(by: User, permission: str) -> None:
    """Raise NotAllowed unless one of the person's platform roles grants it."""
    if not by.has_platform_permission(permission):
        raise NotAllowed(_("Your role doesn't include this step of the settlement."))


def require_vendor(by: User, vendor: Vendor, permission: str) -> None:
    """Raise NotAllowed unless the person may do it for the vendor."""
    if not Vendor.objects.where(by, permission).filter(pk=vendor.pk).exists():
        raise NotAllowed(_("Only the vendor's owner or finance person may do this."))


def require_department(by: User, department: Department, permission: str) -> None:
    """Raise NotAllowed unless the person may do it for the department."""
    if not by.can_in(department, permission):
        raise NotAllowed(_("Only the department's publisher may do this."))


def require_independent(by: User, *, maker_id: int) -> None:
    """Raise NotAllowed when the checker is the maker or belongs to any vendor."""
    if by.pk == maker_id:
        raise NotAllowed(_("Who made it can't approve it; a second person must."), code="maker-is-checker")
    if Member.objects.filter(user=by).exists():
        raise NotAllowed(_("A member of a vendor can't approve public money."), code="checker-is-vendor")

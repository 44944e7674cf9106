"""Refuses people who lack the role for what they ask of a vendor, a department or the platform."""

from django.utils.translation import gettext as _

from marketplace.accounts.models import Department, User
from marketplace.core.errors import NotAllowed
from vendors.models import Vendor


def require_vendor_role(user: User, vendor: Vendor, permission: str) -> None:
    """Raise NotAllowed unless one of the person's roles in the vendor has the permission."""
    if not (user.is_active and Vendor.objects.where(user, permission).filter(pk=vendor.pk).exists()):
        raise NotAllowed(_("Your role in this company doesn't allow it. An owner of the company can change roles."))


def require_department_role(user: User, department: Department, permission: str) -> None:
    """Raise NotAllowed unless one of the person's roles in the department has the permission."""
    if not user.can_in(department, permission):
        raise NotAllowed(_("Your role in this department doesn't allow it."))


def require_platform_role(user: User, permission: str) -> None:
    """Raise NotAllowed unless one of the person's platform roles has the permission."""
    if not user.has_platform_permission(permission):
        raise NotAllowed(_("Your role on this platform doesn't allow it."))


def require_verified(vendor: Vendor) -> None:
    """Raise NotAllowed unless the vendor is verified now."""
    state = Vendor.objects.only("state").get(pk=vendor.pk).state
    if state == Vendor.State.SUSPENDED:
        raise NotAllowed(
            _("Your company is suspended. The reason is in the console; the operator can lift it."),
            code="vendor-suspended",
        )
    if state != Vendor.State.VERIFIED:
        raise NotAllowed(
            _("Your company isn't verified yet. As soon as the operator has verified it, you can go on."),
            code="vendor-not-verified",
        )

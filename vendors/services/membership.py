"""Who works for a vendor in which role, and where the vendor's money goes."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import DepartmentMembership, User
from marketplace.core import audit, encryption
from marketplace.core.errors import Conflict, InvalidInput
from vendors.models import Member, Vendor
from vendors.services.access import require_vendor_role

ACCOUNT_DIGITS = range(8, 31)
SHOWN_DIGITS = 4


def add_member(*, vendor: Vendor, user: User, role: str, by: User, now: datetime) -> Member:
    """Return the new role of the person. Raises Conflict when they have it, or work for a department served."""
    require_vendor_role(by, vendor, "vendor.manage")
    if role not in Member.Role.values:
        raise InvalidInput(_("There is no such role."), field="role")
    served = vendor.claims.standing().values("order__department")
    if DepartmentMembership.objects.filter(user=user, department__in=served).exists():
        raise Conflict(
            _(
                "This person works for a department whose order your company has claimed. "
                "Nobody can stand on both sides."
            ),
            code="affiliated",
        )
    try:
        with transaction.atomic():
            member = Member.objects.create(vendor=vendor, user=user, role=role)
            audit.record("member_added", vendor, by=by, now=now, after={"user": user.pk, "role": role})
    except IntegrityError as error:
        raise Conflict(_("This person has this role already.")) from error
    return member


def remove_member(*, member: Member, by: User, now: datetime) -> None:
    """Take one role away: an owner anybody's, everybody their own. The last owner can't leave."""
    if member.user_id != by.pk:
        require_vendor_role(by, member.vendor, "vendor.manage")
    with transaction.atomic():
        vendor = Vendor.objects.select_for_update().get(pk=member.vendor_id)
        others = vendor.members.filter(role=Member.Role.OWNER).exclude(pk=member.pk)
        if member.role == Member.Role.OWNER and not others.exists():
            raise Conflict(
                _("The last owner can't leave: a company needs somebody who answers for it. Add another owner first."),
                code="last-owner",
            )
        removed, _rows = Member.objects.filter(pk=member.pk).delete()
        if removed:
            after = {"user": member.user_id, "role": member.role}
            audit.record("member_removed", vendor, by=by, now=now, before=after)


def set_bank_account(*, vendor: Vendor, account: str, bank_name: str, by: User, now: datetime) -> None:
    """Store the settlement account sealed for this row; pages show only `bank_account_masked`."""
    require_vendor_role(by, vendor, "vendor.manage")
    digits = "".join(account.split()).replace("-", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in ACCOUNT_DIGITS):
        raise InvalidInput(_("An account number has 8 to 30 digits and nothing else."), field="account")
    if not bank_name.strip():
        raise InvalidInput(_("Name the bank and its branch."), field="bank_name")
    masked = f"**** {digits[-SHOWN_DIGITS:]}"
    with transaction.atomic():
        Vendor.objects.filter(pk=vendor.pk).update(
            bank_account_encrypted=encryption.encrypt(digits, context=_context(vendor)),
            bank_account_masked=masked,
            bank_name=bank_name.strip(),
        )
        audit.record("bank_account_set", vendor, by=by, now=now, after={"account": masked})
    vendor.refresh_from_db()


def bank_account_of(vendor: Vendor) -> str:
    """Return the account number in clear, for the payment file alone; empty when none was given."""
    if not vendor.bank_account_encrypted:
        return ""
    return encryption.decrypt(bytes(vendor.bank_account_encrypted), context=_context(vendor))


def _context(vendor: Vendor) -> str:
    return f"vendors.vendor:{vendor.pk}:bank_account"

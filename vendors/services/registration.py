"""Registers companies and lets operators verify, refuse, suspend and resume them."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core import audit, identity
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed
from marketplace.notices.services import notify
from vendors.models import Member, Vendor
from vendors.services.access import require_platform_role, require_vendor_role
from vendors.signals import vendor_suspended

VERIFIED_ONCE = (Vendor.State.VERIFIED, Vendor.State.SUSPENDED)
DETAILS = ("name_zh", "name_en", "contact_name", "contact_phone", "town")


def checked_credit_code(text: str) -> str:
    """Return the code normalized; raise InvalidInput that names the place of its first fault (GB 32100-2015)."""
    code = identity.normalize(text)
    fault = identity.credit_code_fault(code)
    if fault is None:
        return code
    sentences = {
        "length": _("A unified social credit code has %(expected)s characters; this one has %(found)s."),
        "digit": _("Character %(position)s of the credit code is “%(found)s”; characters 3 to 8 are digits."),
        "character": _(
            "Character %(position)s of the credit code is “%(found)s”, which never occurs in one. "
            "The letters I, O, S, V and Z aren't used: look whether it is the digit 1, 0, 5 or 2."
        ),
        "check": _(
            "The last character of the credit code is “%(found)s”, but it should be “%(expected)s” after these "
            "17 characters. One of the characters is probably mistyped: compare it with the business licence."
        ),
    }
    values = {"position": fault.position, "found": fault.found, "expected": fault.expected}
    raise InvalidInput(sentences[fault.reason] % values, code="credit-code", field="credit_code", extra=values)


def register_vendor(
    *,
    name_zh: str,
    credit_code: str,
    by: User,
    now: datetime,
    name_en: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    town: str = "",
    code: str = "",
) -> Vendor:
    """Return the new vendor, `registered`, with `by` as its owner.

    Raises InvalidInput for a wrong credit code, Conflict when the person has registered this company before or
    when it is verified already.
    """
    credit_code = checked_credit_code(credit_code)
    details = {"name_zh": name_zh, "name_en": name_en, "contact_name": contact_name, "contact_phone": contact_phone}
    if town:
        details["town"] = town
    try:
        with transaction.atomic():
            _refuse_verified_company(credit_code)
            vendor = Vendor.objects.create(
                code=code or _fresh_code(name_en),
                credit_code=credit_code,
                registered_by=by,
                registered_at=now,
                **details,
            )
            owner = Member.objects.create(vendor=vendor, user=by, role=Member.Role.OWNER)
            audit.record("registered", vendor, by=by, now=now, after={"state": vendor.state, "owner": owner.user_id})
    except IntegrityError as error:
        raise Conflict(
            _("You have registered this company before. You find it in the console."),
            code="registered-twice",
            field="credit_code",
        ) from error
    return vendor


def register_again(*, vendor: Vendor, by: User, now: datetime, credit_code: str, **details: str) -> None:
    """Hand a refused registration in again; `details` are any of DETAILS. Raises what register_vendor raises."""
    require_vendor_role(by, vendor, "vendor.manage")
    if unknown := set(details) - set(DETAILS):
        raise TypeError(f"not a detail of a vendor: {sorted(unknown)}")
    credit_code = checked_credit_code(credit_code)
    try:
        with transaction.atomic():
            _refuse_verified_company(credit_code)
            vendor.register_again(by=by, now=now, credit_code=credit_code, **details)
    except IntegrityError as error:
        raise Conflict(_("You have registered this company before. You find it in the console.")) from error


def verify_vendor(*, vendor: Vendor, by: User, now: datetime) -> None:
    """Verify the vendor. Of two with the same credit code only one can be: the database decides, Conflict tells."""
    _require_uninvolved_operator(vendor, by)
    try:
        with transaction.atomic():
            vendor.verify(by=by, now=now)
            _tell_owners(vendor, kind="vendor-verified", now=now)
    except IntegrityError as error:
        raise Conflict(
            _("Another company with the credit code %(code)s is verified already. Compare both, then refuse one.")
            % {"code": vendor.credit_code},
            code="credit-code-taken",
        ) from error


def refuse_vendor(*, vendor: Vendor, reason: str, by: User, now: datetime) -> None:
    """Refuse the registration with a reason that the vendor reads."""
    _require_uninvolved_operator(vendor, by)
    reason = _required_reason(reason)
    with transaction.atomic():
        vendor.refuse(by=by, now=now, reason=reason)
        _tell_owners(vendor, kind="vendor-refused", now=now)


def suspend_vendor(*, vendor: Vendor, reason: str, by: User, now: datetime) -> None:
    """Stop the vendor: nothing can be claimed, asked or uploaded; `vendor_suspended` tells the layers above."""
    _require_uninvolved_operator(vendor, by)
    reason = _required_reason(reason)
    with transaction.atomic():
        vendor.suspend(by=by, now=now, reason=reason)
        vendor_suspended.send(sender=Vendor, vendor=vendor, now=now)
        _tell_owners(vendor, kind="vendor-suspended", now=now)


def resume_vendor(*, vendor: Vendor, by: User, now: datetime) -> None:
    """Lift the suspension. Listings stay suspended until the operator decides on each."""
    _require_uninvolved_operator(vendor, by)
    with transaction.atomic():
        vendor.resume(by=by, now=now)
        _tell_owners(vendor, kind="vendor-resumed", now=now)


def _refuse_verified_company(credit_code: str) -> None:
    """Spare people a registration that can't be verified; the constraint at verification is what counts."""
    if Vendor.objects.filter(credit_code=credit_code, state__in=VERIFIED_ONCE).exists():
        raise Conflict(
            _("This company is registered and verified already. Ask one of its owners to add you as a member."),
            code="credit-code-taken",
            field="credit_code",
        )


def _require_uninvolved_operator(vendor: Vendor, by: User) -> None:
    require_platform_role(by, "vendors.verify")
    if vendor.members.filter(user=by).exists():
        raise NotAllowed(_("You are a member of this company, so another operator has to decide."), code="own-company")


def _required_reason(reason: str) -> str:
    if not reason.strip():
        raise InvalidInput(_("Say why, in words that help the company."), field="reason")
    return reason.strip()


def _tell_owners(vendor: Vendor, *, kind: str, now: datetime) -> None:
    owners = User.objects.filter(vendor_memberships__vendor=vendor, vendor_memberships__role=Member.Role.OWNER)
    notify(users=owners, kind=kind, now=now, params={"vendor": vendor.code}, path="/vendor/")


def _fresh_code(name: str) -> str:
    return f"{slugify(name)[:30].strip('-') or 'vendor'}-{secrets.token_hex(3)}"

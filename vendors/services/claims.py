"""Claims: a vendor takes an order with its tariff and its terms, delivers, or gives it back."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.accounts.models import DepartmentMembership, User
from marketplace.core import audit
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed
from marketplace.orders.models import DemandOrder
from vendors.models import Claim, Vendor
from vendors.services.access import require_vendor_role, require_verified

DATA_TERMS = "data-processing-1"


def claim_order(
    *,
    vendor: Vendor,
    order: DemandOrder,
    by: User,
    now: datetime,
    accept_tariff: bool,
    accept_data_terms: bool,
) -> Claim:
    """Return the claim. Any number of vendors may claim; one vendor once; none affiliated with the department."""
    require_vendor_role(by, vendor, "orders.claim")
    require_verified(vendor)
    if not accept_tariff:
        raise InvalidInput(_("Accept the tariff of the order: it is what your app is paid by."), field="accept_tariff")
    if not accept_data_terms:
        raise InvalidInput(_("Accept the terms for handling citizens' data."), field="accept_data_terms")
    try:
        with transaction.atomic():
            order = DemandOrder.objects.select_for_update().get(pk=order.pk)
            refuse_unless_taking_apps(order, now)
            _refuse_affiliated(vendor, order)
            claim = Claim.objects.create(
                vendor=vendor,
                order=order,
                claimed_by=by,
                claimed_at=now,
                accepted_tariff=order.tariff_code,
                accepted_terms=DATA_TERMS,
            )
            after = {"order": order.code, "tariff": claim.accepted_tariff, "terms": claim.accepted_terms}
            audit.record("claimed", claim, by=by, now=now, after=after)
    except IntegrityError as error:
        raise Conflict(_("Your company has claimed this order already."), code="claimed-already") from error
    return claim


def withdraw_claim(*, claim: Claim, by: User, now: datetime) -> None:
    """Give the order back; afterwards nothing more can be uploaded for it."""
    require_vendor_role(by, claim.vendor, "orders.claim")
    claim.withdraw(by=by, now=now)


def deliver_claim(*, vendor: Vendor, order: DemandOrder, now: datetime, by: object = "system:store") -> None:
    """Mark the vendor's claim delivered because its app is on offer; a claim that is delivered stays so."""
    claim = vendor.claims.filter(order=order, state=Claim.State.ACTIVE).first()
    if claim:
        claim.deliver(by=by, now=now)


def refuse_unless_taking_apps(order: DemandOrder, now: datetime) -> None:
    """Raise Conflict unless the order is open and its last day for submissions isn't over."""
    if order.state != DemandOrder.State.OPEN:
        raise Conflict(_("This order isn't open."), code="order-not-open")
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    if order.submissions_close_on and today > order.submissions_close_on:
        raise Conflict(
            _("This order took apps until %(date)s.") % {"date": order.submissions_close_on.isoformat()},
            code="submissions-closed",
        )


def _refuse_affiliated(vendor: Vendor, order: DemandOrder) -> None:
    """A vendor one of whose members works for the department is affiliated with it."""
    members = vendor.members.values("user")
    if DepartmentMembership.objects.filter(department=order.department, user__in=members).exists():
        raise NotAllowed(
            _("A member of your company works for the department of this order, so your company can't claim it."),
            code="affiliated",
        )

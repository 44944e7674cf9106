"""Asks the sandbox to run an order's own plan before vendors do, and keeps what came of it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core import audit
from marketplace.core.errors import Conflict
from marketplace.orders.models import DemandOrder
from marketplace.orders.plan import plan_of, sha256_of
from marketplace.orders.services.news import tell_editor
from marketplace.orders.services.opening import OrderIncomplete, lacks
from marketplace.orders.signals import order_rehearsal_requested

REHEARSED_IN = frozenset({"draft", "review", "suspended"})


def request_rehearsal(*, order: DemandOrder, by: User, now: datetime) -> None:
    """Ask for a run of the order's current plan; the sandbox hears of it in the same transaction."""
    with transaction.atomic():
        locked = DemandOrder.objects.select_for_update().get(pk=order.pk)
        if locked.state not in REHEARSED_IN:
            raise Conflict(_("A rehearsal comes before the order opens."), code="not-before-opening")
        missing = lacks(locked)
        if missing:
            raise OrderIncomplete(missing)
        _set(order, rehearsal_requested_at=now)
        audit.record("rehearsal_requested", order, by=by, now=now, after={"plan": sha256_of(plan_of(order))})
        order_rehearsal_requested.send(sender=DemandOrder, order=order, now=now)


def record_rehearsal(*, order: DemandOrder, plan_sha256: str, passed: bool, message: str, now: datetime) -> None:
    """Keep the outcome of a rehearsal; one of a plan that has changed since is kept too, but opens nothing."""
    with transaction.atomic():
        _set(
            order,
            rehearsed_at=now,
            rehearsed_plan=plan_sha256,
            rehearsal_passed=passed,
            rehearsal_message=message[:500],
        )
        after = {"plan": plan_sha256, "passed": passed}
        audit.record("rehearsed", order, by="system:sandbox", now=now, after=after)
        tell_editor(order, kind="order-rehearsed", now=now, passed=passed)


def is_rehearsed(order: DemandOrder) -> bool:
    """Return whether the order's plan, as it stands now, passed its rehearsal."""
    return bool(order.rehearsal_passed) and order.rehearsed_plan == sha256_of(plan_of(order))


def _set(order: DemandOrder, **fields: object) -> None:
    DemandOrder.objects.filter(pk=order.pk).update(**fields)
    for name, value in fields.items():
        setattr(order, name, value)

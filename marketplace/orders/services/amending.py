"""Changes an order after it opened: a stored difference, and news to everybody who relies on it."""

from collections.abc import Mapping, Set
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.core import audit
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.orders import differences
from marketplace.orders.models import Amendment, DemandOrder, Scenario
from marketplace.orders.services.drafting import DATES, TEXTS, check_fields, read_contract, read_scenario
from marketplace.orders.signals import order_amended

WHILE_OPEN = TEXTS | DATES | {"answer_days"}
WHILE_SUSPENDED = WHILE_OPEN | {"contract", "thresholds", "checks", "scenarios"}


def amend_order(
    *,
    order: DemandOrder,
    by: User,
    now: datetime,
    reason: str,
    scenarios: Mapping[str, bytes | Mapping[str, Any]] | None = None,
    **changes: Any,
) -> Amendment:
    """Return the stored amendment of an open or suspended order.

    Texts and dates change while it is open; what is tested (`contract`, `thresholds`, `checks`, and `scenarios`: code
    -> new document) only while it is suspended, and it must be rehearsed again before it resumes.
    """
    if not reason.strip():
        raise InvalidInput(_("Say why the order changes; vendors read it."), field="reason")
    check_fields(changes)
    if changes.get("contract"):
        changes["contract"] = read_contract(changes["contract"])
    with transaction.atomic():
        locked = DemandOrder.objects.select_for_update().get(pk=order.pk)
        replaced = _replaced(locked, scenarios or {}, changes.get("contract") or locked.contract)
        _require_allowed(locked, changes.keys() | ({"scenarios"} if replaced else set()))
        found = _differences(locked, changes)
        for scenario, document in replaced:
            pairs = differences.between(scenario.arazzo, document)
            found |= {f"scenarios/{scenario.code}{place}": pair for place, pair in pairs.items()}
        if not found:
            raise InvalidInput(_("Nothing changes."), code="nothing-changes")
        for scenario, document in replaced:
            Scenario.objects.filter(pk=scenario.pk).update(arazzo=document)
        if changes:
            DemandOrder.objects.filter(pk=order.pk).update(**changes)
        for name, value in changes.items():
            setattr(order, name, value)
        amendment = Amendment.objects.create(
            order=order,
            number=locked.amendments.count() + 1,
            changes=found,
            reason=reason.strip()[:300],
            by=by,
            at=now,
        )
        fields = sorted({place.partition("/")[0] for place in found})
        audit.record("amended", order, by=by, now=now, after={"number": amendment.number, "fields": fields})
        order_amended.send(sender=DemandOrder, order=order, amendment=amendment, now=now)
    return amendment


def _replaced(
    order: DemandOrder, scenarios: Mapping[str, bytes | Mapping[str, Any]], contract: Mapping[str, Any]
) -> list[tuple[Scenario, dict[str, Any]]]:
    known = {each.code: each for each in order.scenarios.all()}
    for code in scenarios.keys() - known.keys():
        raise InvalidInput(_("This order has no scenario “%(code)s”.") % {"code": code}, field="scenarios")
    return [(known[code], read_scenario(content, contract)) for code, content in scenarios.items()]


def _require_allowed(order: DemandOrder, changes: Set[str]) -> None:
    allowed = {"open": WHILE_OPEN, "suspended": WHILE_SUSPENDED}.get(order.state)
    if allowed is None:
        raise Conflict(_("Only an open or suspended order is amended."), code="not-open")
    if changes - allowed:
        message = _("What is tested changes only while the order is suspended, and is rehearsed again.")
        raise Conflict(message, code="suspend-first", field=min(changes - allowed))


def _differences(order: DemandOrder, changes: Mapping[str, Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, value in changes.items():
        before = getattr(order, name)
        if isinstance(value, (dict, list)):
            found |= {f"{name}{place}": pair for place, pair in differences.between(before, value).items()}
        elif before != value:
            found[name] = [_plain(before), _plain(value)]
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value

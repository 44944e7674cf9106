"""Writes adjustments, attaches the pending ones to the settlement that bears them, and carries what is left over."""

import json
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext

from billing.models import Adjustment, Computation, Dispute, Settlement, SettlementLine
from marketplace.accounts.models import User
from marketplace.core import audit
from vendors.models import App


def new_adjustment(
    *,
    kind: str,
    app: App,
    cents: int,
    reason: str,
    by: User,
    now: datetime,
    settlement: Settlement | None = None,
    origin: Settlement | None = None,
    dispute: Dispute | None = None,
) -> Adjustment:
    """Write one adjustment under the next reference; must run in the transaction of what causes it."""
    number = Adjustment.objects.count() + 1
    row = Adjustment.objects.create(
        reference=f"ADJ-{number:06d}",
        kind=kind,
        app=app,
        service_item_id=app.service_item_id,
        cents=cents,
        reason=reason,
        settlement=settlement,
        origin=origin,
        dispute=dispute,
        made_by=by,
        made_at=now,
    )
    audit.record("adjusted", row, by=by, now=now, after={"reference": row.reference, "cents": cents})
    return row


def take_pending(settlement: Settlement) -> int:
    """Attach the adjustments that wait for a settlement; those that came from this very period wait on."""
    pending = Adjustment.objects.filter(Q(origin=None) | ~Q(origin=settlement), settlement=None)
    return pending.update(settlement=settlement)


def carry_over(made: Computation, *, by: User, now: datetime) -> list[Adjustment]:
    """Carry to the next period what this one couldn't bear: adjustments over the ceiling, and negative sums."""
    outcome = json.loads(made.outcome)
    lines = list(made.lines.select_related("app", "vendor", "department").order_by("payable_cents", "app__code"))
    carried = [
        (line, row["carried"], row["reference"])
        for line in lines
        for row in line.values["adjustments"]
        if row["carried"]
    ]
    lowest: dict[tuple[str, str], SettlementLine] = {}
    for line in lines:
        lowest.setdefault((line.vendor.code, line.department.code), line)
    carried += [
        (lowest[due["vendor"], due["department"]], due["carried"], made.settlement.period)
        for due in outcome["dues"]
        if due["carried"]
    ]
    return [_carry(line, cents, source, made, by=by, now=now) for line, cents, source in carried]


def _carry(line: SettlementLine, cents: int, source: str, made: Computation, *, by: User, now: datetime) -> Adjustment:
    reason = gettext("Carried from %(period)s (%(source)s)") % {"period": made.settlement.period, "source": source}
    return new_adjustment(
        kind=Adjustment.Kind.CARRIED, app=line.app, cents=cents, reason=reason, origin=made.settlement, by=by, now=now
    )

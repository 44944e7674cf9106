"""Opens disputes over single lines and decides them, with the correction that a decision brings."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models import Adjustment, Dispute, Settlement, SettlementLine, Statement
from billing.permits import require_platform, require_vendor
from billing.services.adjustments import new_adjustment
from billing.services.settlements import publish, recompute
from billing.services.statements import notify_vendors
from marketplace.accounts.models import User
from marketplace.core import audit
from marketplace.core.errors import Conflict, InvalidInput, NotAllowed
from vendors.models import Member


def open_dispute(
    *, line: SettlementLine, claimed_cents: int, grounds: str, by: User, now: datetime, evidence: str = ""
) -> Dispute:
    """Dispute one line of a published settlement within the window: what it should come to, and why."""
    require_vendor(by, line.vendor, "statements.confirm")
    settlement = line.computation.settlement
    if settlement.state != Settlement.State.PUBLISHED or line.computation.version != settlement.version:
        raise Conflict(_("Only the published figures in force can be disputed."), code="not-published")
    if settlement.dispute_until is None or now >= settlement.dispute_until:
        raise Conflict(_("The dispute window is over."), code="window-over")
    if claimed_cents == line.payable_cents or claimed_cents < 0:
        raise InvalidInput(_("Say what the line should come to, other than what it is."), field="claimed")
    if not grounds.strip():
        raise InvalidInput(_("Say why."), field="grounds")
    with transaction.atomic():
        number = f"D-{settlement.period}-{settlement.disputes.count() + 1:03d}"
        try:
            with transaction.atomic():
                dispute = Dispute.objects.create(
                    number=number,
                    settlement=settlement,
                    line=line,
                    app=line.app,
                    service_item=line.service_item,
                    claimed_cents=claimed_cents,
                    grounds=grounds,
                    evidence=evidence,
                    opened_by=by,
                    opened_at=now,
                )
        except IntegrityError as error:
            raise Conflict(_("This line is in dispute already.")) from error
        audit.record("dispute_opened", dispute, by=by, now=now, after={"claimed": claimed_cents})
    return dispute


def decide_dispute(
    *, dispute: Dispute, accept: bool, decision: str, by: User, now: datetime, granted_cents: int | None = None
) -> Adjustment | None:
    """Decide a dispute with reasons. `granted_cents` is what the line comes to (default: what was claimed).

    While the settlement is published, an accepted dispute becomes an adjustment in a new version that is published in
    its place. After approval, the difference to what was released becomes an adjustment of the next settlement.
    """
    require_platform(by, "disputes.decide")
    if Member.objects.filter(user=by, vendor=dispute.line.vendor_id).exists():
        raise NotAllowed(_("A member of the vendor can't decide its dispute."))
    if not decision.strip():
        raise InvalidInput(_("A decision has reasons."), field="decision")
    granted = dispute.claimed_cents if granted_cents is None else granted_cents
    if accept and granted < 0:
        raise InvalidInput(_("What is granted isn't negative."), field="granted")
    with transaction.atomic():
        settlement = Settlement.objects.select_for_update().get(pk=dispute.settlement_id)
        if accept:
            dispute.accept(by=by, now=now, decision=decision, granted_cents=granted)
        else:
            dispute.reject(by=by, now=now, decision=decision)
        adjustment = _correct(dispute, settlement, granted=granted if accept else None, by=by, now=now)
        statement = _statement_of(dispute, settlement)
        notify_vendors([statement] if statement else [], kind="dispute_decided", now=now)
    return adjustment


def _correct(
    dispute: Dispute, settlement: Settlement, *, granted: int | None, by: User, now: datetime
) -> Adjustment | None:
    """Write the adjustment that the decision brings, if it brings one."""
    line = _line_in_force(dispute, settlement)
    reason = gettext("Dispute %(number)s") % {"number": dispute.number}
    common: dict[str, Any] = {"kind": Adjustment.Kind.DISPUTE, "app": dispute.app, "reason": reason, "dispute": dispute}
    if settlement.state in {Settlement.State.APPROVED, Settlement.State.PAID, Settlement.State.CLOSED}:
        statement = _statement_of(dispute, settlement)
        undisputed = min(max(line.payable_cents, 0), max(dispute.claimed_cents, 0))
        released = undisputed if statement and statement.held_cents else max(line.payable_cents, 0)
        cents = (line.payable_cents if granted is None else granted) - released
        return new_adjustment(cents=cents, origin=settlement, by=by, now=now, **common) if cents else None
    if granted is None or granted == line.payable_cents:
        return None
    if settlement.state != Settlement.State.PUBLISHED:
        raise Conflict(_("Decide the dispute while the settlement is published, or after its approval."))
    cents = granted - line.payable_cents
    adjustment = new_adjustment(cents=cents, settlement=settlement, by=by, now=now, **common)
    recompute(settlement=settlement, by=by, now=now, reason=dispute.number)
    publish(settlement=settlement, by=by, now=now)
    return adjustment


def _line_in_force(dispute: Dispute, settlement: Settlement) -> SettlementLine:
    return settlement.computation.lines.get(app=dispute.app_id, service_item=dispute.service_item_id)


def _statement_of(dispute: Dispute, settlement: Settlement) -> Statement | None:
    return settlement.computation.statements.filter(
        vendor=dispute.line.vendor_id, department=dispute.line.department_id
    ).first()

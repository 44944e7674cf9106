"""Opens a period's settlement, computes and publishes it, has it approved by a second person, and closes it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing import computation as arithmetic
from billing import sealing
from billing.models import (
    Adjustment,
    Computation,
    Dispute,
    Settlement,
    SettlementLine,
    Statement,
    Tariff,
)
from billing.permits import require_independent, require_platform
from billing.pricing.period import Period
from billing.pricing.settle import Outcome
from billing.pricing.waterfall import line_values
from billing.refusals import in_words
from billing.services.adjustments import carry_over, new_adjustment, take_pending
from billing.services.ledger import expense_account, payable_account, post
from billing.services.statements import issue_statements, notify_vendors, supersede_statements
from marketplace.accounts.models import User
from marketplace.catalogue.models import ServiceItem
from marketplace.core import audit
from marketplace.core.calendar import deadline
from marketplace.core.errors import Conflict, InvalidInput
from vendors.models import App


def open_settlement(*, period: str, tariff: Tariff, by: User, now: datetime) -> Settlement:
    """Return a new draft for a period that is over. One settlement per period."""
    require_platform(by, "settlements.make")
    with in_words():
        span = Period.parse(period)
        span.require_over(sealing.local_day(now))
    if not Tariff.objects.in_force(span.first, span.end).filter(pk=tariff.pk).exists():
        raise InvalidInput(_("This tariff isn't published for the whole period."), field="tariff")
    with transaction.atomic():
        settlement, created = Settlement.objects.get_or_create(
            period=span.code,
            defaults={"first": span.first, "end": span.end, "tariff": tariff, "maker": by, "opened_at": now},
        )
        if not created:
            raise Conflict(_("There is a settlement of this period already."))
        audit.record("opened", settlement, by=by, now=now, after={"tariff": str(tariff)})
    return settlement


def compute(*, settlement: Settlement, by: User, now: datetime, reason: str = "") -> Computation:
    """Compute a draft from the sealed days; the result is a new version, the old ones are kept.

    Raises InvalidInput for bad input (one sentence that names the row) and while a day of the period isn't sealed.
    """
    require_platform(by, "settlements.make")
    sealing.seal_due_days(now)
    _require_sealed(settlement)
    with transaction.atomic():
        settlement.lock()
        take_pending(settlement)
        with in_words():
            inputs = arithmetic.gather(settlement)
            outcome = arithmetic.compute_outcome(inputs)
        made = _store(settlement, inputs=inputs, outcome=outcome, by=by, now=now, reason=reason)
        settlement.computed(by=by, now=now, version=made.version)
    return made


def _require_sealed(settlement: Settlement) -> None:
    sealed = sealing.sealed_through()
    if sealed is None or (settlement.end - sealed).days > 1:
        message = _("The days of %(period)s aren't all sealed yet; the last sealed day is %(day)s. Try again later.")
        raise InvalidInput(message % {"period": settlement.period, "day": sealed or "—"}, code="not-sealed")


def _store(
    settlement: Settlement, *, inputs: dict[str, Any], outcome: Outcome, by: User, now: datetime, reason: str
) -> Computation:
    given, out = arithmetic.as_text(inputs), arithmetic.as_text(arithmetic.as_rows(outcome))
    code = arithmetic.code_version()
    seals = inputs["seals"]
    made = Computation.objects.create(
        settlement=settlement,
        version=settlement.computations.count() + 1,
        reason=reason,
        computed_by=by,
        computed_at=now,
        facts_sha256=seals[-1][1] if seals else "",
        inputs=given,
        outcome=out,
        code_version=code,
        sha256=arithmetic.fingerprint(inputs=given, outcome=out, code=code),
        gross_cents=sum(line.gross.cents for line in outcome.lines),
        payable_cents=sum(row.payable for row in outcome.dues),
    )
    apps = {app.code: app for app in App.objects.filter(code__in=[line.app for line in outcome.lines])}
    items = {
        item.code: item for item in ServiceItem.objects.filter(code__in=[row.service_item for row in outcome.lines])
    }
    bounds = _last_gross(settlement)
    factor = settlement.tariff.read().safety_factor
    SettlementLine.objects.bulk_create(
        SettlementLine(
            computation=made,
            app=apps[line.app],
            vendor_id=apps[line.app].vendor_id,
            service_item=items[line.service_item],
            department_id=items[line.service_item].department_id,
            values=line_values(line, outcome.scalings[line.department]),
            gross_cents=line.gross.cents,
            scaled_cents=line.scaled_cents,
            adjustment_cents=line.adjustment_cents,
            payable_cents=line.payable_cents,
            parked=0 < factor * bounds.get((line.app, line.service_item), 0) < line.gross.cents,
        )
        for line in outcome.lines
    )
    audit.record("computation", made, by=by, now=now, after={"sha256": made.sha256, "version": made.version})
    return made


def _last_gross(settlement: Settlement) -> dict[tuple[str, str], int]:
    """Return the gross of each line in the settlement before this one, in cents."""
    before = Settlement.objects.filter(end__lte=settlement.first, version__gt=0).order_by("-end").first()
    if before is None:
        return {}
    rows = before.computation.lines.values_list("app__code", "service_item__code", "gross_cents")
    return {(app, item): gross for app, item, gross in rows}


def publish(*, settlement: Settlement, by: User, now: datetime) -> list[Statement]:
    """Show the computed statements to the vendors and start the dispute window (working days of the tariff).

    A republication after a decided dispute keeps the window of the first one.
    """
    require_platform(by, "settlements.make")
    with transaction.atomic():
        settlement.lock()
        until = settlement.dispute_until or deadline(now, settlement.tariff.read().dispute_days)
        settlement.publish(by=by, now=now, dispute_until=until)
        statements = issue_statements(settlement)
        notify_vendors(statements, kind="statement_published", now=now)
    return statements


def recompute(*, settlement: Settlement, by: User, now: datetime, reason: str) -> Computation:
    """Send a computed or published settlement back to draft with a reason and compute it again."""
    require_platform(by, "settlements.make")
    if not reason.strip():
        raise InvalidInput(_("Say why it is computed again."), field="reason")
    with transaction.atomic():
        settlement.lock()
        old = settlement.computation if settlement.version else None
        settlement.recompute(by=by, now=now, reason=reason)
        if old is not None:
            supersede_statements(old, by=by, now=now)
        return compute(settlement=settlement, by=by, now=now, reason=reason)


def adjust(
    *, app: App, cents: int, reason: str, by: User, now: datetime, origin: Settlement | None = None
) -> Adjustment:
    """Correct an earlier period: the next settlement that is computed bears the adjustment."""
    require_platform(by, "settlements.make")
    if not cents or not reason.strip():
        raise InvalidInput(_("An adjustment has a sum and a reason."), field="cents")
    with transaction.atomic():
        return new_adjustment(
            kind=Adjustment.Kind.EARLIER, app=app, cents=cents, reason=reason, origin=origin, by=by, now=now
        )


def look_at_line(*, line: SettlementLine, by: User, now: datetime, note: str) -> None:
    """Free a line that the safety bound parked, after a person has looked; the note stays with it."""
    require_platform(by, "settlements.make")
    if not note.strip():
        raise InvalidInput(_("Say what you found."), field="note")
    with transaction.atomic():
        rows = SettlementLine.objects.filter(pk=line.pk, parked=True, looked_at_by=None)
        if rows.update(looked_at_by=by, looked_at_note=note) != 1:
            raise Conflict(_("This line isn't parked."))
        audit.record("line_looked_at", line, by=by, now=now, after={"note": note})
        line.refresh_from_db()
        settlement = line.computation.settlement
        if settlement.approved_at is not None and line.payable_cents > 0:
            reason = gettext("Released after a look (%(period)s)") % {"period": settlement.period}
            kind = Adjustment.Kind.EARLIER
            common: dict[str, Any] = {
                "app": line.app,
                "cents": line.payable_cents,
                "reason": reason,
                "origin": settlement,
            }
            new_adjustment(kind=kind, by=by, now=now, **common)


def confirm_settlement(*, settlement: Settlement, by: User, now: datetime) -> None:
    """Move on once every statement is confirmed by its vendor and accepted by its department."""
    open_ones = settlement.computation.statements.exclude(state=Statement.State.ACCEPTED).count()
    if open_ones:
        message = _("%(number)d statements still wait for their vendor or department.") % {"number": open_ones}
        raise Conflict(message, code="statements-open")
    settlement.confirm(by=by, now=now)


def approve(*, settlement: Settlement, by: User, now: datetime, sha256: str) -> None:
    """Approve as the second person, signing the hash that was shown, and post what is released to the ledger.

    Held back: parked lines, and of open disputes the part in dispute. Raises NotAllowed for the maker and for members
    of vendors, Conflict when the figures aren't the ones that were shown, MoveRefused for the second of two at once.
    """
    require_platform(by, "settlements.approve")
    require_independent(by, maker_id=settlement.maker_id)
    with transaction.atomic():
        settlement.lock()
        made = settlement.computation
        require_independent(by, maker_id=made.computed_by_id)
        if sha256 != made.sha256 or "hash" in _integrity(made):
            message = _("The figures aren't the ones you were shown. Reload the page and look at them again.")
            raise Conflict(message, code="hash-differs")
        settlement.approve(by=by, now=now, sha256=sha256)
        for statement in made.statements.exclude(state=Statement.State.SUPERSEDED).order_by("number"):
            _release(statement, by=by, now=now)
        carry_over(made, by=by, now=now)


def _integrity(made: Computation) -> list[str]:
    stored = arithmetic.fingerprint(inputs=made.inputs, outcome=made.outcome, code=made.code_version)
    return [] if stored == made.sha256 else ["hash"]


def _release(statement: Statement, *, by: User, now: datetime) -> None:
    held = sum(held_of(line) for line in statement.lines())
    held = min(held, statement.payable_cents)
    released = statement.payable_cents - held
    Statement.objects.filter(pk=statement.pk).update(held_cents=held, released_cents=released)
    audit.record("released", statement, by=by, now=now, after={"held": held, "released": released})
    if released:
        post(
            reference=f"approve:{statement.number}",
            debit=expense_account(statement.department),
            credit=payable_account(statement.vendor),
            cents=released,
            by=by,
            now=now,
            memo=gettext("Statement %(number)s") % {"number": statement.number},
        )


def held_of(line: SettlementLine) -> int:
    """Return the cents of a line that approval holds back: all of a parked one, the disputed part of a disputed one."""
    if line.is_parked:
        return max(line.payable_cents, 0)
    dispute = Dispute.objects.filter(
        settlement=line.computation.settlement_id,
        app=line.app_id,
        service_item=line.service_item_id,
        state=Dispute.State.OPEN,
    ).first()
    if dispute is None or line.payable_cents <= 0:
        return 0
    return max(line.payable_cents - max(dispute.claimed_cents, 0), 0)


def close(*, settlement: Settlement, by: User, now: datetime) -> None:
    """Close a paid settlement; from then on there are only adjustments in later ones."""
    require_platform(by, "settlements.make")
    settlement.close(by=by, now=now)

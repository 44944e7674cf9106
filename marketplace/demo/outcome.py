"""What the story came to: the JSON of `manage.py demo --json`, and the lines that the demo prints."""

import json
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from django.db.models import Sum

from billing.models import Award, PaymentFile, Settlement, SettlementLine
from billing.services.ledger import balances
from marketplace.accounts.models import User
from marketplace.core import audit
from marketplace.core.models import AuditEvent
from marketplace.demo.telling import PASSWORD, Telling, content
from marketplace.orders.models import DemandOrder
from marketplace.store.models import Case, FollowUp, IncomingEvent, Listing, RejectedEvent, Review, ReviewTally
from marketplace.store.services.comparison import scores_of
from sandbox.models import SandboxRun
from vendors.models import AppVersion, Vendor

DIGITS = 12


def summarise(telling: Telling, settlement: Settlement) -> dict[str, Any]:
    """Read the outcome from the database; nothing is taken from the story's own memory but its sign-ins."""
    outcome = {
        "orders": [_order(order) for order in DemandOrder.objects.all()],
        "vendors": [
            {"name": vendor.name_zh, "credit_code": vendor.credit_code, "state": vendor.state}
            for vendor in Vendor.objects.all()
        ],
        "versions": [_version(version) for version in AppVersion.objects.exclude(state="refused")],
        "refused_uploads": [
            {"app": version.app.code, "reason": version.refusal.get("code", "")}
            for version in AppVersion.objects.filter(state="refused").select_related("app")
        ],
        "listings": [_listing(listing, telling) for listing in Listing.objects.select_related("app", "service_item")],
        "cases": dict(Counter(Case.objects.values_list("state", flat=True))),
        "events": _events(),
        "reviews": _levels(),
        "follow_ups": _follow_ups(telling),
        "settlement": _settlement(settlement),
        "ledger": _ledger(),
        "audit": {"events": AuditEvent.objects.count(), "verified": not list(audit.verify())},
        "confirmed_by": dict(
            Counter(Case.objects.filter(state__in=Case.DECIDED).values_list("confirmed_by", flat=True))
        ),
        "payment_files": [_payment_file(each) for each in PaymentFile.objects.all()],
    }
    return outcome | {"table": list(_table(outcome))}


def _money(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _decimal(exact: str) -> str:
    """Return an exact number such as 748/45 as a decimal with DIGITS places."""
    value = Fraction(exact)
    with localcontext() as context:
        context.prec = 60
        return f"{Decimal(value.numerator) / Decimal(value.denominator):.{DIGITS}f}"


def _order(order: DemandOrder) -> dict[str, Any]:
    return {
        "code": order.code,
        "service_item": order.service_item.code,
        "state": order.state,
        "questions": order.questions.count(),
        "scenarios": order.scenarios.count(),
        "claims": order.claims.count(),
    }


def _seconds(run: SandboxRun) -> float:
    if run.started_at is None or run.finished_at is None:
        return 0.0
    return (run.finished_at - run.started_at).total_seconds()


def _version(version: AppVersion) -> dict[str, Any]:
    run = SandboxRun.objects.filter(version=version).latest("pk")
    outcomes = Counter(run.results.values_list("outcome", flat=True))
    return {
        "app": version.app.code,
        "version": version.version,
        "state": version.state,
        "score": None if version.score is None else float(version.score),
        "image_digest": version.image_digest,
        "plan_sha256": run.plan_sha256,
        "run_seconds": _seconds(run),
        "checks_passed": outcomes["passed"],
        "failed_checks": sorted(run.results.filter(outcome="failed").values_list("code", flat=True)),
    }


def _listing(listing: Listing, telling: Telling) -> dict[str, Any]:
    found = scores_of([listing.app_id], today=telling.clock().date())[listing.app_id, ReviewTally.Face.APP]
    return {
        "app": listing.app.code,
        "service_item": listing.service_item.code,
        "state": listing.state,
        "score": str(found.mean) if found.count else None,
        "reviews": Review.objects.counted().filter(app=listing.app).count(),
    }


def _events() -> dict[str, int]:
    taken = IncomingEvent.objects.filter(token__isnull=False)
    duplicates = taken.aggregate(total=Sum("duplicates"))["total"] or 0
    rejected = RejectedEvent.objects.aggregate(total=Sum("times"))["total"] or 0
    return {
        "received": taken.count() + duplicates + rejected,
        "duplicates": duplicates,
        "late": taken.filter(late=True).count(),
        "rejected": rejected,
    }


def _levels() -> dict[str, int]:
    counted = Counter(Review.objects.values_list("app_level", flat=True))
    return {str(level): counted[level] for level in range(1, 6)}


def _follow_ups(telling: Telling) -> dict[str, int]:
    rows = list(FollowUp.objects.all())
    overdue = sum(row.is_overdue(telling.clock()) for row in rows)
    return dict(Counter(row.state for row in rows)) | {"overdue": overdue}


def _settlement(settlement: Settlement) -> dict[str, Any]:
    made = settlement.computation
    lines = [_line(line) for line in made.lines.select_related("app", "vendor", "service_item", "department")]
    return {
        "period": settlement.period,
        "state": settlement.state,
        "facts_sha256": made.facts_sha256,
        "tariff": _tariff(made.inputs),
        "lines": lines,
        "total_payable": _money(made.payable_cents),
        "awards": [
            {
                "category": award.service_item.code,
                "place": award.place,
                "app": award.app.code,
                "amount": _money(award.cents),
            }
            for award in Award.objects.filter(settlement=settlement).order_by("service_item__code", "place")
        ],
    }


def _tariff(inputs: str) -> dict[str, Any]:
    given = json.loads(inputs)
    rules = given["tariff"]["rules"]
    return {
        "cap_per_citizen": rules["cap_per_citizen"],
        "prior_weight": rules["prior_weight"],
        "prior_mean": rules["prior_mean"],
        "curve": rules["curve"],
        "items": rules["items"],
        "budgets": {code: _money(cents) for code, cents, _currency in given["ceilings"]},
        "awards": rules["awards"]["sums"],
    }


def _line(line: SettlementLine) -> dict[str, Any]:
    values = line.values
    counts = ("decided", "billable", "applicants", "held", "reviews")
    return {
        "app": line.app.code,
        "vendor": line.vendor.code,
        "service_item": line.service_item.code,
        "department": line.department.code,
        **{name: values[name] for name in counts},
        "review_sum": values["faces"],
        **{name: _decimal(values[name]) for name in ("q", "multiplier", "use_fee")},
        "gross": _money(line.gross_cents),
        "scaled": _money(line.scaled_cents),
        "adjustment": _money(line.adjustment_cents),
        "payable": _money(line.payable_cents),
    }


def _ledger() -> dict[str, str]:
    rows = balances()
    return {
        "debits": _money(sum(row.debits for row in rows)),
        "credits": _money(sum(row.credits for row in rows)),
    }


def _payment_file(made: PaymentFile) -> dict[str, Any]:
    return {
        "message": made.content.partition("urn:iso:std:iso:20022:tech:xsd:")[2].partition('"')[0],
        "transactions": made.transactions,
        "control_sum": _money(made.control_cents),
        "debtor": made.debtor.holder,
        "kind": made.kind,
    }


def _table(outcome: dict[str, Any]) -> Iterable[str]:
    settlement = outcome["settlement"]
    yield ""
    yield "What happened"
    for version in outcome["versions"]:
        found = f", failed {', '.join(version['failed_checks'])}" if version["failed_checks"] else ""
        yield f"  {version['app']:<12} {version['version']:<7} {version['state']:<11} score {version['score']}{found}"
    for refused in outcome["refused_uploads"]:
        yield f"  {refused['app']:<12} refused at intake: {refused['reason']}"
    yield "  cases        " + ", ".join(f"{number} {state}" for state, number in sorted(outcome["cases"].items()))
    yield "  events       " + ", ".join(f"{number} {kind}" for kind, number in outcome["events"].items())
    yield "  reviews      " + ", ".join(f"{number} x {level}" for level, number in outcome["reviews"].items())
    yield "  follow-ups   " + ", ".join(f"{number} {state}" for state, number in sorted(outcome["follow_ups"].items()))
    yield f"  settlement   {settlement['period']} {settlement['state']}, CNY {settlement['total_payable']} payable"
    for line in settlement["lines"]:
        yield f"    {line['app']:<12} {line['billable']:>5} billable x {line['multiplier'][:6]} -> {line['payable']:>9}"
    for award in settlement["awards"]:
        yield f"    award {award['place']}: {award['app']:<12} {award['amount']:>10}"
    yield f"  ledger       {outcome['ledger']['debits']} = {outcome['ledger']['credits']}"
    yield f"  audit        {outcome['audit']['events']} events, verified: {outcome['audit']['verified']}"
    yield ""
    yield from sign_ins()


def sign_ins() -> Iterable[str]:
    """Return the lines that say who may sign in by now, and with what."""
    yield f"Sign-ins (password {PASSWORD})"
    bodies = content("bodies.json")
    people = {person["email"]: person["title_en"] for person in bodies["people"]}
    people |= {vendor["email"]: f"Vendor {vendor['name_en']}" for vendor in bodies["vendors"]}
    there = set(User.objects.filter(email__in=people).values_list("email", flat=True))
    for email, title in people.items():
        if email in there:
            yield f"  {email:<28} {title}"
    yield ""

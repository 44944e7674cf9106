"""Owns the canonical form of an outcome: every value of every line as integers and exact text, to store and hash."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from billing.pricing.budget import Scaling
from billing.pricing.exact import exact
from billing.pricing.settle import Line, Outcome


def as_rows(outcome: Outcome) -> dict[str, Any]:
    """The whole outcome for `canonical`: lines, departments and dues in their fixed order."""
    return {
        "lines": [line_values(line, outcome.scalings[line.department]) for line in outcome.lines],
        "departments": {code: _department(scaling) for code, scaling in outcome.scalings.items()},
        "dues": [
            {"vendor": row.vendor, "department": row.department, "total": row.total, "payable": row.payable,
             "carried": row.carried}
            for row in outcome.dues
        ],
    }  # fmt: skip


def line_values(line: Line, scaling: Scaling) -> dict[str, Any]:
    """One line's waterfall. Keys ending in `_cents` are cents; other amounts are exact yuan ("152319/8")."""
    return {
        "app": line.app,
        "service_item": line.service_item,
        "vendor": line.vendor,
        "department": line.department,
        "decided": line.usage.decided,
        "billable": line.usage.billable,
        "applicants": line.usage.applicants,
        "held": line.usage.held,
        "late": line.usage.late,
        "item_cases": line.price.cases,
        "tiers": [
            {"start": share.start, "cases": share.cases, "rate": exact(share.rate), "amount": exact(share.amount)}
            for share in line.price.shares
        ],
        "item_total": exact(line.price.total),
        "per_case": exact(line.price.per_case),
        "fee_by_cases": exact(line.fee.by_cases),
        "user_rate": exact(line.rates.user_rate),
        "fee_by_applicants": exact(line.fee.by_applicants),
        "use_fee": exact(line.fee.total),
        "reviews": line.quality.reviews,
        "faces": line.quality.faces,
        "prior_weight": line.quality.prior_weight,
        "prior_mean": exact(line.quality.prior_mean),
        "q": exact(line.quality.q),
        "segment": [[exact(x), exact(y)] for x, y in line.quality.segment],
        "multiplier": exact(line.quality.multiplier),
        "lower_bound": exact(line.quality.lower_bound),
        "unrounded": exact(line.gross.unrounded),
        "gross_cents": line.gross.cents,
        "ceiling_cents": scaling.ceiling,
        "department_gross_cents": scaling.gross,
        "factor": exact(scaling.factor),
        "extra_cent": int((line.app, line.service_item) in scaling.extra_cent),
        "scaled_cents": line.scaled_cents,
        "adjustments": [
            {"reference": row.adjustment.reference, "cents": row.cents, "carried": row.carried} for row in line.granted
        ],
        "adjustment_cents": line.adjustment_cents,
        "payable_cents": line.payable_cents,
    }


def _department(scaling: Scaling) -> dict[str, Any]:
    return {
        "gross": scaling.gross,
        "ceiling": scaling.ceiling,
        "factor": exact(Fraction(scaling.factor)),
        "paid": sum(scaling.cents.values()),
        "unpaid": scaling.unpaid,
    }

"""Gathers what a settlement depends on, runs the arithmetic, and proves afterwards that it gives the same bytes."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import Q

from billing import aggregation, pricing
from billing.models import Adjustment as AdjustmentRow
from billing.models import Computation, DepartmentBudget, FactSeal, Settlement
from billing.pricing.canonical import canonical, digest
from billing.pricing.facts import Adjustment, Ceiling, Opinion, Register, Usage
from billing.pricing.settle import Inputs, Outcome, settle
from billing.pricing.tariff import Tariff as Rules
from billing.pricing.waterfall import as_rows
from vendors.models import App


@lru_cache(maxsize=1)
def code_version() -> str:
    """Return the SHA-256 over the sources of the fee arithmetic: what "code version" means in a computation."""
    folder = Path(pricing.__file__).parent
    whole = hashlib.sha256()
    for path in sorted(folder.glob("*.py")):
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def seals_of(settlement: Settlement) -> list[FactSeal]:
    """Return the manifests of the period, in order."""
    return list(FactSeal.objects.filter(day__gte=settlement.first, day__lt=settlement.end).order_by("day"))


def gather(settlement: Settlement) -> dict[str, Any]:
    """Return everything that goes into a computation, as integers and strings.

    Keys: period, tariff (code, version, rules), seals [[day, digest]], usage, opinions, ceilings, adjustments (rows in
    the order of the dataclasses' fields), vendor_of, department_of (by code, only those that occur).
    """
    seals = seals_of(settlement)
    usage, opinions = aggregation.count_sealed(seals, settlement.tariff.read().cap_per_citizen)
    rows = AdjustmentRow.objects.filter(settlement=settlement).select_related("app", "service_item")
    adjustments = [Adjustment(row.reference, row.app.code, row.service_item.code, row.cents) for row in rows]
    budgets = DepartmentBudget.objects.filter(period=settlement.period).select_related("department")
    ceilings = [Ceiling(row.department.code, row.cents, str(row.ceiling.currency)) for row in budgets]
    codes = {row.app for row in usage} | {row.app for row in opinions} | {row.app for row in adjustments}
    apps = App.objects.filter(Q(code__in=codes)).select_related("vendor", "service_item__department")
    items = {app.service_item.code: app.service_item.department.code for app in apps}
    return {
        "period": settlement.period,
        "tariff": {
            "code": settlement.tariff.code,
            "version": settlement.tariff.version,
            "rules": settlement.tariff.rules,
        },
        "seals": [[seal.day.isoformat(), seal.digest] for seal in seals],
        "usage": _rows(usage),
        "opinions": _rows(opinions),
        "ceilings": _rows(ceilings),
        "adjustments": _rows(adjustments),
        "vendor_of": {app.code: app.vendor.code for app in apps},
        "department_of": items,
    }


def _rows(things: Iterable[Any]) -> list[list[Any]]:
    return [list(astuple(thing)) for thing in sorted(things)]


def compute_outcome(inputs: dict[str, Any]) -> Outcome:
    """Run the arithmetic over gathered inputs; raises InputError that names the row."""
    return settle(
        Rules.read(inputs["tariff"]["rules"]),
        Inputs(
            usage=[Usage(*row) for row in inputs["usage"]],
            opinions=[Opinion(*row) for row in inputs["opinions"]],
            ceilings=[Ceiling(*row) for row in inputs["ceilings"]],
            adjustments=[Adjustment(*row) for row in inputs["adjustments"]],
            register=Register(inputs["vendor_of"], inputs["department_of"]),
        ),
    )


def fingerprint(*, inputs: str, outcome: str, code: str) -> str:
    """Return the hash that the checker signs: over inputs, outcome and code version."""
    return digest({"inputs": inputs, "outcome": outcome, "code": code})


def as_text(value: Any) -> str:
    """Return canonical JSON as text."""
    return canonical(value).decode()


def differences(computation: Computation) -> list[str]:
    """Compute again from the sealed files; return what isn't byte for byte the same (empty when all is).

    Names: `hash` (the stored row was changed), `inputs` (files, tariff, budgets or adjustments differ now), `outcome`
    (the arithmetic gives other bytes), `code` (the arithmetic's source has changed since).
    """
    found = []
    stored = fingerprint(inputs=computation.inputs, outcome=computation.outcome, code=computation.code_version)
    if stored != computation.sha256:
        found.append("hash")
    inputs = json.loads(computation.inputs)
    seals = list(FactSeal.objects.filter(day__in=[day for day, _ in inputs["seals"]]).order_by("day"))
    usage, opinions = aggregation.count_sealed(seals, Rules.read(inputs["tariff"]["rules"]).cap_per_citizen)
    again = inputs | {
        "seals": [[seal.day.isoformat(), seal.digest] for seal in seals],
        "usage": _rows(usage),
        "opinions": _rows(opinions),
    }
    if as_text(again) != computation.inputs:
        found.append("inputs")
    if as_text(as_rows(compute_outcome(again))) != computation.outcome:
        found.append("outcome")
    if code_version() != computation.code_version:
        found.append("code")
    return found

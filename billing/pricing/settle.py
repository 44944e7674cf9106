"""Runs steps 2 to 7 for one period: from tariff, usage, opinions, ceilings and adjustments to lines of values."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from billing.pricing.adjust import Granted, grant
from billing.pricing.budget import Key, Scaling, scale
from billing.pricing.facts import (
    Adjustment,
    Ceiling,
    Opinion,
    Register,
    Usage,
    check_adjustments,
    check_ceilings,
    check_opinions,
    check_usage,
)
from billing.pricing.fee import ItemPrice, UseFee, price_item, use_fee
from billing.pricing.gross import Gross, gross
from billing.pricing.invariant import hold
from billing.pricing.payable import Due, due
from billing.pricing.quality import Quality, judge
from billing.pricing.refusal import InputError, gettext_noop
from billing.pricing.tariff import ItemRates, Tariff

CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything a settlement depends on. The order of rows doesn't matter."""

    usage: Sequence[Usage]
    opinions: Sequence[Opinion]
    ceilings: Sequence[Ceiling]
    adjustments: Sequence[Adjustment]
    register: Register


@dataclass(frozen=True, slots=True)
class Line:
    """One app and one item with every intermediate value; amounts named `cents` are in cents, the rest in yuan."""

    app: str
    service_item: str
    vendor: str
    department: str
    usage: Usage
    rates: ItemRates
    price: ItemPrice
    fee: UseFee
    quality: Quality
    gross: Gross
    scaled_cents: int
    granted: tuple[Granted, ...]

    @property
    def adjustment_cents(self) -> int:
        """The adjustments that this period bears."""
        return sum(row.cents for row in self.granted)

    @property
    def payable_cents(self) -> int:
        """Step 7 for this line: scaled + adjustments; may be negative."""
        return self.scaled_cents + self.adjustment_cents


@dataclass(frozen=True, slots=True)
class Outcome:
    """Lines by (app, item), what each department's ceiling did, and what each vendor gets from each department."""

    lines: tuple[Line, ...]
    scalings: Mapping[str, Scaling]
    dues: tuple[Due, ...]


@dataclass(frozen=True, slots=True)
class _Priced:
    """Steps 2 to 4 of one line, before any department's ceiling."""

    usage: Usage
    rates: ItemRates
    price: ItemPrice
    fee: UseFee
    quality: Quality
    gross: Gross


def settle(tariff: Tariff, inputs: Inputs) -> Outcome:
    """Compute one period. Same inputs, same outcome, whatever the order of the rows.

    Raises InputError, in one sentence that names the row, before anything is computed.
    """
    register = inputs.register
    check_usage(inputs.usage, register)
    check_opinions(inputs.opinions, register)
    check_ceilings(inputs.ceilings, CURRENCY)
    check_adjustments(inputs.adjustments, register)
    priced = _price(tariff, inputs)
    by_department: defaultdict[str, dict[Key, int]] = defaultdict(dict)
    for key, row in priced.items():
        by_department[register.department_of[key[1]]][key] = row.gross.cents
    ceilings = {row.department: row.cents for row in inputs.ceilings}
    scalings = {
        department: scale(lines, _ceiling(ceilings, department), department=department)
        for department, lines in sorted(by_department.items())
    }
    granted = _grant(inputs, scalings)
    lines = tuple(_line(key, row, register, scalings, granted) for key, row in priced.items())
    dues = due((line.vendor, line.department, line.payable_cents) for line in lines)
    _assert_reproducible(lines, scalings, dues)
    return Outcome(lines, scalings, tuple(dues))


def _price(tariff: Tariff, inputs: Inputs) -> dict[Key, _Priced]:
    """Steps 2 to 4 for every pair that has use, reviews or an adjustment, sorted."""
    usage = {(row.app, row.service_item): row for row in inputs.usage}
    opinions = {(row.app, row.service_item): row for row in inputs.opinions}
    adjusted = {(row.app, row.service_item) for row in inputs.adjustments}
    cases: defaultdict[str, int] = defaultdict(int)
    for row in inputs.usage:
        cases[row.service_item] += row.billable
    priced = {}
    for key in sorted({*usage, *opinions, *adjusted}):
        used = usage.get(key, Usage(*key, 0, 0, 0, 0))
        rates = tariff.rates(key[1], row=key[0])
        price = price_item(rates.tiers, cases[key[1]])
        fee = use_fee(rates, price, billable=used.billable, applicants=used.applicants)
        quality = judge(tariff, opinions.get(key, Opinion(*key, 0, 0, 0)))
        priced[key] = _Priced(used, rates, price, fee, quality, gross(fee.total, quality.multiplier))
    return priced


def _ceiling(ceilings: Mapping[str, int], department: str) -> int:
    if department not in ceilings:
        raise InputError(
            gettext_noop("The department %(department)s has no committed ceiling for the period."),
            department=department,
        )
    return ceilings[department]


def _grant(inputs: Inputs, scalings: Mapping[str, Scaling]) -> dict[Key, list[Granted]]:
    """Step 6, department by department."""
    by_department: defaultdict[str, list[Adjustment]] = defaultdict(list)
    for row in inputs.adjustments:
        by_department[inputs.register.department_of[row.service_item]].append(row)
    granted: defaultdict[Key, list[Granted]] = defaultdict(list)
    for department, rows in by_department.items():
        scaling = scalings[department]
        vendor_of = inputs.register.vendor_of
        scaled: Counter[str] = Counter()
        for (app, _), amount in scaling.cents.items():
            scaled[vendor_of[app]] += amount
        for item in grant(rows, scaled=scaled, vendor_of=vendor_of, ceiling=scaling.ceiling):
            granted[item.adjustment.app, item.adjustment.service_item].append(item)
    return granted


def _line(
    key: Key, row: _Priced, register: Register, scalings: Mapping[str, Scaling], granted: Mapping[Key, list[Granted]]
) -> Line:
    department = register.department_of[key[1]]
    return Line(
        app=key[0],
        service_item=key[1],
        vendor=register.vendor_of[key[0]],
        department=department,
        usage=row.usage,
        rates=row.rates,
        price=row.price,
        fee=row.fee,
        quality=row.quality,
        gross=row.gross,
        scaled_cents=scalings[department].cents[key],
        granted=tuple(granted.get(key, ())),
    )


def _assert_reproducible(lines: Sequence[Line], scalings: Mapping[str, Scaling], dues: Sequence[Due]) -> None:
    """What must hold for every outcome; these assertions stay on."""
    for line in lines:
        by_cases = line.usage.billable * line.price.per_case
        by_applicants = line.usage.applicants * line.rates.user_rate
        hold(line.fee.total == by_cases + by_applicants, "the use fee follows from the counts")
        product = line.fee.total * line.quality.multiplier
        hold(line.gross.cents == round(product * 100), "the gross follows from the fee")
        hold(line.scaled_cents <= line.gross.cents, "no line is scaled up")
    for department, scaling in scalings.items():
        scaled = sum(line.scaled_cents for line in lines if line.department == department)
        hold(scaled <= scaling.ceiling, "a department's scaled lines stay within its ceiling")
        paid = sum(row.payable for row in dues if row.department == department)
        hold(paid <= scaling.ceiling, "what a department pays stays within its ceiling")
    hold(sum(row.total for row in dues) == sum(line.payable_cents for line in lines), "the dues are the lines' sum")

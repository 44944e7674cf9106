"""Tells a line's waterfall in words: one step after another, each with the sum that a pocket calculator can redo."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from billing.pricing.exact import decimal, yuan


@dataclass(frozen=True)
class Step:
    """One step: what it is, the calculation with its figures, and what comes out."""

    title: str
    sum: str
    result: str


def explain(values: Mapping[str, Any]) -> list[Step]:
    """Return the steps of one line from the values that were stored with it."""
    return [
        _use(values),
        _item_price(values),
        _use_fee(values),
        _quality(values),
        _multiplier(values),
        _gross(values),
        _scaled(values),
        *_adjustments(values),
        _payable(values),
    ]


def _number(text: str, places: int = 12) -> str:
    return decimal(Fraction(text), places)


def _rate(text: str) -> str:
    """A price as people write prices: two decimals at least."""
    shown = _number(text)
    whole, _point, places = shown.partition(".")
    return f"{whole}.{places:0<2}"


def _use(values: Mapping[str, Any]) -> Step:
    over_cap = values["decided"] - values["held"] - values["billable"]
    told = _("%(decided)d decided − %(held)d held − %(over)d over the cap per citizen")
    return Step(
        _("Billable cases"),
        told % {"decided": values["decided"], "held": values["held"], "over": over_cap},
        str(values["billable"]),
    )


def _item_price(values: Mapping[str, Any]) -> Step:
    parts = [f"{tier['cases']} × {_rate(tier['rate'])}" for tier in values["tiers"]]
    total = _number(values["item_total"])
    summed = f"({' + '.join(parts) or '0'}) ÷ {values['item_cases']} = {total} ÷ {values['item_cases']}"
    return Step(_("Price of one case, from all cases of the service item"), summed, _number(values["per_case"]))


def _use_fee(values: Mapping[str, Any]) -> Step:
    per_case, user_rate = _number(values["per_case"]), _rate(values["user_rate"])
    summed = (
        f"{values['billable']} × {per_case} + {values['applicants']} × {user_rate}"
        f" = {_number(values['fee_by_cases'])} + {_number(values['fee_by_applicants'])}"
    )
    return Step(_("Use fee: cases, and first-time applicants"), summed, _number(values["use_fee"]))


def _quality(values: Mapping[str, Any]) -> Step:
    m, mean = values["prior_weight"], _rate(values["prior_mean"])
    summed = f"({m} × {mean} + {values['faces']}) ÷ ({m} + {values['reviews']}) = {values['q']}"
    told = _("Quality: %(reviews)d reviews whose faces add up to %(faces)d")
    return Step(told % {"reviews": values["reviews"], "faces": values["faces"]}, summed, _number(values["q"]))


def _multiplier(values: Mapping[str, Any]) -> Step:
    (x0, y0), (x1, y1) = [(_rate(x), _rate(y)) for x, y in values["segment"]]
    summed = y0 if x0 == x1 else f"{y0} + ({_number(values['q'])} − {x0}) × ({y1} − {y0}) ÷ ({x1} − {x0})"
    return Step(_("Multiplier from the quality curve"), summed, _number(values["multiplier"]))


def _gross(values: Mapping[str, Any]) -> Step:
    summed = f"{_number(values['use_fee'])} × {_number(values['multiplier'])} = {_number(values['unrounded'])}"
    return Step(_("Gross, rounded half-even to the cent"), summed, yuan(values["gross_cents"]))


def _scaled(values: Mapping[str, Any]) -> Step:
    ceiling, total = yuan(values["ceiling_cents"]), yuan(values["department_gross_cents"])
    if values["factor"] == "1":
        summed = _("%(total)s in all, within the ceiling of %(ceiling)s") % {"total": total, "ceiling": ceiling}
        return Step(_("Within the department's ceiling"), summed, yuan(values["scaled_cents"]))
    summed = f"{yuan(values['gross_cents'])} × {ceiling} ÷ {total}"
    if values["extra_cent"]:
        summed += " + 0.01 " + _("(largest remainders)")
    return Step(_("Scaled to the department's ceiling, rounded down"), summed, yuan(values["scaled_cents"]))


def _adjustments(values: Mapping[str, Any]) -> list[Step]:
    steps = []
    for row in values["adjustments"]:
        asked = yuan(row["cents"] + row["carried"])
        summed = _("%(asked)s, of which %(carried)s is carried") % {"asked": asked, "carried": yuan(row["carried"])}
        title = _("Adjustment %(reference)s") % {"reference": row["reference"]}
        steps.append(Step(title, summed if row["carried"] else asked, yuan(row["cents"])))
    return steps


def _payable(values: Mapping[str, Any]) -> Step:
    summed = f"{yuan(values['scaled_cents'])} + {yuan(values['adjustment_cents'])}"
    return Step(_("Payable"), summed, yuan(values["payable_cents"]))


def waterfall_rows(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the picture: from the use fee by way of quality and ceiling to what is payable, in yuan."""
    fee, gross = Fraction(values["use_fee"]), Fraction(values["gross_cents"], 100)
    scaled, adjusted = Fraction(values["scaled_cents"], 100), Fraction(values["adjustment_cents"], 100)
    rows = [
        (_("Cases"), Fraction(values["fee_by_cases"]), False),
        (_("First-time applicants"), Fraction(values["fee_by_applicants"]), False),
        (_("Use fee"), fee, True),
        (_("Quality"), gross - fee, False),
        (_("Gross"), gross, True),
        (_("Ceiling"), scaled - gross, False),
        (_("Adjustments"), adjusted, False),
        (_("Payable"), scaled + adjusted, True),
    ]
    return [
        {"label": label, "value": Decimal(decimal(value, 2)), "text": yuan(round(value * 100)), "total": total}
        for label, value, total in rows
    ]

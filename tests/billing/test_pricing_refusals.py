"""Bad input is refused in one sentence that names the row, before anything is computed."""

from datetime import date

import pytest

from billing.pricing.canonical import canonical
from billing.pricing.facts import Adjustment, Ceiling, Opinion, Register, Usage
from billing.pricing.ledger import Entry
from billing.pricing.period import Period
from billing.pricing.refusal import InputError
from billing.pricing.settle import Inputs, settle
from tests.billing.pricing_cast import REGISTER, TIERS, rules, tariff

GOOD = {
    "usage": (Usage("A", "R", 3, 2, 2, 1),),
    "opinions": (Opinion("A", "R", 1, 5, 25),),
    "ceilings": (Ceiling("police", 1000),),
    "adjustments": (),
    "register": REGISTER,
}


def with_item(**change: object) -> dict:
    return {"items": {"R": {"tiers": TIERS, "user_rate": "0.30"} | change}}


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (with_item(tiers=[{"from": 5, "rate": "2"}]), "items.R.tiers[0]"),
        (with_item(tiers=[]), "items.R.tiers[0]"),
        (
            with_item(tiers=[{"from": 0, "to": 10, "rate": "2"}, {"from": 20, "rate": "1"}]),
            "items.R.tiers[1]: there is a gap",
        ),
        (
            with_item(tiers=[{"from": 0, "to": 30, "rate": "2"}, {"from": 20, "rate": "1"}]),
            "items.R.tiers[1]: this tier overlaps",
        ),
        (with_item(tiers=[{"from": 0, "rate": "2"}, {"from": 0, "rate": "1"}]), "items.R.tiers[1]: this tier overlaps"),
        (with_item(tiers=[{"from": 0, "to": 10, "rate": "2"}]), "items.R.tiers[0]: the last tier"),
        (with_item(tiers=[{"from": 0, "rate": "-2"}]), "items.R.tiers[0].rate: -2 is negative"),
        (with_item(tiers=[{"from": 0, "rate": 2.0}]), "items.R.tiers[0].rate"),
        (with_item(user_rate="0,30"), "items.R.user_rate: “0,30”"),
        ({"curve": [["2", "0.6"], ["2", "1.1"]]}, "curve[1]: the curve's x values must rise"),
        ({"curve": [["2", "0.6"], ["4", "0.9"]]}, "curve: the curve never crosses 1.00"),
        ({"curve": [["2", "1.2"], ["4", "0.9"]]}, "curve[1]: a better quality"),
        ({"curve": []}, "curve: the curve never crosses"),
        ({"curve": [["2"]]}, "curve[0]: a point"),
        ({"prior_mean": "3.0"}, "prior_mean: the curve isn't 1.00 at 3"),
        ({"prior_weight": 0}, "“prior_weight” is 0; it must be at least 1"),
        ({"cap_per_citizen": True}, "“cap_per_citizen” is not of the kind int"),
        ({"awards": rules()["awards"] | {"sums": ["1.00", "2.00"]}}, "awards.sums[1]"),
        ({"awards": rules()["awards"] | {"use_weight": "0.9"}}, "awards: the two weights"),
        ({"awards": rules()["awards"] | {"sums": ["1.005"]}}, "awards.sums[0]: “1.005”"),
        ({"awards": {"sums": []}}, "“awards.use_weight” is missing"),
    ],
)
def test_a_bad_tariff_names_its_row(change: dict, names: str) -> None:
    with pytest.raises(InputError) as refusal:
        tariff(**change)
    assert names in str(refusal.value)


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"usage": (Usage("Z", "R", 1, 1, 1, 0),)}, "usage[0] Z: the app “Z” is unknown"),
        ({"usage": (Usage("A", "Q", 1, 1, 1, 0),)}, "usage[0] A: the item “Q” is unknown"),
        ({"usage": (Usage("A", "R", 1, -1, 0, 0),)}, "usage[0] A.billable: -1 is negative"),
        ({"usage": (Usage("A", "R", 1, 1, 1, 1),)}, "usage[0] A: the counts contradict"),
        ({"usage": (Usage("A", "R", 1, 1, 1, 0),) * 2}, "usage[1] A: this row occurs twice"),
        ({"opinions": (Opinion("A", "R", 2, 11, 61),)}, "opinions[0] A: so many reviews"),
        ({"opinions": (Opinion("A", "R", 2, 5, 60),)}, "opinions[0] A: these faces"),
        ({"ceilings": (Ceiling("police", 1000, "EUR"),)}, "budgets[0] police: the budget is in EUR"),
        ({"ceilings": (Ceiling("police", -1),)}, "budgets[0] police: -1 is negative"),
        ({"ceilings": ()}, "department police has no committed ceiling"),
        ({"adjustments": (Adjustment("ADJ-1", "A", "R", 0),)}, "adjustments[0] ADJ-1: an adjustment of nothing"),
        ({"adjustments": (Adjustment("ADJ-1", "Z", "R", 5),)}, "adjustments[0] ADJ-1: the app “Z” is unknown"),
    ],
)
def test_a_bad_row_is_named(change: dict, names: str) -> None:
    with pytest.raises(InputError) as refusal:
        settle(tariff(), Inputs(**GOOD | change))
    assert names in str(refusal.value)


def test_an_item_without_a_price_is_named() -> None:
    register = Register({"A": "v"}, {"T": "police"})
    inputs = Inputs((Usage("A", "T", 1, 1, 1, 0),), (), (Ceiling("police", 1000),), (), register)
    with pytest.raises(InputError, match="no price for the service item T"):
        settle(tariff(), inputs)


@pytest.mark.parametrize("code", ["2026Q5", "26Q1", "2026-01", "", "2026Q1 "])
def test_a_code_that_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(InputError):
        Period.parse(code)


def test_a_period_that_is_not_over_is_refused() -> None:
    period = Period.parse("2026Q4")
    assert (period.first, period.end) == (date(2026, 10, 1), date(2027, 1, 1))
    with pytest.raises(InputError, match="2026Q4 isn't over: its last day is 2026-12-31"):
        period.require_over(date(2026, 12, 31))
    period.require_over(date(2027, 1, 1))


@pytest.mark.parametrize("entry", [("a", "b", 0), ("a", "b", -1), ("a", "a", 5)])
def test_a_transfer_of_nothing_or_to_itself_is_refused(entry: tuple) -> None:
    with pytest.raises(InputError):
        Entry(*entry)


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, [None], {1: "a"}, {"a": True}])
def test_only_integers_and_strings_are_hashed(value: object) -> None:
    with pytest.raises(TypeError):
        canonical(value)

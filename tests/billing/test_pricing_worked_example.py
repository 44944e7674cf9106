"""The worked example of the settlement design, to the cent, with every intermediate value."""

from fractions import Fraction

from billing.pricing.exact import decimal, yuan
from billing.pricing.facts import Ceiling, Opinion, Usage
from billing.pricing.settle import Inputs, settle
from tests.billing.pricing_cast import REGISTER, tariff

USAGE = (
    Usage("A", "R", 12345, 12345, 11000, 0),
    Usage("B", "R", 5655, 5655, 5000, 0),
    Usage("C", "R", 2000, 2000, 2000, 0),
)
OPINIONS = (Opinion("A", "R", 412, 1903, 9000),)


def test_app_a_earns_what_the_design_says() -> None:
    outcome = settle(tariff(), Inputs(USAGE, OPINIONS, (Ceiling("police", 10**10),), (), REGISTER))
    line = outcome.lines[0]
    assert line.price.cases == 20_000
    assert [(share.cases, share.amount) for share in line.price.shares] == [(1000, 2000), (9000, 13500), (10000, 10000)]
    assert line.price.total == 25_500
    assert line.price.per_case == Fraction("1.275")
    assert line.fee.by_cases == Fraction("15739.875")
    assert line.fee.by_applicants == 3300
    assert line.fee.total == Fraction("19039.875")
    assert line.quality.q == Fraction(1983, 432)
    assert line.quality.multiplier == 1 + (Fraction(1983, 432) - 4) / 4
    assert decimal(line.quality.multiplier, 6) == "1.147569"
    assert yuan(line.gross.cents) == "21849.58"
    assert line.payable_cents == 2_184_958


def test_the_others_without_reviews_are_paid_at_exactly_one() -> None:
    outcome = settle(tariff(), Inputs(USAGE, OPINIONS, (Ceiling("police", 10**10),), (), REGISTER))
    assert [line.quality.multiplier for line in outcome.lines[1:]] == [1, 1]
    assert yuan(outcome.lines[2].gross.cents) == "3150.00"


def test_a_tight_ceiling_is_met_to_the_cent_and_the_rest_is_shown() -> None:
    outcome = settle(tariff(), Inputs(USAGE, OPINIONS, (Ceiling("police", 1_000_001),), (), REGISTER))
    assert sum(line.scaled_cents for line in outcome.lines) == 1_000_001
    scaling = outcome.scalings["police"]
    assert scaling.unpaid == sum(line.gross.cents for line in outcome.lines) - 1_000_001

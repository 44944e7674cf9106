"""Awards: the formula, who is eligible, and how a tie shares its sums."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.pricing.awards import Candidate, rank
from tests.billing.pricing_cast import rules, tariff

RULES = tariff().awards


def candidate(app: str, billable: int = 100, bound: str = "4.0", **more: object) -> Candidate:
    return Candidate(app, f"v-{app}", f"v-{app}", billable, 30, Fraction(bound), **more)


def test_the_score_is_the_published_formula() -> None:
    ranking = rank(RULES, "R", [candidate("a", 600, "4.2"), candidate("b", 300, "4.6"), candidate("c", 100, "3.0")])
    assert [(row.app, row.score) for row in ranking.winners] == [
        ("a", Fraction("0.5") * Fraction(600, 1000) + Fraction("0.5") * Fraction("3.2") / 4),
        ("b", Fraction("0.5") * Fraction(300, 1000) + Fraction("0.5") * Fraction("3.6") / 4),
        ("c", Fraction("0.5") * Fraction(100, 1000) + Fraction("0.5") * Fraction("2.0") / 4),
    ]
    assert [row.cents for row in ranking.winners] == [3_000_000, 2_000_000, 1_000_000]


def test_a_tie_shares_the_sums_of_the_places_it_covers() -> None:
    ranking = rank(RULES, "R", [candidate("a"), candidate("b"), candidate("c", 50)])
    assert [(row.app, row.place, row.cents) for row in ranking.winners] == [
        ("a", 1, 2_500_000), ("b", 1, 2_500_000), ("c", 3, 1_000_000),
    ]  # fmt: skip


def test_a_tie_over_the_last_place_gives_the_odd_cents_by_app_code() -> None:
    changed = tariff(awards=rules()["awards"] | {"sums": ["1.00", "0.50", "0.05"]}).awards
    ranking = rank(changed, "R", [candidate("x", 900), candidate("b"), candidate("a"), candidate("c")])
    assert [(row.app, row.place, row.cents) for row in ranking.winners] == [
        ("x", 1, 100), ("a", 2, 19), ("b", 2, 18), ("c", 2, 18),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([candidate("a"), candidate("b")], "Fewer unaffiliated vendors"),
        ([candidate("a"), candidate("b"), candidate("c", 0)], "Fewer unaffiliated vendors"),
        ([candidate("a"), candidate("b"), Candidate("c", "v-c", "v-a", 10, 30, Fraction(4))], "Fewer unaffiliated"),
        ([], "Fewer unaffiliated"),
    ],
)
def test_without_three_unaffiliated_vendors_there_is_no_award(rows: list[Candidate], reason: str) -> None:
    ranking = rank(RULES, "R", rows)
    assert ranking.winners == ()
    assert reason in ranking.no_award


def test_a_barred_competitor_does_not_annul_the_award_of_the_others() -> None:
    ranking = rank(RULES, "R", [candidate("a", 120), candidate("b"), candidate("c", barred="Overdue follow-ups.")])
    assert [(row.app, row.place) for row in ranking.winners] == [("a", 1), ("b", 2)]


def test_a_barred_app_is_named_with_its_reason_and_still_counts_in_the_whole() -> None:
    rows = [candidate("a", 100), candidate("b", 90), candidate("c", 80), candidate("d", 730, barred="Suspended.")]
    ranking = rank(RULES, "R", rows)
    assert ranking.not_eligible == (("d", "Suspended."),)
    assert ranking.winners[0].use_share == Fraction(1, 10)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(8, 20)), min_size=3, max_size=9))
def test_the_sums_are_given_out_whole_and_never_rise(pairs) -> None:
    rows = [candidate(f"app{index}", cases, f"{bound / 4}") for index, (cases, bound) in enumerate(pairs)]
    ranking = rank(RULES, "R", rows)
    assert sum(row.cents for row in ranking.winners) == sum(RULES.sums)
    for better, worse in pairwise(ranking.winners):
        assert better.cents >= worse.cents or better.place == worse.place
    assert {row.place for row in ranking.winners} <= {1, 2, 3}

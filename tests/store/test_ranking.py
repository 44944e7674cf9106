"""Scores and orders: pure arithmetic with known answers, and properties that hold for any reviews."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from marketplace.store import ranking
from marketplace.store.models import ReviewTally
from marketplace.store.policy import SCORE
from marketplace.store.services import submit_review
from tests import factory
from tests.store import factory as store

levels = st.dictionaries(st.tuples(st.integers(0, 720), st.integers(1, 5)), st.integers(1, 50), max_size=12)


def test_nobody_has_spoken():
    found = ranking.score({}, SCORE)
    assert (found.mean, found.count, found.enough) == (Decimal("4.0000"), 0, False)
    # sqrt(1 / 20) * 1.6449 = 0.3678 on either side of mu
    assert (found.lower, found.upper) == (Decimal("3.6322"), Decimal("4.3678"))


def test_a_score_that_a_pocket_calculator_confirms():
    found = ranking.score({(0, 5): 30, (0, 3): 10}, SCORE)
    # (20*4 + 150 + 30) / 60 = 4.3333; s2 = (20*(1 + 1/9) + 30*(2/3)^2 + 10*(4/3)^2) / 60 = 0.8889
    assert found.mean == Decimal("4.3333")
    assert found.upper - found.mean == Decimal("0.2002")


def test_after_a_half_life_a_review_weighs_half():
    old = ranking.score({(SCORE.half_life_days, 5): 2}, SCORE)
    new = ranking.score({(0, 5): 1}, SCORE)
    assert old.mean == new.mean


@given(levels)
def test_the_interval_holds_the_mean_within_the_scale(given_levels):
    found = ranking.score(given_levels, SCORE)
    assert 1 <= found.lower <= found.mean <= found.upper <= 5


@given(levels, st.integers(1, 5))
def test_a_better_level_never_lowers_the_mean(given_levels, level):
    worse = ranking.score(given_levels | {(0, level): 1}, SCORE) if (0, level) not in given_levels else None
    if worse and level < 5 and (0, level + 1) not in given_levels:
        assert ranking.score(given_levels | {(0, level + 1): 1}, SCORE).mean >= worse.mean


def test_clear_differences_are_sorted_and_draws_change_daily():
    scores = {f"near-{n}": ranking.score({(0, 5): 40, (0, 4): n}, SCORE) for n in range(4)}
    scores["far"] = ranking.score({(0, 1): 200}, SCORE)
    orders = {tuple(ranking.default_order(scores, ranking.daily_seed(date(2026, 8, day), "R"))) for day in range(1, 15)}
    assert len(orders) > 1
    assert all(order[-1] == "far" for order in orders)
    seed = ranking.daily_seed(date(2026, 8, 1), "R")
    assert ranking.default_order(scores, seed) == ranking.default_order(dict(reversed(scores.items())), seed)


def test_what_has_no_figure_comes_last():
    values = [("a", None), ("b", 2), ("c", 3)]
    assert ranking.order_by(values, descending=True) == ["c", "b", "a"]
    assert ranking.order_by(values, descending=False) == ["b", "c", "a"]


@pytest.mark.django_db
def test_tallies_can_be_checked_and_rebuilt(cast, now):
    listing = factory.market(cast, now=now)
    case = store.decided_case(listing, cast.citizen, now=now)
    submit_review(case=case, citizen=cast.citizen, service_level=3, app_level=5, now=now)
    out = StringIO()
    call_command("scores", "check", stdout=out)
    assert "agree" in out.getvalue()
    ReviewTally.objects.filter(face="app").update(count=7)
    with pytest.raises(CommandError, match="1 tallies differ"):
        call_command("scores", "check", stdout=out, stderr=out)
    call_command("scores", "rebuild", stdout=out)
    call_command("scores", "check", stdout=out)
    assert ReviewTally.objects.get(face="app").count == 1

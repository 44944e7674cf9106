"""The verdict: mandatory checks decide, the rest is a weighted share; the digest forgets measurements."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.reports.verdict import Duty, Found, duties_of, judge

MARK = Decimal(80)


def duty(code, weight, *, mandatory=False):
    return Duty(code, mandatory, Decimal(weight))


def verdict(duties, found, **fields):
    return judge(duties, found, pass_mark=MARK, subject={"seed": 1} | fields)


@pytest.mark.parametrize(
    ("found", "score", "passed"),
    [
        ([Found("a", "passed"), Found("b", "passed")], "100.00", True),
        ([Found("a", "passed"), Found("b", "failed")], "75.00", False),
        ([Found("a", "passed"), Found("b", "failed", share=0.2)], "80.00", True),
        ([Found("a", "passed"), Found("b", "advisory")], "100.00", True),
        ([Found("a", "passed"), Found("b", "error")], "75.00", False),
        ([Found("a", "passed")], "75.00", False),
        ([], "0.00", False),
    ],
)
def test_the_score_is_the_weighted_share(found, score, passed):
    made = verdict([duty("a", 30), duty("b", 10)], found)
    assert (str(made.score), made.passed) == (score, passed)


@pytest.mark.parametrize(
    ("outcome", "passed"), [("failed", False), ("skipped", False), ("error", False), ("advisory", True)]
)
def test_a_mandatory_check_decides_even_without_weight(outcome, passed):
    made = verdict([duty("a", 0, mandatory=True), duty("b", 10)], [Found("a", outcome), Found("b", "passed")])
    assert made.score == 100
    assert made.passed is passed
    assert made.failed_mandatory == (() if passed else ("a",))


def test_a_plan_without_weights_scores_full_when_nothing_fails():
    assert verdict([duty("a", 0, mandatory=True)], [Found("a", "passed")]).score == 100


@pytest.mark.parametrize("share", [float("nan"), float("inf"), -1.0])
def test_a_share_that_is_no_share_earns_nothing(share):
    assert verdict([duty("a", 10)], [Found("a", "passed", share=share)]).score == 0


def test_the_digest_ignores_what_was_measured_and_names_what_was_judged():
    duties = [duty("a", 10), duty("load.p95", 10)]
    fast = [Found("a", "passed"), Found("load.p95", "passed", share=1.0, digestible=False)]
    slow = [Found("a", "passed"), Found("load.p95", "passed", share=0.5, digestible=False)]
    wrong = [Found("a", "failed"), fast[1]]
    assert verdict(duties, fast).digest == verdict(duties, slow).digest
    assert verdict(duties, fast).digest != verdict(duties, wrong).digest
    assert verdict(duties, fast).digest != verdict(duties, fast, seed=2).digest


@pytest.mark.parametrize(
    "checks",
    [
        [{"id": "a", "mandatory": True, "weight": -1}],
        [{"id": "a", "mandatory": True, "weight": 1}, {"id": "a", "mandatory": False, "weight": 1}],
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(checks):
    with pytest.raises(ValueError, match=r"weight|twice"):
        duties_of({"checks": checks})


outcomes = st.sampled_from(["passed", "failed", "advisory", "skipped", "error"])
shares = st.none() | st.floats(min_value=0, max_value=1)
checks = st.lists(st.tuples(st.integers(0, 100), st.booleans(), outcomes, shares), min_size=1, max_size=20)


def both(rows):
    duties = [duty(str(place), row[0], mandatory=row[1]) for place, row in enumerate(rows)]
    return duties, [Found(str(place), row[2], row[3]) for place, row in enumerate(rows)]


@given(checks)
def test_a_score_is_between_nothing_and_full_and_a_pass_means_what_it_says(rows):
    made = verdict(*both(rows))
    assert 0 <= made.score <= 100
    assert made.passed == (made.score >= MARK and not made.failed_mandatory)
    assert all(0 <= each.earned <= each.duty.weight for each in made.points)


@given(checks, st.randoms(use_true_random=False))
def test_the_order_of_findings_changes_nothing(rows, random):
    duties, found = both(rows)
    shuffled = random.sample(found, len(found))
    assert verdict(duties, found) == verdict(duties, shuffled)


@given(checks, st.integers(0, 19))
def test_mending_a_check_never_lowers_the_score(rows, place):
    duties, found = both(rows)
    place %= len(found)
    mended = [*found[:place], Found(str(place), "passed"), *found[place + 1 :]]
    before, after = verdict(duties, found), verdict(duties, mended)
    assert after.score >= before.score
    assert after.passed or not before.passed

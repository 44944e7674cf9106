"""Whose turn it is: nobody starves, nobody has more than its share, and the answer never depends on chance."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.queue.fairness import Load, Waiting, eligible, line

START = datetime(2026, 8, 3, tzinfo=UTC)
IDLE = Load({}, {}, 2)


def at(minutes):
    return START + timedelta(minutes=minutes)


def run(pk, owner, *, priority=2, minutes=None, memory_mb=0):
    return Waiting(pk, owner, priority, at(pk if minutes is None else minutes), memory_mb)


def keys(waiting, load=IDLE):
    return [each.pk for each in line(waiting, load)]


def test_first_come_first_served_for_one_owner():
    assert keys([run(3, "a"), run(1, "a"), run(2, "a")]) == [1, 2, 3]


def test_fifty_runs_of_one_vendor_do_not_starve_another():
    crowd = [run(number, "big") for number in range(50)]
    assert keys([*crowd, run(90, "small"), run(91, "small")])[:4] == [0, 90, 1, 91]


def test_whoever_has_fewer_runs_goes_first_then_whoever_was_served_longest_ago():
    waiting = [run(1, "a"), run(2, "b"), run(3, "c")]
    assert keys(waiting, Load({"a": 1}, {}, 9)) == [2, 3, 1]
    assert keys(waiting, Load({}, {"a": at(9), "b": at(5), "c": at(7)}, 9)) == [2, 3, 1]
    assert keys(waiting, Load({}, {"a": at(9), "b": at(5)}, 9)) == [3, 2, 1]


def test_urgent_before_routine_whoever_it_is_for():
    waiting = [run(1, "a", priority=3), run(2, "b", priority=2), run(3, "a", priority=0), run(4, "a", priority=1)]
    assert keys(waiting, Load({"a": 1}, {}, 9)) == [3, 4, 2, 1]


def test_owners_at_their_limit_wait_behind_all_others():
    waiting = [run(1, "a", priority=0), run(2, "b")]
    load = Load({"a": 2}, {}, 2)
    assert keys(waiting, load) == [2, 1]
    assert [each.pk for each in eligible(waiting, load, memory_mb=0, free_mb=0)] == [2]


def test_memory_what_never_fits_is_left_to_others_and_what_fits_later_is_waited_for():
    waiting = [run(1, "a", memory_mb=4000), run(2, "b", memory_mb=3000), run(3, "c", memory_mb=1000)]
    assert [each.pk for each in eligible(waiting, IDLE, memory_mb=3500, free_mb=3500)] == [2, 3]
    assert [each.pk for each in eligible(waiting, IDLE, memory_mb=3500, free_mb=2000)] == []
    assert [each.pk for each in eligible(waiting, IDLE, memory_mb=0, free_mb=0)] == [1, 2, 3]


runs = st.lists(
    st.builds(
        run,
        st.integers(0, 10_000),
        st.sampled_from("abcde"),
        priority=st.integers(0, 3),
        minutes=st.integers(0, 50),
    ),
    max_size=60,
    unique_by=lambda each: each.pk,
)
loads = st.builds(
    Load,
    st.dictionaries(st.sampled_from("abcde"), st.integers(0, 3)),
    st.dictionaries(st.sampled_from("abcde"), st.integers(0, 50).map(at)),
    st.integers(1, 3),
)


@given(runs, loads, st.randoms())
def test_everybody_comes_once_and_the_order_in_which_rows_come_does_not_matter(waiting, load, chance):
    expected = list(line(waiting, load))
    assert Counter(expected) == Counter(waiting)
    shuffled = list(waiting)
    chance.shuffle(shuffled)
    assert list(line(shuffled, load)) == expected


@given(runs)
def test_in_any_stretch_of_one_priority_no_owner_gets_ahead_by_two_of_one_that_waits(waiting):
    routine = [run(each.pk, each.owner, minutes=each.pk) for each in waiting]
    left = Counter(each.owner for each in routine)
    served: Counter = Counter()
    for each in line(routine, IDLE):
        served[each.owner] += 1
        left[each.owner] -= 1
        assert all(served[each.owner] - served[other] <= 1 for other in left if left[other])


@given(runs, loads)
def test_within_one_owner_urgent_and_old_ones_come_first(waiting, load):
    for owner in "abcde":
        own = [each for each in line(waiting, load) if each.owner == owner]
        assert own == sorted(own, key=lambda each: (each.priority, each.queued_at, each.pk))


@pytest.mark.parametrize("limit", [1, 2])
def test_what_is_eligible_never_belongs_to_somebody_at_the_limit(limit):
    waiting = [run(number, "ab"[number % 2]) for number in range(10)]
    load = Load({"a": limit}, {}, limit)
    assert {each.owner for each in eligible(waiting, load, memory_mb=0, free_mb=0)} == {"b"}

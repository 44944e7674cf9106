"""Where a case stands doesn't depend on the order in which its department's reports arrive, nor on repetition."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from marketplace.store import progress
from marketplace.store.models import Case, CaseStep
from marketplace.store.services import receive_event
from tests import factory
from tests.store import factory as store

START = datetime(2026, 8, 3, 2, tzinfo=UTC)

reports = st.lists(
    st.builds(
        lambda kind, hours, key: progress.Report.of(kind, START + timedelta(hours=hours), str(key)),
        st.sampled_from(progress.KINDS),
        st.integers(0, 6),
        st.integers(0, 9),
    ),
    max_size=7,
    unique_by=lambda report: report.key,
)


def play(arrivals):
    """Return what counts after the reports arrived in this order, and whether any had to wait for a person."""
    counting, waits = [], False
    for report in arrivals:
        outcome = progress.judge(report, others=counting, withdrawn_at=None)
        waits |= outcome == progress.REVIEW
        if outcome != progress.REVIEW:
            counting.append(report)
    return progress.fold(counting), waits


@given(reports, st.randoms(use_true_random=False))
def test_any_order_ends_in_the_same_place(given_reports, chance):
    shuffled = list(given_reports)
    chance.shuffle(shuffled)
    (first, waits), (second, waits_too) = play(given_reports), play(shuffled)
    assert waits == waits_too
    if not waits:
        assert first == second


@given(reports)
def test_a_repeated_report_moves_nothing(given_reports):
    once, waits = play(given_reports)
    if not waits:
        assert play(given_reports + given_reports)[0] == once
    assert once.state in {*Case.State.values} - {"withdrawn"}


@pytest.mark.parametrize("kind", progress.KINDS)
@pytest.mark.parametrize("hours", [-1, 1])
def test_after_a_withdrawal_only_older_news_is_harmless(kind, hours):
    report = progress.Report.of(kind, START + timedelta(hours=hours), "1")
    harmless = hours < 0 and kind not in progress.FINAL
    expected = progress.SUPERSEDED if harmless else progress.REVIEW
    assert progress.judge(report, others=[], withdrawn_at=START) == expected


class ThroughTheServices(HypothesisTestCase):
    """The same for real cases: rows, moves, timeline."""

    @settings(max_examples=10, deadline=None)
    @given(
        st.permutations(["accepted", "supplement_requested", "supplement_received", "completed"]),
        st.lists(st.integers(0, 3), max_size=4),
    )
    def test_any_permutation_and_duplication_of_a_cases_events(self, order, again):
        people = factory.cast(now=START)
        token = store.token(people.police, people.editor, now=START)[0]
        case = factory.case(factory.market(people, now=START), people.citizen, now=START)
        at = {kind: START + timedelta(hours=n) for n, kind in enumerate(progress.KINDS)}
        events = {kind: store.event(case, kind, at[kind]) for kind in order}
        arrivals = [events[kind] for kind in order]
        for position in again:
            arrivals.insert(position, arrivals[position])
        for event in arrivals:
            receive_event(token=token, event=event, now=START + timedelta(days=1))
        case.refresh_from_db()
        assert case.state == "completed"
        assert (case.accepted_at, case.decided_at) == (at["accepted"], at["completed"])
        assert not case.held
        steps = CaseStep.objects.filter(case=case).order_by("at").values_list("kind", flat=True)
        assert list(steps) == ["accepted", "supplement_requested", "supplement_received", "completed"]

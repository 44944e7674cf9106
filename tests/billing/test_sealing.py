"""Facts are written once per case, sealed for good, counted alike by every engine, and never rewritten."""

from datetime import date, timedelta

import ibis
import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import aggregation, parquet, sealing, services, tasks
from billing.models import FactSeal, UsageFact
from billing.pricing.billable import count
from billing.pricing.facts import Fact, Opinion, Usage
from marketplace.core.errors import Conflict, InvalidInput
from marketplace.store.models import Case
from marketplace.store.signals import case_decided
from tests import factory as people
from tests.billing import factory
from tests.billing.factory import AFTER, START
from tests.billing.pricing_cast import REGISTER, facts

DIALECTS = ["duckdb", "postgres", "clickhouse", "pyspark", "trino", "sqlite"]


@pytest.mark.django_db
def test_a_decided_case_becomes_one_fact_however_often_it_is_told(market: factory.Market) -> None:
    before = UsageFact.objects.count()
    case = factory.decided(market.listings[0], market.cast.citizen, at=START)
    case_decided.send(sender=Case, case=case, now=AFTER)
    services.record_fact(case=case, now=AFTER)
    assert UsageFact.objects.count() == before + 1
    fact = case.usage_fact
    assert (fact.app, fact.outcome, fact.confirmed_by) == (market.listings[0].app, "completed", "api")
    assert len(fact.applicant_pseudonym) == 64
    assert fact.applicant_pseudonym != case.pseudonym


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["launched", "accepted", "withdrawn"])
def test_a_case_that_is_not_decided_is_no_fact(market: factory.Market, state: str) -> None:
    case = people.case(market.listings[0], market.cast.citizen, now=START, state=state)
    with pytest.raises(InvalidInput):
        services.record_fact(case=case, now=AFTER)


@pytest.mark.django_db
def test_a_denied_case_counts_like_a_completed_one(market: factory.Market) -> None:
    case = factory.decided(
        market.listings[0], market.cast.citizen, at=START, state=Case.State.DENIED, reason="材料不符", remedy="复议"
    )
    assert case.usage_fact.outcome == "denied"


@pytest.mark.django_db
def test_days_are_sealed_once_after_the_grace_time_and_chained(market: factory.Market) -> None:
    first = sealing.local_day(START)
    assert sealing.seal_due_days(sealing.midnight(first + timedelta(days=4)) - timedelta(seconds=1)) == []
    (seal,) = sealing.seal_due_days(sealing.midnight(first + timedelta(days=4)))
    assert (seal.day, seal.facts_rows, seal.previous) == (first, 3, "0" * 64)
    later = sealing.seal_due_days(AFTER)
    assert later[0].previous == seal.digest
    assert [row.day for row in later] == [first + timedelta(days=n + 1) for n in range(len(later))]
    assert sealing.seal_due_days(AFTER) == []
    assert UsageFact.objects.filter(seal=None).count() == 0
    assert sum(row.facts_rows for row in FactSeal.objects.all()) == 18


@pytest.mark.django_db
def test_a_late_case_joins_the_next_open_day_and_is_marked(market: factory.Market) -> None:
    sealing.seal_due_days(AFTER)
    case = factory.decided(market.listings[0], market.cast.citizen, at=START)
    assert case.usage_fact.late
    assert case.usage_fact.counted_on == sealing.sealed_through() + timedelta(days=1)


@pytest.mark.django_db
def test_a_fact_that_slipped_in_behind_a_seal_is_taken_with_the_next_day(market: factory.Market) -> None:
    sealing.seal_due_days(AFTER)
    last = sealing.sealed_through()
    case = factory.decided(market.listings[0], market.cast.citizen, at=START)
    UsageFact.objects.filter(case=case).update(counted_on=last, late=False)
    (seal,) = sealing.seal_due_days(AFTER + timedelta(days=1))
    fact = UsageFact.objects.get(case=case)
    assert (fact.seal, fact.counted_on, fact.late) == (seal, last + timedelta(days=1), True)


@pytest.mark.django_db
def test_late_use_touches_only_the_later_period(market: factory.Market) -> None:
    settlement = factory.computed(market)
    before = settlement.computation.sha256
    factory.decided(market.listings[0], people.person("late"), at=START)
    services.recompute(settlement=settlement, by=market.cast.maker, now=AFTER, reason="复核")
    assert settlement.computation.sha256 == before


@pytest.mark.django_db
def test_a_changed_or_missing_file_stops_the_computation(market: factory.Market) -> None:
    sealing.seal_due_days(AFTER)
    seal = FactSeal.objects.exclude(facts_sha256="").first()
    path = parquet.path_of("facts", seal.day, seal.facts_sha256)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"!")
    settlement = services.open_settlement(period="2026Q1", tariff=market.tariff, by=market.cast.maker, now=AFTER)
    with pytest.raises(parquet.SealBroken):
        services.compute(settlement=settlement, by=market.cast.maker, now=AFTER)
    path.unlink()
    with pytest.raises(parquet.SealBroken):
        services.compute(settlement=settlement, by=market.cast.maker, now=AFTER)
    settlement.refresh_from_db()
    assert (settlement.state, settlement.version) == ("draft", 0)


@pytest.mark.django_db
def test_a_rewritten_manifest_stops_the_computation(market: factory.Market) -> None:
    sealing.seal_due_days(AFTER)
    FactSeal.objects.filter(facts_rows__gt=0).update(facts_rows=99)
    settlement = services.open_settlement(period="2026Q1", tariff=market.tariff, by=market.cast.maker, now=AFTER)
    with pytest.raises(parquet.SealBroken):
        services.compute(settlement=settlement, by=market.cast.maker, now=AFTER)


@pytest.mark.django_db
def test_a_held_case_counts_only_after_its_release(market: factory.Market) -> None:
    moderator = market.cast.operator
    fact = UsageFact.objects.filter(app__code="app-a").first()
    services.hold_fact(fact=fact, by=moderator, now=AFTER, reason="同一设备")
    settlement = factory.computed(market)
    line = settlement.computation.lines.get(app__code="app-a")
    assert (line.values["decided"], line.values["held"], line.values["billable"]) == (8, 1, 7)
    services.release_fact(fact=fact, by=moderator, now=AFTER)
    assert (fact.held, fact.late, fact.seal) == (False, True, None)
    assert fact.counted_on > sealing.sealed_through()
    with pytest.raises(Conflict):
        services.release_fact(fact=fact, by=moderator, now=AFTER)


@pytest.mark.django_db
def test_a_sealed_case_cannot_be_held_afterwards(market: factory.Market) -> None:
    sealing.seal_due_days(AFTER)
    with pytest.raises(Conflict):
        services.hold_fact(fact=UsageFact.objects.first(), by=market.cast.operator, now=AFTER, reason="x")


def as_table(rows: list[Fact]) -> ibis.Table:
    columns = [
        {
            "case": row.case,
            "app": row.app,
            "version": "1.0.0",
            "service_item": row.service_item,
            "department": "police",
            "applicant": row.applicant,
            "decided_at": row.decided_at,
            "confirmed_by": "api",
            "outcome": "completed",
            "held": row.held,
            "late": row.late,
        }
        for row in rows
    ]
    return ibis.memtable(columns, schema=aggregation.FACTS)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=facts, cap=st.integers(1, 3))
def test_the_query_counts_what_the_definition_counts(rows: list[Fact], cap: int) -> None:
    counted = aggregation.usage_expression(as_table(rows), cap).to_pyarrow().to_pylist()
    assert [Usage(**row) for row in counted] == count(rows, cap, REGISTER)


def test_opinions_are_counted_once_per_case() -> None:
    rows = [("C1", 5, 1), ("C2", 3, 2), ("C1", 5, 1), ("C3", 1, 3)]
    table = ibis.memtable(
        [{"case": case, "app": "A", "service_item": "R", "face": face, "submitted_at": at} for case, face, at in rows],
        schema=aggregation.REVIEWS,
    )
    (row,) = aggregation.opinion_expression(table).to_pyarrow().to_pylist()
    assert Opinion(**row) == Opinion("A", "R", 3, 9, 35)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_engine_is_asked_for_an_approximation(dialect: str) -> None:
    facts_table = ibis.table(aggregation.FACTS, name="facts")
    reviews_table = ibis.table(aggregation.REVIEWS, name="reviews")
    for expression in (aggregation.usage_expression(facts_table, 3), aggregation.opinion_expression(reviews_table)):
        sql = str(ibis.to_sql(expression, dialect=dialect)).lower()
        assert "count" in sql
        for word in ("approx", "uniq", "hll", "sketch", "quantile", "distinct", "float", "double"):
            assert word not in sql


@pytest.mark.django_db
def test_the_command_replays_to_the_same_bytes_and_tells_a_change(
    market: factory.Market, capsys: pytest.CaptureFixture
) -> None:
    settlement = factory.published(market)
    call_command("settlement", "replay", "2026Q1")
    assert "identical" in capsys.readouterr().out
    made = settlement.computation
    settlement.computations.filter(pk=made.pk).update(outcome=made.outcome.replace("17", "18", 1))
    with pytest.raises(CommandError, match="byte for byte"):
        call_command("settlement", "replay", "2026Q1")
    assert "differs: hash, outcome" in capsys.readouterr().out
    with pytest.raises(CommandError, match="no settlement of 2025Q1"):
        call_command("settlement", "replay", "2025Q1")


@pytest.mark.django_db
def test_the_worker_seals_what_is_due(market: factory.Market, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.core.clock.now", lambda: AFTER)
    tasks.seal_days()
    tasks.seal_days()
    assert sealing.sealed_through() == date(2026, 4, 4)

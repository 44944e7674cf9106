"""What a settlement refuses and corrects: bad input, ceilings, parked lines, disputes, carried money, awards' bars."""

from datetime import date, timedelta

import pytest
from djmoney.money import Money

from billing import services, tasks
from billing.models import Adjustment, Award, DepartmentBudget, Settlement, SettlementLine, Statement, Transfer
from marketplace.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from marketplace.notices.models import Notice
from marketplace.store.models import FollowUp, Review
from tests import factory as people
from tests.billing import factory
from tests.billing.factory import AFTER, START

pytestmark = pytest.mark.django_db


def test_a_period_that_is_not_over_or_not_sealed_is_refused(market: factory.Market) -> None:
    maker = market.cast.maker
    with pytest.raises(InvalidInput):
        services.open_settlement(period="2026Q1", tariff=market.tariff, by=maker, now=START)
    early = AFTER - timedelta(days=6)
    settlement = services.open_settlement(period="2026Q1", tariff=market.tariff, by=maker, now=early)
    with pytest.raises(InvalidInput) as refusal:
        services.compute(settlement=settlement, by=maker, now=early)
    assert refusal.value.code == "not-sealed"
    with pytest.raises(Conflict):
        services.open_settlement(period="2026Q1", tariff=market.tariff, by=maker, now=AFTER)


def test_a_department_without_a_ceiling_is_named_and_nothing_is_written(market: factory.Market) -> None:
    DepartmentBudget.objects.all().delete()
    settlement = services.open_settlement(period="2026Q1", tariff=market.tariff, by=market.cast.maker, now=AFTER)
    with pytest.raises(InvalidInput, match="psb"):
        services.compute(settlement=settlement, by=market.cast.maker, now=AFTER)
    settlement.refresh_from_db()
    assert (settlement.state, settlement.computations.count()) == ("draft", 0)


def test_a_budget_in_another_currency_is_refused(market: factory.Market) -> None:
    DepartmentBudget.objects.update(ceiling_currency="EUR")
    settlement = services.open_settlement(period="2026Q1", tariff=market.tariff, by=market.cast.maker, now=AFTER)
    with pytest.raises(InvalidInput, match="EUR"):
        services.compute(settlement=settlement, by=market.cast.maker, now=AFTER)


def test_a_bad_tariff_is_refused_in_the_persons_language(market: factory.Market) -> None:
    given = market.tariff.rules | {"curve": [["2.0", "0.6"], ["1.0", "1.1"]]}
    with pytest.raises(InvalidInput) as refusal:
        services.draft_tariff(
            code="bad",
            name_zh="x",
            name_en="x",
            rules=given,
            valid_from=START.date(),
            by=market.cast.maker,
            now=AFTER,
        )
    assert refusal.value.field == "curve[1]"


def test_a_tight_ceiling_pays_exactly_the_ceiling(cast: people.Cast) -> None:
    market = factory.market(cast, ceiling="20.01")
    factory.quarter(market)
    made = factory.computed(market).computation
    assert made.payable_cents == 2001
    assert sum(line.scaled_cents for line in made.lines.all()) == 2001
    assert made.gross_cents > 2001


def test_a_line_far_above_its_last_period_is_parked_until_somebody_looks(market: factory.Market) -> None:
    last = Settlement.objects.create(
        period="2025Q4",
        first=date(2025, 10, 1),
        end=date(2026, 1, 1),
        tariff=market.tariff,
        state="closed",
        version=1,
        maker=market.cast.maker,
        opened_at=START,
        approver=market.cast.checker,
        approved_at=START,
        approved_sha256="a" * 64,
    )
    made = last.computations.create(
        version=1,
        computed_by=market.cast.maker,
        computed_at=START,
        facts_sha256="",
        inputs="{}",
        outcome="{}",
        code_version="",
        sha256="",
        gross_cents=0,
        payable_cents=0,
    )
    app = market.listings[0].app
    SettlementLine.objects.create(
        computation=made,
        app=app,
        vendor=app.vendor,
        service_item=app.service_item,
        department=market.cast.police,
        values={},
        gross_cents=100,
        scaled_cents=100,
        adjustment_cents=0,
        payable_cents=100,
    )
    settlement = factory.confirmed(market)
    line = settlement.computation.lines.get(app=app)
    assert line.is_parked
    services.approve(settlement=settlement, by=market.cast.checker, now=AFTER, sha256=settlement.computation.sha256)
    statement = Statement.objects.get(vendor=app.vendor)
    assert (statement.released_cents, statement.held_cents) == (0, line.payable_cents)
    assert Transfer.objects.filter(reference__startswith="approve:").count() == 2
    services.look_at_line(line=line, by=market.cast.maker, now=AFTER, note="新开通,核对无误")
    assert Adjustment.objects.get().cents == line.payable_cents
    with pytest.raises(Conflict):
        services.look_at_line(line=line, by=market.cast.maker, now=AFTER, note="再看")


def test_disputes_have_a_window_a_place_and_one_voice(market: factory.Market) -> None:
    settlement = factory.published(market)
    line = settlement.computation.lines.get(app__code="app-a")
    common = {"line": line, "claimed_cents": 1, "grounds": "g"}
    with pytest.raises(NotAllowed):
        services.open_dispute(by=market.owners[1], now=AFTER, **common)
    with pytest.raises(Conflict) as refusal:
        services.open_dispute(by=market.owners[0], now=settlement.dispute_until, **common)
    assert refusal.value.code == "window-over"
    with pytest.raises(InvalidInput):
        services.open_dispute(by=market.owners[0], now=AFTER, **common | {"claimed_cents": line.payable_cents})
    dispute = services.open_dispute(by=market.owners[0], now=AFTER, **common)
    with pytest.raises(Conflict):
        services.open_dispute(by=market.owners[0], now=AFTER, **common)
    with pytest.raises(NotAllowed):
        services.decide_dispute(dispute=dispute, accept=True, decision="d", by=market.cast.checker, now=AFTER)
    with pytest.raises(InvalidInput):
        services.decide_dispute(dispute=dispute, accept=True, decision=" ", by=market.cast.maker, now=AFTER)
    services.decide_dispute(dispute=dispute, accept=False, decision="d", by=market.cast.maker, now=AFTER)
    settlement.refresh_from_db()
    assert (settlement.version, settlement.state) == (1, "published")
    assert Notice.objects.filter(kind="dispute_decided", user=market.owners[0]).count() == 1


def test_what_the_ceiling_cannot_bear_and_what_is_negative_is_carried(cast: people.Cast) -> None:
    market = factory.market(cast, ceiling="38.68")
    factory.quarter(market)
    app_a, app_c = market.listings[0].app, market.listings[2].app
    services.adjust(app=app_a, cents=100, reason="补2025年第4季度", by=cast.maker, now=AFTER)
    services.adjust(app=app_c, cents=-5000, reason="追回", by=cast.maker, now=AFTER)
    settlement = factory.approved(market)
    line = settlement.computation.lines.get(app=app_c)
    owed = Statement.objects.get(vendor=app_c.vendor)
    assert (owed.payable_cents, owed.carried_cents) == (0, line.payable_cents)
    carried = Adjustment.objects.filter(kind="carried")
    assert [(row.app, row.cents, row.settlement, row.origin) for row in carried] == [
        (app_c, line.payable_cents, None, settlement)
    ]
    paid = sum(Statement.objects.values_list("released_cents", flat=True))
    assert paid <= 3868


def test_the_same_correction_is_borne_once(market: factory.Market) -> None:
    services.adjust(app=market.listings[0].app, cents=100, reason="更正", by=market.cast.maker, now=AFTER)
    settlement = factory.computed(market)
    assert Adjustment.objects.get().settlement == settlement
    services.recompute(settlement=settlement, by=market.cast.maker, now=AFTER, reason="复核")
    line = settlement.computation.lines.get(app__code="app-a")
    assert line.adjustment_cents == 100
    assert [row["reference"] for row in line.values["adjustments"]] == ["ADJ-000001"]


def test_nothing_is_paid_without_an_invoice_and_a_debtor_account(market: factory.Market) -> None:
    settlement = factory.approved(market)
    Statement.objects.filter(vendor__code="vendor-b").update(invoice_number="")
    with pytest.raises(InvalidInput) as refusal:
        services.pay(settlement=settlement, by=market.cast.maker, now=AFTER)
    assert refusal.value.code == "invoice-missing"
    assert settlement.payment_files.count() == 0


def test_the_ledger_is_written_once(market: factory.Market) -> None:
    factory.approved(market)
    with pytest.raises(DomainError):
        Transfer.objects.all().update(cents=1)
    with pytest.raises(DomainError):
        Transfer.objects.all().delete()


def test_overdue_follow_ups_about_the_app_bar_it_from_the_award(market: factory.Market) -> None:
    review = Review.objects.filter(app__code="app-a").first()
    Review.objects.filter(pk=review.pk).update(app_level=1)
    FollowUp.objects.create(
        review=review,
        opened_at=START,
        verify_due_at=START + timedelta(days=1),
        rectify_due_at=START + timedelta(days=5),
    )
    settlement = factory.approved(market)
    services.propose_awards(settlement=settlement, by=market.cast.maker, now=AFTER)
    assert [award.app.code for award in Award.objects.order_by("place")] == ["app-b", "app-c"]
    with pytest.raises(Conflict):
        services.propose_awards(settlement=settlement, by=market.cast.maker, now=AFTER)


def test_awards_wait_for_the_approval_and_for_the_public_notice(market: factory.Market) -> None:
    settlement = factory.confirmed(market)
    with pytest.raises(Conflict) as refusal:
        services.propose_awards(settlement=settlement, by=market.cast.maker, now=AFTER)
    assert refusal.value.code == "not-approved"
    services.approve(settlement=settlement, by=market.cast.checker, now=AFTER, sha256=settlement.computation.sha256)
    services.propose_awards(settlement=settlement, by=market.cast.maker, now=AFTER)
    services.publish_awards(settlement=settlement, by=market.cast.maker, now=AFTER)
    with pytest.raises(Conflict) as refusal:
        services.approve_awards(settlement=settlement, by=market.cast.checker, now=AFTER)
    assert refusal.value.code == "notice-running"
    services.withdraw_award(award=Award.objects.first(), by=market.cast.maker, now=AFTER, reason="异议成立")
    assert services.published_awards().count() == 2
    over = Award.objects.last().notice_until
    services.approve_awards(settlement=settlement, by=market.cast.checker, now=over)
    services.pay_awards(settlement=settlement, by=market.cast.maker, now=over)
    assert sorted(Award.objects.values_list("place", "state")) == [(1, "withdrawn"), (2, "paid"), (3, "paid")]


def test_a_department_is_warned_once_when_its_ceiling_is_nearly_used(
    market: factory.Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.set_budget(
        department=market.cast.police, period="2026Q1", ceiling=Money("40.00", "CNY"), by=market.cast.maker, now=START
    )
    monkeypatch.setattr("marketplace.core.clock.now", lambda: START + timedelta(days=10))
    tasks.warn_about_budgets()
    tasks.warn_about_budgets()
    assert Notice.objects.filter(kind="budget_nearly_used", user=market.cast.publisher).count() == 1

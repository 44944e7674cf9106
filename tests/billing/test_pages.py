"""Each page of the money side: the right role, the wrong role, the wrong state; and how many queries it takes."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from billing import services
from billing.documents import statement_pdf
from billing.models import Award, Settlement, Statement, Tariff
from marketplace.accounts.services import grant_platform_role
from tests import factory as people
from tests.billing import factory
from tests.billing.factory import AFTER

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.core.clock.now", lambda: AFTER)


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(name: str, *args: object, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"billing:{name}", args=args)


def finance_pages(settlement: Settlement) -> list[str]:
    line = settlement.computation.lines.get(app__code="app-a")
    dispute = services.open_dispute(
        line=line, claimed_cents=1, grounds="g", by=factory.owner_of(line.vendor), now=AFTER
    )
    return [
        address("desk"),
        address("settlement", "2026Q1"),
        address("award_ranking", "2026Q1"),
        address("dispute", dispute.number),
        address("budgets"),
        address("ledger"),
        address("ledger") + "?format=csv",
    ]


def test_finance_pages_are_for_finance_alone(market: factory.Market) -> None:
    pages = finance_pages(factory.published(market))
    auditor = people.person("auditor")
    grant_platform_role(user=auditor, role="auditor", by="system:test", now=AFTER)
    for page in pages:
        for allowed in (market.cast.maker, market.cast.checker, auditor):
            assert signed_in(allowed).get(page).status_code == 200, page
        for refused in (market.cast.publisher, market.owners[0], market.cast.citizen, market.cast.stranger):
            assert signed_in(refused).get(page).status_code == 404, page
        assert Client().get(page).status_code == 302


def test_a_next_step_is_announced_to_whom_it_is_for(market: factory.Market) -> None:
    settlement = factory.published(market)
    seen = {}
    signature = {"approver": market.cast.checker, "approved_at": AFTER, "approved_sha256": "0" * 64}
    for state in Settlement.State.values:
        signed = signature if state in {"approved", "paid", "closed"} else {}
        Settlement.objects.filter(pk=settlement.pk).update(state=state, **signed)
        shown = [
            signed_in(person).get(address("settlement", "2026Q1")).content.decode()
            for person in (market.cast.maker, market.cast.checker)
        ]
        seen[state] = [
            any(mark in page.partition("Next step")[2].partition("<h2>")[0] for mark in ("<form", "<p>"))
            if "Next step" in page
            else None
            for page in shown
        ]
    assert seen == {
        "draft": [True, True],
        "computed": [True, True],
        "published": [True, True],
        "confirmed": [None, True],
        "approved": [True, None],
        "paid": [True, None],
        "closed": [True, None],
    }


def test_an_award_is_taken_back_with_a_reason(market: factory.Market) -> None:
    settlement = factory.approved(market)
    services.propose_awards(settlement=settlement, by=market.cast.maker, now=AFTER)
    services.publish_awards(settlement=settlement, by=market.cast.maker, now=AFTER)
    first = Award.objects.get(place=1)
    page, maker, checker = address("award", first.pk), signed_in(market.cast.maker), signed_in(market.cast.checker)
    assert "Withdraw the award" in maker.get(page).content.decode()
    assert "Withdraw the award" not in checker.get(page).content.decode()
    assert checker.post(page, {"reason": "r"}).status_code == 403
    for refused in (market.cast.publisher, market.owners[0], market.cast.citizen):
        assert signed_in(refused).get(page).status_code == 404
        assert signed_in(refused).post(page, {"reason": "r"}).status_code == 404
    assert maker.post(page, {"reason": ""}).status_code == 422
    assert Award.objects.get(pk=first.pk).state == Award.State.PUBLISHED
    assert maker.post(page, {"reason": "异议成立"}).status_code == 302
    after = maker.get(page).content.decode()
    assert "异议成立" in after
    assert "Withdraw the award" not in after
    assert maker.post(page, {"reason": "again"}).status_code == 409
    assert "Approve the awards" in checker.get(address("settlement", "2026Q1")).content.decode()


def test_awards_that_were_all_withdrawn_are_not_offered_again(market: factory.Market) -> None:
    settlement = factory.approved(market)
    page, maker = address("settlement", "2026Q1"), signed_in(market.cast.maker)
    assert "Propose the awards" in maker.get(page).content.decode()
    for award in services.propose_awards(settlement=settlement, by=market.cast.maker, now=AFTER):
        services.withdraw_award(award=award, by=market.cast.maker, now=AFTER, reason="异议成立")
    assert "Propose the awards" not in maker.get(page).content.decode()
    assert maker.post(address("move", "2026Q1", "propose-awards")).status_code == 409


def test_a_statement_is_for_its_vendor_its_department_and_finance(market: factory.Market) -> None:
    settlement = factory.published(market)
    statement = settlement.computation.statements.get(vendor__code="vendor-a")
    line = statement.lines().get()
    for page in (address("statement", statement.number), address("line", line.pk)):
        for allowed in (market.owners[0], market.cast.publisher, market.cast.maker):
            answer = signed_in(allowed).get(page)
            assert answer.status_code == 200
            assert "17.31" in answer.content.decode()
        for refused in (market.owners[1], market.cast.citizen, market.cast.editor):
            assert signed_in(refused).get(page).status_code == 404
    shown = signed_in(market.owners[0]).get(address("statements")).content.decode()
    assert statement.number in shown
    assert settlement.computation.statements.get(vendor__code="vendor-b").number not in shown


@pytest.mark.skipif(not statement_pdf.FONT_FILE.is_file(), reason="fonts-wqy-microhei isn't installed")
def test_a_vendor_downloads_its_statement_as_pdf_and_nobody_elses(market: factory.Market) -> None:
    settlement = factory.published(market)
    statement = settlement.computation.statements.get(vendor__code="vendor-a")
    page = address("statement_pdf", statement.number)
    answer = signed_in(market.owners[0]).get(page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content == signed_in(market.cast.maker).get(page).content
    assert signed_in(market.owners[1]).get(page).status_code == 404


def test_the_whole_way_on_the_pages(market: factory.Market) -> None:
    maker, checker = signed_in(market.cast.maker), signed_in(market.cast.checker)
    answer = maker.post(address("open"), {"period": "2026Q1", "tariff": market.tariff.pk})
    assert answer.url == address("settlement", "2026Q1")
    for verb in ("compute", "publish"):
        assert maker.post(address("move", "2026Q1", verb)).status_code == 302
    settlement = Settlement.objects.get()
    line = settlement.computation.lines.get(app__code="app-b")
    vendor = signed_in(market.owners[1])
    claim = {"claimed": "20.00", "grounds": "两件未计入"}
    assert vendor.post(address("dispute_line", line.pk), claim).status_code == 302
    dispute = settlement.disputes.get()
    decision = {"accept": "yes", "granted": "15.00", "decision": "部分属实"}
    assert maker.post(address("dispute", dispute.number), decision).status_code == 302
    settlement.refresh_from_db()
    assert settlement.version == 2
    for statement in settlement.computation.statements.all():
        owner = signed_in(factory.owner_of(statement.vendor))
        assert owner.post(address("confirm", statement.number), {}).status_code == 422
        invoice = {"invoice_number": f"INV-{statement.pk}"}
        assert owner.post(address("confirm", statement.number), invoice).status_code == 302
        assert signed_in(market.cast.publisher).post(address("accept", statement.number)).status_code == 302
    page = checker.get(address("settlement", "2026Q1")).content.decode()
    assert settlement.computation.sha256 in page
    unread = {"sha256": settlement.computation.sha256}
    assert checker.post(address("approve", "2026Q1"), unread).status_code == 422
    assert maker.post(address("approve", "2026Q1"), unread | {"checked": "on"}).status_code == 403
    assert checker.post(address("approve", "2026Q1"), unread | {"checked": "on"}).status_code == 302
    for verb in ("pay", "close", "propose-awards", "publish-awards"):
        assert maker.post(address("move", "2026Q1", verb)).status_code == 302
    settlement.refresh_from_db()
    assert settlement.state == Settlement.State.CLOSED
    message = settlement.payment_files.get()
    answer = maker.get(address("payment_file", message.message_id))
    assert answer.content.decode() == message.content
    assert signed_in(market.cast.publisher).get(address("payment_file", message.message_id)).status_code == 404


def test_a_step_out_of_turn_is_told_in_a_sentence(market: factory.Market) -> None:
    factory.computed(market)
    answer = signed_in(market.cast.maker).post(address("move", "2026Q1", "pay"))
    assert answer.status_code == 409
    assert "computed" in answer.content.decode()
    assert signed_in(market.cast.maker).get(address("move", "2026Q1", "pay")).status_code == 405
    assert signed_in(market.cast.maker).post(address("move", "2026Q1", "steal")).status_code == 404
    assert signed_in(market.cast.checker).post(address("move", "2026Q1", "publish")).status_code == 403


def test_a_published_tariff_is_public_and_a_draft_is_not(market: factory.Market) -> None:
    tariff = market.tariff
    assert "1.50" in Client().get(address("tariff", tariff.code, tariff.version)).content.decode()
    draft = services.draft_tariff(
        code="standard",
        name_zh="二",
        name_en="2",
        rules=tariff.rules,
        valid_from=AFTER.date(),
        by=market.cast.maker,
        now=AFTER,
    )
    page = address("tariff", draft.code, draft.version)
    assert Client().get(page).status_code == 404
    assert signed_in(market.cast.checker).get(page).status_code == 200
    proposed = signed_in(market.cast.maker).post(address("propose_tariff", draft.code, draft.version))
    assert proposed.status_code == 302
    assert signed_in(market.cast.maker).post(address("approve_tariff", draft.code, draft.version)).status_code == 403
    assert signed_in(market.cast.checker).post(address("approve_tariff", draft.code, draft.version)).status_code == 302
    assert Tariff.objects.get(pk=draft.pk).state == "published"


def test_the_maker_sets_a_ceiling_and_the_checker_does_not(market: factory.Market) -> None:
    given = {"department": market.cast.housing.pk, "period": "2026Q2", "ceiling": "5000.00"}
    assert signed_in(market.cast.maker).post(address("budgets"), given).status_code == 302
    assert market.cast.housing.budgets.get().cents == 500_000
    assert signed_in(market.cast.checker).post(address("budgets"), given).status_code == 403
    refused = signed_in(market.cast.maker).post(address("budgets"), given | {"period": "2026Q9"})
    assert refused.status_code == 422


def test_the_list_of_statements_takes_the_same_queries_whatever_its_length(
    market: factory.Market, django_assert_max_num_queries: object
) -> None:
    factory.published(market)
    assert Statement.objects.count() == 3
    client = signed_in(market.cast.maker)
    with django_assert_max_num_queries(14):
        client.get(address("statements"))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_speak_one_language(market: factory.Market, language: str) -> None:
    settlement = factory.published(market)
    statement = settlement.computation.statements.first()
    page = signed_in(market.owners[0]).get(address("statement", statement.number, language=language)).content.decode()
    heading = {"zh-hans": "如何一步步算出", "en": "How it was computed, step by step"}
    assert heading[language] in page
    assert all(text not in page for other, text in heading.items() if other != language)


def test_the_form_proposes_the_quarter_that_has_no_settlement_yet(market: factory.Market) -> None:
    def proposed() -> object:
        return signed_in(market.cast.maker).get(address("desk")).context["form"].initial.get("period")

    assert proposed() == "2026Q1"
    services.open_settlement(period="2026Q1", tariff=market.tariff, by=market.cast.maker, now=AFTER)
    assert proposed() is None

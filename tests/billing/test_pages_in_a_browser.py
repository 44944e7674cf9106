"""The pages of finance, vendors and departments in a real browser, at every width: axe, and nothing wider than it."""

import pytest
from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page

from billing import services
from tests.billing import factory
from tests.billing.factory import AFTER
from tests.looks.browser import assert_accessible, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplace.core.clock.now", lambda: AFTER)


def visit(page: Page, name: str, *args: object, language: str = "zh-hans") -> None:
    with translation.override(language):
        page.goto(reverse(f"billing:{name}", args=args))
    assert page.get_attribute("html", "lang") == language
    assert_accessible(page)


def test_finance(page: Page, market: factory.Market) -> None:
    settlement = factory.published(market)
    line = settlement.computation.lines.get(app__code="app-a")
    dispute = services.open_dispute(line=line, claimed_cents=1, grounds="多计", by=market.owners[0], now=AFTER)
    sign_in(page, market.cast.maker)
    for name, *args in (
        ("desk",),
        ("settlement", "2026Q1"),
        ("line", line.pk),
        ("dispute", dispute.number),
        ("award_ranking", "2026Q1"),
        ("budgets",),
        ("ledger",),
        ("tariff", market.tariff.code, market.tariff.version),
    ):
        visit(page, name, *args)
    visit(page, "settlement", "2026Q1", language="en")


def test_approval_payment_and_the_books(page: Page, market: factory.Market) -> None:
    settlement = factory.confirmed(market)
    sign_in(page, market.cast.checker)
    visit(page, "settlement", "2026Q1")
    page.check("#id_checked")
    page.click("main form:has(#id_sha256) button")
    page.wait_for_load_state()
    settlement.refresh_from_db()
    assert settlement.state == "approved"
    services.pay(settlement=settlement, by=market.cast.maker, now=AFTER)
    visit(page, "settlement", "2026Q1")
    visit(page, "ledger")


def test_a_vendor_reads_disputes_and_confirms(page: Page, market: factory.Market) -> None:
    settlement = factory.published(market)
    statement = settlement.computation.statements.get(vendor__code="vendor-a")
    sign_in(page, market.owners[0])
    visit(page, "statements")
    visit(page, "statement", statement.number)
    visit(page, "dispute_line", statement.lines().get().pk)
    page.fill("#id_claimed", "20.00")
    page.fill("#id_grounds", "   ")
    page.click("main form:has(#id_claimed) button")
    page.wait_for_selector(".error-summary")
    assert_accessible(page)
    page.fill("#id_grounds", "有两件没有计入")
    page.click("main form:has(#id_claimed) button")
    page.wait_for_load_state()
    assert "20.00" in page.inner_text("main")
    page.fill("#id_invoice_number", "INV-1")
    page.click("main form:has(#id_invoice_number) button")
    page.wait_for_load_state()
    statement.refresh_from_db()
    assert statement.state == "confirmed"
    sign_in_again = page.context.browser.new_context(base_url=page.url.split("/zh-hans")[0]).new_page()
    sign_in(sign_in_again, market.cast.publisher)
    visit(sign_in_again, "statement", statement.number)
    sign_in_again.context.close()

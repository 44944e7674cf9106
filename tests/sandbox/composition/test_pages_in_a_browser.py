"""The composing pages in a real browser: an editor clicks a scenario together, and every page is accessible."""

import pytest
from playwright.sync_api import Page, expect

from marketplace.orders.models import DemandOrder
from tests import factory as people_factory
from tests.looks.browser import assert_accessible, sign_in
from tests.sandbox import factory

pytestmark = pytest.mark.browser


def test_an_editor_clicks_a_scenario_together(page: Page, now):
    people = people_factory.cast(now=now)
    order = factory.residence_order(people, now=now)
    DemandOrder.objects.filter(pk=order.pk).update(state="draft")
    sign_in(page, people.editor)
    page.goto(f"/en/orders/desk/{order.code}/scenarios/")
    page.get_by_role("link", name="Put a scenario together by picking").click()
    page.get_by_label("Title in Chinese").fill("顺利提交")
    page.get_by_label("Title in English").fill("Goes well")
    page.get_by_label("Code").fill("well")
    assert_accessible(page)
    page.get_by_role("button", name="Begin").click()

    page.get_by_role("link", name="Submit the application").first.click()
    page.get_by_label("Ground", exact=False).first.select_option(label="dwelling")
    page.get_by_label("How to receive it", exact=False).first.select_option(label="counter")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Submit the application")).to_be_visible()

    page.get_by_role("link", name="Apply for a residence permit").click()
    assert_accessible(page, widths=(390,))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("taken once")).to_be_visible()
    for language in ("en", "zh-hans"):
        page.goto(f"/{language}/sandbox/orders/{order.code}/scenarios/well/")
        assert_accessible(page)
    page.goto(f"/zh-hans/sandbox/orders/{order.code}/scenarios/well/steps/step1/")
    assert_accessible(page)

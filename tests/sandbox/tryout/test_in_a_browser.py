"""The pages for developers in a real browser: accessible, readable on a phone, and a call sent without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests import factory as people_factory
from tests.catalogue.large import large_document
from tests.looks.browser import assert_accessible, sign_in
from tests.sandbox.tryout.factory import published

pytestmark = pytest.mark.browser


@pytest.fixture
def people(page: Page, now):
    return people_factory.cast(now=now)


def test_a_developer_reads_an_interface_and_tries_it(page: Page, people):
    published("residence", people.police)
    base = "catalogue/interfaces/residence/1.0.0/"
    for path in (base, f"{base}operations/4/", "sandbox/try/residence/v1/", "catalogue/interfaces/rules/"):
        page.goto(f"/zh-hans/{path}")
        assert_accessible(page, widths=(1280, 390))
    sign_in(page, people.developer)
    page.goto("/en/sandbox/try/residence/v1/operations/2/")
    assert_accessible(page, widths=(390,))
    page.get_by_label("Idempotency-Key (header)").fill("a" * 16)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("h1")).to_contain_text("201")
    assert_accessible(page, widths=(390,))
    page.goto("/en/sandbox/try/tokens/")
    assert_accessible(page, widths=(390,))


def test_a_large_operation_fits_a_phone(page: Page, people):
    people_factory.interface_version(people.police, code="large", document=large_document(8))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/en/catalogue/interfaces/large/1.0.0/operations/3/")
    assert_accessible(page, widths=(390,))

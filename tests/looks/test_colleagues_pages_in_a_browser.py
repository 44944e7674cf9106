"""Pages of the catalogue, the orders, the companies and the platform's desks: accessible at every width."""

import pytest
from playwright.sync_api import Page

from cms.services import build_site
from tests import factory
from tests.looks.browser import assert_accessible, assert_elder_friendly, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture
def market(site, now):
    """Everybody, a listed app, an open order, a draft order, an interface."""
    people = factory.cast(now=now)
    listing = factory.market(people, now=now)
    version = factory.interface_version(people.police, code="population")
    draft = factory.order(listing.service_item, now=now, state="draft", opened_at=None)
    build_site()
    return people, listing, version, draft


def _visit(page: Page, paths: list[str]) -> None:
    for path in paths:
        answer = page.goto(f"/zh-hans/{path}")
        assert answer is not None
        assert answer.status == 200, path
        assert_accessible(page)


def test_public_pages_of_catalogue_orders_and_store(page: Page, market):
    _people, listing, version, _draft = market
    item = listing.service_item
    paths = [
        "catalogue/search/?q=居住证",
        "catalogue/search/?q=没有这样的事",
        f"catalogue/items/{item.code}/",
        "catalogue/interfaces/",
        f"catalogue/interfaces/{version.interface.code}/",
        f"catalogue/interfaces/{version.interface.code}/{version.version}/",
        "orders/",
        f"orders/{listing.version.order.code}/",
        f"services/{item.code}/",
        f"services/apps/{listing.app.code}/",
        "services/standards/",
        "departments/psb/",
    ]
    _visit(page, paths)
    page.goto("/zh-hans/")
    page.click("text=长辈版")
    for path in paths:
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"/zh-hans/{path}")
            assert_elder_friendly(page)


def test_desks_of_a_department(page: Page, market):
    people, listing, version, draft = market
    sign_in(page, people.publisher)
    _visit(page, ["catalogue/desk/", "catalogue/desk/synonyms/", "orders/desk/", f"orders/desk/{draft.code}/"])
    page.context.clear_cookies()
    sign_in(page, people.editor)
    _visit(
        page,
        [
            "catalogue/desk/items/new/",
            f"catalogue/desk/items/{listing.service_item.code}/",
            "catalogue/desk/interfaces/new/",
            f"catalogue/interfaces/{version.interface.code}/upload/",
            "orders/desk/new/",
            f"orders/desk/{draft.code}/texts/",
            f"orders/desk/{draft.code}/interfaces/",
            f"orders/desk/{draft.code}/contract/",
            f"orders/desk/{draft.code}/scenarios/",
            f"orders/desk/{draft.code}/thresholds/",
            f"orders/desk/{draft.code}/terms/",
        ],
    )


def test_pages_of_a_company_and_its_verification(page: Page, market):
    people, listing, _version, _draft = market
    order = listing.version.order.code
    sign_in(page, people.developer)
    code = listing.app.code
    paths = ["vendor/", f"vendor/apps/{code}/", f"vendor/apps/{code}/edit/", f"vendor/apps/{code}/upload/"]
    paths += ["vendor/tokens/", f"vendor/orders/{order}/ask/", f"vendor/orders/{order}/questions/", "vendor/register/"]
    paths += [f"vendor/companies/{people.vendor.code}/{name}/" for name in ("members", "account")]
    _visit(page, paths)
    page.context.clear_cookies()
    sign_in(page, people.operator)
    _visit(page, ["vendor/verification/", f"vendor/verification/{people.vendor.code}/", "sandbox/"])

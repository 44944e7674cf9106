"""The public pages, the entrance and the error pages in a real browser: accessible, legible, walkable by keyboard."""

import pytest
from playwright.sync_api import Page

from tests import factory
from tests.looks.browser import WIDTHS, assert_accessible, assert_elder_friendly, sign_in, walk_by_keyboard

pytestmark = pytest.mark.browser

PUBLIC = ["", "departments/", "help/", "help/accessibility/", "awards/", "standards/"]
ENTRANCE = ["sign-in/login/", "sign-in/signup/", "sign-in/password/reset/", "nothing-here/"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", PUBLIC + ENTRANCE)
def test_accessible_at_every_width(page: Page, now, language, path):
    factory.market(factory.cast(now=now), now=now)
    page.goto(f"/{language}/{path}")
    assert page.get_attribute("html", "lang") == language
    assert_accessible(page)


def test_the_own_pages_are_accessible(page: Page, now):
    people = factory.cast(now=now)
    sign_in(page, people.publisher)
    for path in ("account/?stay", "account/profile/", "account/tokens/", "sign-in/2fa/", "sign-in/logout/"):
        page.goto(f"/zh-hans/{path}")
        assert_accessible(page)


def test_a_form_with_errors_is_accessible_and_names_them(page: Page):
    page.goto("/zh-hans/sign-in/login/")
    page.fill("#id_login", "nobody@example.org")
    page.fill("#id_password", "wrong-word-9")
    page.click("main form button")
    page.wait_for_selector(".error-summary")
    assert_accessible(page)


def test_elder_mode_is_remembered_on_every_page(page: Page, now):
    factory.market(factory.cast(now=now), now=now)
    page.goto("/zh-hans/")
    page.click("text=长辈版")
    page.wait_for_selector("html.elder")
    for path in PUBLIC + ENTRANCE:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"/zh-hans/{path}")
            assert_elder_friendly(page)
        assert_accessible(page)


@pytest.mark.parametrize("path", ["", "sign-in/login/", "standards/"])
def test_walk_by_keyboard(page: Page, path):
    page.goto(f"/zh-hans/{path}")
    stops = walk_by_keyboard(page)
    assert "skip" in stops[0]


def test_language_switch_keeps_the_page(page: Page):
    page.goto("/zh-hans/help/privacy/")
    page.click("text=English")
    assert page.url.endswith("/en/help/privacy/")
    page.goto("/")
    assert page.url.endswith("/en/")


def test_a_right_to_left_language_needs_no_new_stylesheet(page: Page, settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("ar", "العربية")]
    page.goto("/ar/sign-in/login/")
    assert page.get_attribute("html", "dir") == "rtl"
    brand, switch = (page.locator(name).first.bounding_box() for name in (".brand", ".header__tools"))
    assert brand["x"] > switch["x"]
    assert_accessible(page)

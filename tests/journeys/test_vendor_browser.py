"""The vendor's part of the story in a real browser: from an empty console to an app that passed.

The engine is the tests' own and says what a script tells it to; everything else is the platform.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from marketplace.accounts.models import User
from marketplace.config.celery import app as celery_app
from marketplace.orders.models import DemandOrder
from sandbox.engine import IntakeRefused
from tests import factory
from tests.looks.browser import assert_accessible, sign_in
from tests.sandbox import factory as sandbox_factory
from tests.sandbox import fake_engine
from tests.vendors.factory import credit_code
from vendors.models import AppVersion, Vendor

pytestmark = pytest.mark.browser

ARCHIVE = b"an image archive " * 200_000


@pytest.fixture
def platform(settings: object, tmp_path: Path) -> Iterator[None]:
    """The worker works at once, with the scripted engine."""
    settings.SANDBOX_ENGINE = "tests.sandbox.fake_engine"
    settings.STATE_DIR = settings.MEDIA_ROOT = tmp_path
    before = celery_app.conf.task_always_eager
    celery_app.conf.task_always_eager = True
    fake_engine.reset()
    yield
    fake_engine.reset()
    celery_app.conf.task_always_eager = before


@pytest.fixture
def people(site: str, now: datetime) -> factory.Cast:
    """The five people."""
    return factory.cast(now=now)


@pytest.fixture
def demand(people: factory.Cast, now: datetime) -> DemandOrder:
    """An open order with an interface to use."""
    order = sandbox_factory.order(people, now=now)
    order.interface_versions.add(factory.interface_version(people.police, code="population", scopes=["姓名", "住址"]))
    return order


@contextmanager
def at_another_desk(chromium: Browser, site: str, person: User) -> Iterator[Page]:
    """Give another person a browser of their own."""
    context = chromium.new_context(base_url=site, locale="zh-CN")
    page = context.new_page()
    sign_in(page, person)
    yield page
    context.close()


def upload(page: Page, version: str, archive: Path) -> None:
    """Fill in the upload page and send it; the page itself computes the SHA-256."""
    page.fill("[name=version]", version)
    page.check("[name=scopes][value=姓名]")
    page.set_input_files("[name=archive]", archive)
    expect(page.locator("[name=sha256]")).to_have_value(hashlib.sha256(archive.read_bytes()).hexdigest())
    page.click("main form button:not([type=button])")


def test_from_an_empty_console_to_an_app_that_passed(
    page: Page, chromium: Browser, site: str, platform: None, people: factory.Cast, demand: DemandOrder, tmp_path: Path
) -> None:
    archive = tmp_path / "app.tar"
    archive.write_bytes(ARCHIVE)
    sign_in(page, people.citizen)
    register_a_company(page)
    with at_another_desk(chromium, site, people.operator) as desk:
        verify_the_company(desk)
    claim_and_ask(page, demand)
    with at_another_desk(chromium, site, people.publisher) as desk:
        answer_the_question(desk)
    page.goto(f"/zh-hans/orders/{demand.code}/")
    expect(page.get_by_text("支持，凭委托书。")).to_be_visible()
    describe_the_app(page)

    fake_engine.script.refusal = IntakeRefused("not_an_archive", "", {})
    upload(page, "1.0.0", archive)
    page.wait_for_url("**/vendor/apps/*/")
    follow_the_version(page, "1.0.0")
    expect(page.locator(".panel--bad")).to_contain_text("不是 tar 镜像归档")
    assert_accessible(page)

    fake_engine.script.refusal = None
    fake_engine.script.lines = [fake_engine.result("fault.exactly_once", "failed")]
    page.click("main .actions .button")
    archive.write_bytes(ARCHIVE + b"saved properly")
    upload(page, "1.0.0", archive)
    page.wait_for_url("**/vendor/apps/*/")
    expect(page.locator("tbody tr").first).to_contain_text("未通过")
    page.locator("tbody tr").first.locator("a").click()
    expect(page.locator(".panel--bad")).to_be_visible()
    expect(page.locator("main")).to_contain_text("fault.exactly_once")
    assert_accessible(page)

    fake_engine.script.lines = None
    page.click("main .actions .button")
    archive.write_bytes(ARCHIVE + b"mended")
    upload(page, "1.0.1", archive)
    page.wait_for_url("**/vendor/apps/*/")
    assert_accessible(page)
    page.goto("/zh-hans/vendor/")
    expect(page.locator(".steps > [aria-current=step]")).to_contain_text("上架")
    assert list(AppVersion.objects.order_by("pk").values_list("version", "state")) == [
        ("1.0.0", "refused"),
        ("1.0.0", "failed"),
        ("1.0.1", "certified"),
    ]


def register_a_company(page: Page) -> None:
    """Register from the empty console, with a typing error first."""
    page.goto("/zh-hans/vendor/")
    assert_accessible(page)
    page.click("main .empty .button")
    page.fill("[name=name_zh]", "澄州智办科技有限公司")
    page.fill("[name=contact_name]", "周洁")
    page.fill("[name=contact_phone]", "13900000000")
    page.fill("[name=credit_code]", "91350100M000100Y44")
    page.click("main form button")
    expect(page.locator(".error-summary")).to_contain_text("3")
    assert_accessible(page)
    page.fill("[name=credit_code]", credit_code())
    page.click("main form button")
    expect(page.locator(".steps > [aria-current=step]")).to_contain_text("核验")
    assert_accessible(page)


def verify_the_company(desk: Page) -> None:
    """Find the company on the operator's desk and verify it."""
    desk.goto("/zh-hans/vendor/verification/")
    assert_accessible(desk)
    desk.click("text=澄州智办科技有限公司")
    assert_accessible(desk)
    desk.click("text=通过核验")
    desk.wait_for_url("**/vendor/verification/")
    assert Vendor.objects.get(name_zh="澄州智办科技有限公司").state == "verified"


def claim_and_ask(page: Page, demand: DemandOrder) -> None:
    """Go from the board to the order, claim it and ask about it."""
    page.goto(f"/zh-hans/orders/{demand.code}/")
    page.click(f"a[href$='/orders/{demand.code}/claim/']")
    assert_accessible(page)
    page.check("[name=accept_tariff]")
    page.check("[name=accept_data_terms]")
    page.click("main form button")
    page.wait_for_url("**/vendor/")
    expect(page.locator("main")).to_contain_text(demand.code)
    page.goto(f"/zh-hans/orders/{demand.code}/")
    page.click(f"a[href$='/orders/{demand.code}/ask/']")
    assert_accessible(page)
    page.fill("[name=text]", "是否支持委托他人代办？")
    page.click("main form button")
    expect(page.get_by_text("是否支持委托他人代办？")).to_be_visible()
    assert_accessible(page)


def answer_the_question(desk: Page) -> None:
    """Answer at the department's question desk."""
    desk.goto("/zh-hans/vendor/questions/")
    assert_accessible(desk)
    desk.click("text=是否支持委托他人代办？")
    assert_accessible(desk)
    desk.fill("[name=answer]", "支持，凭委托书。")
    desk.click("main form button")
    desk.wait_for_url("**/vendor/questions/")


def describe_the_app(page: Page) -> None:
    """Follow the console to the description of the app."""
    page.goto("/zh-hans/vendor/")
    page.click(".steps > [aria-current=step] .button")
    page.fill("[name=name_zh]", "居住证通")
    page.fill("[name=name_en]", "Permit")
    page.fill("[name=support_contact]", "12345")
    assert_accessible(page)
    page.click("main form button")
    page.wait_for_url("**/upload/")
    assert_accessible(page)


def follow_the_version(page: Page, version: str) -> None:
    """Open how a version stands, from the page of the app."""
    page.locator("tbody tr", has_text=version).first.locator("a").click()
    page.wait_for_load_state()


def test_without_scripts_the_upload_works_and_a_wrong_sum_is_told(
    chromium: Browser,
    site: str,
    platform: None,
    people: factory.Cast,
    demand: DemandOrder,
    now: datetime,
    tmp_path: Path,
) -> None:
    archive = tmp_path / "app.tar"
    archive.write_bytes(ARCHIVE)
    factory.claim(demand, people.vendor, by=people.developer, now=now)
    app = factory.app(people.vendor, demand.service_item, now=now)
    context = chromium.new_context(base_url=site, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, people.developer)
    page.goto(f"/zh-hans/vendor/apps/{app.code}/upload/")
    page.fill("[name=version]", "1.0.0")
    page.set_input_files("[name=archive]", archive)
    page.fill("[name=sha256]", "0" * 64)
    page.click("main form button")
    expect(page.locator(".error-summary")).to_contain_text(hashlib.sha256(ARCHIVE).hexdigest())
    page.set_input_files("[name=archive]", archive)
    page.fill("[name=sha256]", "")
    page.click("main form button")
    page.wait_for_url(f"**/vendor/apps/{app.code}/")
    context.close()
    assert AppVersion.objects.get().archive_bytes == len(ARCHIVE)


def test_a_wrong_sum_is_told_in_place_and_a_large_file_before_it_is_sent(
    page: Page,
    platform: None,
    people: factory.Cast,
    demand: DemandOrder,
    now: datetime,
    tmp_path: Path,
    settings: object,
) -> None:
    archive = tmp_path / "app.tar"
    archive.write_bytes(ARCHIVE)
    factory.claim(demand, people.vendor, by=people.developer, now=now)
    app = factory.app(people.vendor, demand.service_item, now=now)
    sign_in(page, people.developer)
    page.goto(f"/zh-hans/vendor/apps/{app.code}/upload/")
    page.fill("[name=version]", "1.0.0")
    page.set_input_files("[name=archive]", archive)
    expect(page.locator("[name=sha256]")).not_to_have_value("")
    page.fill("[name=sha256]", "0" * 64)
    page.click("main form button")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("[name=version]")).to_have_value("1.0.0")
    assert_accessible(page)
    upload(page, "1.0.0", archive)
    page.wait_for_url(f"**/vendor/apps/{app.code}/")
    assert AppVersion.objects.count() == 1

    settings.APP_ARCHIVE_MAX_BYTES = 1000
    page.goto(f"/zh-hans/vendor/apps/{app.code}/upload/")
    page.set_input_files("[name=archive]", archive)
    assert page.eval_on_selector("[name=archive]", "field => field.validationMessage") == "文件超过平台允许的大小。"

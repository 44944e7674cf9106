"""The sandbox's pages in a real browser: accessible, inert whatever an app wrote, and live without a reload."""

import pytest
from playwright.sync_api import Page, expect

from sandbox import retests
from sandbox.models import Retest
from sandbox.runs import running
from sandbox.workers import readiness
from tests import factory as people_factory
from tests.looks.browser import assert_accessible, sign_in
from tests.sandbox import factory
from tests.sandbox.fake_engine import result
from vendors.models import AppVersion

pytestmark = pytest.mark.browser


@pytest.fixture
def people(page: Page, now):
    return people_factory.cast(now=now)


def test_a_failed_report_is_accessible_and_nothing_in_it_is_active(page: Page, people, engine, now):
    run = factory.queued_run(people, now=now)
    engine.lines = factory.hostile_lines()
    running.perform(run_pk=run.pk, worker="w1")
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    sign_in(page, people.developer)
    for language in ("zh-hans", "en"):
        page.goto(f"/{language}/sandbox/runs/{run.pk}/")
        assert page.locator("main script").count() == 0
        assert_accessible(page)


def test_the_other_pages_are_accessible(page: Page, people, engine, now):
    run = factory.queued_run(people, now=now)
    waiting = factory.uploaded(people, now=now)
    running.perform(run_pk=run.pk, worker="w1")
    run.refresh_from_db()
    page.goto(f"/zh-hans/sandbox/certificates/{run.certificate.code}/")
    assert_accessible(page)
    sign_in(page, people.developer)
    for path in (f"runs/{run.pk}/", f"versions/{run.version_id}/", f"versions/{waiting.pk}/"):
        page.goto(f"/zh-hans/sandbox/{path}")
        assert_accessible(page)
    page.context.clear_cookies()
    sign_in(page, people.operator)
    for path in ("", "retests/", f"certificates/{run.certificate.code}/"):
        page.goto(f"/zh-hans/sandbox/{path}")
        assert_accessible(page)


def test_anybody_checks_a_certificate_by_code_paper_and_statement(page: Page, people, engine, now):
    run = factory.queued_run(people, now=now)
    running.perform(run_pk=run.pk, worker="w1")
    run.refresh_from_db()
    code = run.certificate.code
    page.goto("/en/sandbox/certificates/")
    page.get_by_label("Code of the certificate").fill(f"{code[:4]} {code[4:8]} {code[8:]}")
    page.get_by_role("button", name="Check the code").click()
    expect(page.locator(".panel--ok")).to_contain_text(code)
    page.get_by_role("link", name="Certificate to print").click()
    expect(page.locator(".sheet img")).to_be_visible()
    assert page.evaluate("document.querySelector('.sheet img').naturalWidth") > 0
    assert_accessible(page)
    page.goto("/zh-hans/sandbox/certificates/")
    page.locator("textarea").fill(run.certificate.jws[:-4] + "AAAA")
    page.get_by_role("button", name="查验声明").click()
    expect(page.locator(".panel--bad")).to_contain_text("无效")
    assert_accessible(page)


def test_an_operator_decides_about_a_failed_re_test_when_it_is_time(page: Page, people, engine, now):
    run = factory.queued_run(people, now=now)
    running.perform(run_pk=run.pk, worker="w1")
    run.refresh_from_db()
    waiting = factory.queued_run(people, now=now)
    retests.ask(version=AppVersion.objects.get(pk=run.version_id), by=people.operator, now=now)
    (again,) = retests.start_due(now=now)
    engine.lines = [result("start.healthy", "failed")]
    running.perform(run_pk=again.pk, worker="w1")
    Retest.objects.update(answer_by=now)
    sign_in(page, people.operator)
    page.goto("/en/sandbox/")
    assert_accessible(page)
    page.get_by_label(f"Priority of run {waiting.pk}").select_option("0")
    page.get_by_role("button", name=f"Move run {waiting.pk}").click()
    page.get_by_role("button", name="Let w1 take no more runs").click()
    expect(page.get_by_role("button", name="Let w1 take runs again")).to_be_visible()
    page.get_by_role("link", name="Re-tests: 1 failed").click()
    page.get_by_role("link", name=run.version.app.name_en).first.click()
    assert_accessible(page)
    page.get_by_label("The certificate stands").check()
    page.get_by_label("Reason").fill("The interface was wrong.")
    page.get_by_role("button", name="Decide").click()
    expect(page.locator(".messages")).to_contain_text("The certificate stands")
    assert Retest.objects.get().state == "kept"


def test_the_report_follows_the_run_by_itself(page: Page, people, engine, now):
    engine.available = False
    readiness.open_desk("w1")
    run = factory.queued_run(people, now=now)
    sign_in(page, people.developer)
    page.goto(f"/en/sandbox/runs/{run.pk}/")
    expect(page.locator("#progress")).to_contain_text("No container engine answers on this machine.")
    assert_accessible(page, widths=(390,))
    engine.available = True
    readiness.open_desk("w1")
    expect(page.locator("#progress")).to_contain_text("A worker takes it up shortly.")

    def look() -> None:
        expect(page.locator("#progress")).to_contain_text("5 of 5 checks done")
        assert_accessible(page, widths=(390,))

    engine.during = look
    running.perform(run_pk=run.pk, worker="w1")
    expect(page.locator("main h2").first).to_have_text("Passed")

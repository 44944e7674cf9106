"""The sandbox's pages in a real browser: accessible, inert whatever an app wrote, and live without a reload."""

import pytest
from playwright.sync_api import Page, expect

from sandbox import running, workers
from tests import factory as people_factory
from tests.looks.browser import assert_accessible, sign_in
from tests.sandbox import factory

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
    page.goto("/zh-hans/sandbox/")
    assert_accessible(page)


def test_the_report_follows_the_run_by_itself(page: Page, people, engine, now):
    engine.available = False
    workers.open_desk("w1")
    run = factory.queued_run(people, now=now)
    sign_in(page, people.developer)
    page.goto(f"/en/sandbox/runs/{run.pk}/")
    expect(page.locator("#progress")).to_contain_text("No container engine answers on this machine.")
    assert_accessible(page, widths=(390,))
    engine.available = True
    workers.open_desk("w1")
    expect(page.locator("#progress")).to_contain_text("A worker takes it up shortly.")

    def look() -> None:
        expect(page.locator("#progress")).to_contain_text("5 of 5 checks done")
        assert_accessible(page, widths=(390,))

    engine.during = look
    running.perform(run_pk=run.pk, worker="w1")
    expect(page.locator("main h2").first).to_have_text("Passed")

"""The citizen's part of the story in a real browser: search, compare, sign up, launch, apply, follow the case, rate.

The app is the reference app and the departments are the simulated ones, both as processes of their own, as at a
vendor's and a department's; the platform hears of the case only by the department's events.
"""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from marketplace.accounts.services import issue_token
from marketplace.catalogue import search
from marketplace.store.models import Case, IncomingEvent, Listing, Review
from tests import factory
from tests.looks.browser import assert_accessible, assert_elder_friendly, walk_by_keyboard

pytestmark = pytest.mark.browser

SOURCE = "/departments/psb/residence-system"
INTERFACES = Path(__file__).resolve().parents[2] / "marketplace" / "demo" / "content" / "interfaces"
PATIENCE = 20_000


class Helpers:
    """Processes of the test, each told to end when it is over."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.running: list[subprocess.Popen[str]] = []

    def start(self, *command: str, ready: str, **environment: str) -> str:
        """Start a Python module and return the line by which it says that it is ready."""
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | environment,
        )
        self.running.append(process)
        said = []
        for line in process.stdout:
            said.append(line)
            if ready in line:
                return line
        raise AssertionError("".join(said))

    def stop(self) -> None:
        """End them all."""
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.communicate(timeout=20)


@pytest.fixture
def helpers(tmp_path: Path) -> Iterator[Helpers]:
    """Start processes that end with the test."""
    made = Helpers(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def market(site: str, helpers: Helpers, tmp_path: Path) -> dict[str, Listing]:
    """Three listed apps for 居住证签发; the first one is really there, with its department."""
    now = timezone.now()
    people = factory.cast(now=now)
    item = factory.service_item(people.police)
    search.index_item(item)
    demand = factory.order(item, now=now)
    secret = tmp_path / "token"
    secret.write_text(
        issue_token(
            name="system", user=people.editor, scopes=["events:write"], now=now, department=people.police, source=SOURCE
        )[1]
    )
    line = helpers.start(
        "sandbox.probe", "gateway", "--port", "0", "--interfaces", str(INTERFACES), "--people", "200",
        "--jwks", f"{site}/.well-known/jwks.json", "--events-url", f"{site}/api/v1/events",
        "--events-token-file", str(secret), "--source", SOURCE, "--decide-after", "2", ready="departments on port",
    )  # fmt: skip
    gateway = f"http://127.0.0.1:{line.split()[-1]}"
    port = str(free_port())
    helpers.start(
        "sandbox.reference", ready=port, PORT=port, HOST="127.0.0.1", GATEWAY_URL=gateway, STATE_DIR=str(tmp_path),
        APP_NAME_ZH="居住证通",
    )  # fmt: skip
    listings = {}
    for name, address in (("居住证通", f"http://127.0.0.1:{port}"), ("e居易办", ""), ("新市民助手", "")):
        supplier = factory.vendor(now=now, owner=factory.person("owner"))
        app = factory.app(supplier, item, now=now, name_zh=name, **({"address": address} if address else {}))
        version = factory.certified_version(app, demand, by=people.developer, now=now)
        listings[name] = factory.listing(version, now=now)
    return listings


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def apply_in_the_app(page: Page) -> str:
    """Fill in the app's pages and return the reference on its receipt."""
    page.check("input[name=ground][value=dwelling]")
    page.fill("input[name=phone]", "13900000000")
    page.locator("input[name=pickup]").first.check()
    page.click("form[action='/apply'] button[type=submit]")
    page.wait_for_url("**/check")
    page.check("input[name=declaration]")
    page.click("form[action='/check'] button[type=submit]")
    page.wait_for_url("**/receipt", timeout=PATIENCE)
    return page.locator(".panel .number").inner_text()


def follow_until(page: Page, words: str) -> None:
    """Reload the page of the case until it says so."""
    for _try in range(40):
        if words in page.locator("main").inner_text():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def test_from_a_search_to_a_review(page: Page, site: str, market: dict[str, Listing]) -> None:
    page.goto("/zh-hans/")
    page.fill("main input[name=q]", "居住证")
    page.press("main input[name=q]", "Enter")
    page.locator("main").get_by_role("link", name="居住证签发").first.click()
    expect(page.locator(".compare__card")).to_have_count(3)
    assert_accessible(page)
    walk_by_keyboard(page)
    page.get_by_role("link", name="用“居住证通”办理").click()

    page.get_by_role("link", name=re.compile("注册|创建")).last.click()
    page.fill("[name=email]", "wang@example.org")
    page.fill("[name=password1]", "a-long-pass-phrase-7")
    page.click("main form button")
    expect(page.locator("h1")).to_contain_text("用“居住证通”开始办理")
    assert_accessible(page)
    page.click("main .button--start")

    page.wait_for_url(f"{market['居住证通'].app.address}/apply", timeout=PATIENCE)
    case = Case.objects.get()
    assert case.state == "launched"
    apply_in_the_app(page)

    page.goto(f"{site}/zh-hans/services/cases/{case.number}/")
    follow_until(page, "已办结")
    case.refresh_from_db()
    assert (case.state, case.confirmed_by) == ("completed", "api")
    assert IncomingEvent.objects.filter(case=case, source=SOURCE).exists()
    assert_accessible(page)

    page.click("text=我要评价")
    assert_accessible(page)
    page.locator("fieldset", has_text="这次办事").get_by_text("满意", exact=True).click()
    page.locator("fieldset", has_text="这个应用").get_by_text("非常满意", exact=True).click()
    page.get_by_label("办得快").check()
    page.fill("[name=text]", "在手机上就办好了。")
    page.click("main .button--start")
    expect(page.locator(".panel--ok")).to_contain_text("谢谢您")
    review = Review.objects.get()
    assert (review.service_level, review.app_level, review.tags) == (4, 5, ["fast"])
    page.goto(f"/zh-hans/services/apps/{market['居住证通'].app.code}/")
    expect(page.locator("#reviews ~ .list")).to_contain_text("在手机上就办好了。")


def test_elder_mode_on_every_page_of_a_citizen(page: Page, site: str, market: dict[str, Listing]) -> None:
    listing = market["居住证通"]
    page.goto("/zh-hans/")
    page.click("text=长辈版")
    for path in (
        f"services/{listing.service_item.code}/",
        f"services/apps/{listing.app.code}/",
        "services/standards/",
    ):
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(f"/zh-hans/{path}")
            assert_elder_friendly(page)

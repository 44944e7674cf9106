"""A real browser for tests marked `browser`: fixtures `chromium`, `site` and `page`, and what every page must pass."""

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from cms.services import build_site
from marketplace.accounts.models import User

WIDTHS = (1280, 390, 320)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "pass-word-1"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ELDER_MINIMA = """() => {
    const wrong = [];
    const unseen = '.visually-hidden, .skip, details:not([open]) > :not(summary)';
    const shown = (e) => e.checkVisibility() && e.getClientRects().length && !e.closest(unseen);
    const inText = (e) => getComputedStyle(e).display === 'inline'
        && e.parentElement.textContent.trim() !== e.textContent.trim();
    for (const e of document.querySelectorAll('body *')) {
        if (!shown(e)) continue;
        const style = getComputedStyle(e);
        const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
        const html = e.outerHTML.slice(0, 120);
        if (own && !e.closest('svg') && parseFloat(style.fontSize) < 18) wrong.push(`text ${style.fontSize}: ${html}`);
        if (e.matches('a[href], button, summary, select, input:not([type=hidden])') && !inText(e)) {
            const target = e.matches('input[type=radio], input[type=checkbox]') ? e.closest('label') || e : e;
            const least = e.matches('.button:not(.button--small)') ? 60 : 44;
            const height = target.getBoundingClientRect().height;
            if (height < least - 0.5) wrong.push(`target ${height} px, not ${least}: ${html}`);
        }
    }
    return wrong;
}"""
FOCUSED = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const style = getComputedStyle(e);
    const visible = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    if (!e.dataset.walked) { e.dataset.walked = '1'; return {again: false, visible, html: e.outerHTML.slice(0, 120)}; }
    return {again: true, visible, html: ''};
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once a module; tests that use it carry the mark `browser`.

    Not once a session: the probe's own tests start a Playwright too, and one process may have but one at a time.
    """
    # Playwright's event loop lives in this thread, and the tests use the ORM beside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def site(django_db_serialized_rollback: None, live_server: object, socket_enabled: None) -> str:
    """The address of a running platform with its public pages."""
    build_site()
    return str(live_server.url)


@pytest.fixture
def page(chromium: Browser, site: str) -> Iterator[Page]:
    """A page on the running platform; what the browser's console says against it fails the test."""
    context = chromium.new_context(base_url=site, viewport={"width": 1280, "height": 900}, locale="zh-CN")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if _is_complaint(message.text) else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def _is_complaint(text: str) -> bool:
    return "Content Security Policy" in text or "Refused to" in text or "Uncaught" in text


def sign_in(page: Page, person: User, *, password: str = PASSWORD) -> None:
    """Sign in through the form, as the person would."""
    page.goto("/zh-hans/sign-in/login/")
    page.fill("#id_login", str(person.email))
    page.fill("#id_password", password)
    page.click("main form button")
    page.wait_for_load_state()


def assert_accessible(page: Page, widths: tuple[int, ...] = WIDTHS) -> None:
    """Check the page as it stands with axe at each width; nothing may scroll sideways."""
    size = page.viewport_size
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
        assert found.violations_count == 0, f"{page.url} at {width} px\n{found.generate_report()}"
        assert_no_sideways_scroll(page)
    if size:
        page.set_viewport_size(size)


def assert_no_sideways_scroll(page: Page) -> None:
    """Nothing on the page is wider than the window."""
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is {wider} px too wide at {page.viewport_size}"


def assert_elder_friendly(page: Page) -> None:
    """Check text and target sizes of a page in elder mode."""
    assert page.evaluate("document.documentElement.classList.contains('elder')"), f"{page.url} isn't in elder mode"
    wrong = page.evaluate(ELDER_MINIMA)
    assert not wrong, "\n".join([f"{page.url} at {page.viewport_size}", *wrong])


def walk_by_keyboard(page: Page, limit: int = 200) -> list[str]:
    """Press Tab until the focus comes round again; every stop must show its focus. Returns the stops."""
    stops = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None or found["again"]:
            break
        assert found["visible"], f"no visible focus on {found['html']}"
        stops.append(found["html"])
    assert stops, f"{page.url} has nothing to focus"
    return stops

"""Owns the browser container: walks the app's pages like a citizen, looks at each with axe, takes screenshots."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import axe_playwright_python
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from .client import shown
from .frames import Line
from .model import FAILED, PASSED, Finding, Text, text
from .page_job import SUBMIT_STEPS, PageCheck, PageJob
from .results import Emit, result

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
AXE_OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
HEIGHT = 900
MOST_SCREENSHOT_BYTES = 150 * 1024
_PAGE_MS = 10_000
_CHANGE_SECONDS = 5.0
_GRACE_SECONDS = 20.0

# Fills in what is empty as a person would. Runs in the page; nothing is read back.
FILL = """(phone) => {
  const shown = (e) => e.offsetParent !== null;
  const groups = new Set();
  for (const e of document.querySelectorAll('main input, main select, main textarea, form input')) {
    if (e.disabled || e.type === 'hidden') continue;
    if (e.type === 'radio') {
      if (groups.has(e.name)) continue;
      groups.add(e.name);
      const all = [...document.getElementsByName(e.name)];
      if (!all.some((r) => r.checked)) all[0].click();
    } else if (e.type === 'checkbox') { if (!e.checked) e.click();
    } else if (e.tagName === 'SELECT') { if (!e.value && e.options.length > 1) e.selectedIndex = 1;
    } else if (shown(e) && !e.value) { e.value = e.type === 'tel' ? phone : e.type === 'date' ? '2026-01-01' : '测试'; }
  }
}"""
# The button that carries a citizen on: the submit button of the form inside the page's main part.
BUTTON = "main form button[type=submit], main form input[type=submit], main form button:not([type])"


@dataclass
class Walked:
    """What was seen on the way through the pages at one width."""

    pages: int = 0
    violations: list[dict[str, Any]] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    without_language: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    screenshots: list[dict[str, Any]] = field(default_factory=list)
    trouble: str = ""


def main(arguments: list[str]) -> int:
    """Take one job from stdin; write result lines to stdout."""
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    line = Line(sys.stdin.buffer, outgoing)
    job = PageJob.from_dict(line.job())
    told: set[str] = set()

    def emit(message: dict[str, Any]) -> None:
        told.add(message["check"])
        line.emit(message)

    watchdog = threading.Timer(job.seconds + _GRACE_SECONDS, _give_up, (job, told, line))
    watchdog.daemon = True
    watchdog.start()
    walk_pages(job, emit)
    watchdog.cancel()
    line.emit({"type": "end"})
    return 0


def _give_up(job: PageJob, told: set[str], line: Line) -> None:
    """Fail what is not yet told when a page holds the browser for ever, and end the process."""
    why = text("应用的页面让浏览器停止了响应。", "A page of the app made the browser stop responding.")
    for check in job.checks:
        if check.id not in told:
            line.emit(result(check.id, "page", Finding(FAILED, why)))
    line.emit({"type": "end"})
    os._exit(0)


def walk_pages(job: PageJob, emit: Emit) -> None:
    """Do every check of a job and emit a result for each; a failed one is walked again first."""
    until = time.monotonic() + job.seconds
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=job.executable, args=ARGUMENTS)
        try:
            for check in job.checks:
                emit(result(check.id, "page", _twice_if_failed(browser, job, check, until), digestible=True))
        finally:
            browser.close()


def _twice_if_failed(browser: Browser, job: PageJob, check: PageCheck, until: float) -> Finding:
    first = judge(_walk(browser, job, check, check.launch_paths[0], until), job.most_violations)
    if first.outcome != FAILED or len(check.launch_paths) < 2:
        return first
    second = judge(_walk(browser, job, check, check.launch_paths[1], until), job.most_violations)
    if second.outcome == first.outcome:
        return first
    zh = f"同样的输入，两次结果不同。失败的一次：{first.summary['zh']}"
    en = f"Differs between runs with the same input. When it failed: {first.summary['en']}"
    return Finding(FAILED, text(zh, en), first.measurements, first.evidence)


def _walk(browser: Browser, job: PageJob, check: PageCheck, launch_path: str, until: float) -> Walked:
    walked = Walked()
    context = browser.new_context(
        viewport={"width": check.width, "height": HEIGHT},
        locale="zh-CN",
        service_workers="block",
        accept_downloads=False,
        bypass_csp=True,
    )
    context.set_default_timeout(_PAGE_MS)
    _keep_inside(context, job.app, walked)
    page = context.new_page()
    try:
        page.goto(job.app + launch_path, wait_until="load", timeout=_PAGE_MS)
        _walk_on(page, job, walked, until)
    except PlaywrightError as error:
        walked.trouble = shown(error.message.encode("utf-8", "replace"), 300)
    finally:
        context.close()
    return walked


def _keep_inside(context: BrowserContext, app: str, walked: Walked) -> None:
    """Refuse every request that leaves the app's own origin, and remember it."""
    origin = urlsplit(app).netloc

    def decide(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.netloc == origin or address.scheme in ("data", "blob"):
            route.continue_()
            return
        walked.outside.append(
            shown(f"{address.scheme}://{address.netloc}{address.path}".encode("utf-8", "replace"), 200)
        )
        route.abort()

    context.route("**/*", decide)


def _walk_on(page: Page, job: PageJob, walked: Walked, until: float) -> None:
    """Look at a page, fill it in, press its button, until nothing new comes."""
    seen: set[tuple[str, str]] = set()
    for _ in range(SUBMIT_STEPS):
        here = _place(page)
        if here in seen or time.monotonic() > until:
            return
        seen.add(here)
        _look(page, walked)
        button = page.locator(BUTTON).first
        if not button.count():
            return
        IsolatedWorld(page).evaluate(f"({FILL})({json.dumps(job.phone)})")
        button.click(timeout=_PAGE_MS)
        _wait_for_change(page, here)


def _place(page: Page) -> tuple[str, str]:
    return urlsplit(page.url).path, page.title()[:200]


def _wait_for_change(page: Page, before: tuple[str, str]) -> None:
    """Wait until another page is there, or for a while: an app that changes nothing is seen to stand still."""
    until = time.monotonic() + _CHANGE_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(PlaywrightError):  # the page is just being replaced
            page.wait_for_load_state("load", timeout=_PAGE_MS)
            if _place(page) != before:
                return
        page.wait_for_timeout(50)


def _look(page: Page, walked: Walked) -> None:
    """Examine the page that is open, from a world of our own: the page's scripts can't answer in axe's place."""
    walked.pages += 1
    where = shown(urlsplit(page.url).path.encode("utf-8", "replace"), 100)
    world = IsolatedWorld(page)
    world.evaluate(AXE)
    found = world.evaluate(f"axe.run(document, {json.dumps(AXE_OPTIONS)})")
    for violation in found.get("violations", [])[:20]:
        walked.violations.append(_violation(where, violation))
    if world.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
        walked.sideways.append(where)
    if not world.evaluate("!!document.documentElement.lang"):
        walked.without_language.append(where)
    walked.screenshots.append(_screenshot(page, where))


class IsolatedWorld:
    """JavaScript that shares the page's document but none of its globals; good until the page is left."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        frame = self._session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = self._session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "probe"})
        self._context = world["executionContextId"]

    def evaluate(self, expression: str) -> Any:
        """Return an expression's value, awaited. PlaywrightError when it throws."""
        asked = {
            "expression": expression,
            "contextId": self._context,
            "awaitPromise": True,
            "returnByValue": True,
            "timeout": _PAGE_MS,
        }
        answer = self._session.send("Runtime.evaluate", asked)
        if "exceptionDetails" in answer:
            raise PlaywrightError("the page could not be examined")
        return answer["result"].get("value")


def _violation(where: str, violation: dict[str, Any]) -> dict[str, Any]:
    def cut(value: object, most: int) -> str:
        return shown(str(value).encode("utf-8", "replace"), most)

    nodes = violation.get("nodes", [])
    return {
        "page": where,
        "rule": cut(violation.get("id", ""), 60),
        "impact": cut(violation.get("impact", ""), 20),
        "help": cut(violation.get("help", ""), 200),
        "count": len(nodes),
        "places": [
            {"html": cut(node.get("html", ""), 300), "target": cut(node.get("target", ""), 200)} for node in nodes[:3]
        ],
    }


def _screenshot(page: Page, where: str) -> dict[str, Any]:
    raw = b""
    for quality in (60, 35, 15):
        raw = page.screenshot(type="jpeg", quality=quality, scale="css")
        if len(raw) <= MOST_SCREENSHOT_BYTES:
            break
    kept = base64.b64encode(raw).decode() if len(raw) <= MOST_SCREENSHOT_BYTES else ""
    return {
        "kind": "screenshot",
        "title": text(f"页面 {where}", f"Page {where}"),
        "data": {"media_type": "image/jpeg", "base64": kept, "page": where},
    }


def judge(walked: Walked, most_violations: int) -> Finding:
    """Return what a walk shows."""
    measurements = {"pages": float(walked.pages), "violations": float(len(walked.violations))}
    proof = list(walked.screenshots[:4])
    faults = list(_troubles(walked))
    if len(walked.violations) > most_violations:
        rules = ", ".join(sorted({each["rule"] for each in walked.violations}))
        count = len(walked.violations)
        faults.append(text(f"有 {count} 个无障碍问题（{rules}）", f"{count} accessibility violations ({rules})"))
        title = text("无障碍问题", "Accessibility violations")
        proof.insert(0, {"kind": "axe", "title": title, "data": {"violations": walked.violations[:30]}})
    if not faults:
        count = walked.pages
        summary = text(f"走过 {count} 个页面，没有发现问题。", f"Walked {count} pages and found nothing wrong.")
        return Finding(PASSED, summary, measurements, proof)
    summary = text("；".join(f["zh"] for f in faults) + "。", "; ".join(f["en"] for f in faults).capitalize() + ".")
    return Finding(FAILED, summary, measurements, proof)


def _troubles(walked: Walked) -> Iterator[Text]:
    """Say everything but violations that went wrong."""
    why, page = walked.trouble, walked.pages
    if not page:
        yield text(f"打不开启动页面（{why}）", f"the launch page did not open ({why})")
    elif why:
        yield text(f"走到第 {page} 页时卡住（{why}）", f"stuck at page {page} ({why})")
    if walked.sideways:
        yield text(f"{walked.sideways[0]} 要左右滑动", f"{walked.sideways[0]} scrolls sideways")
    if walked.without_language:
        where = walked.without_language[0]
        yield text(f"{where} 没有声明语言", f"{where} declares no language")
    if walked.outside:
        where = walked.outside[0]
        yield text(f"页面请求了外部地址 {where}", f"a page asked for {where}, outside the app")

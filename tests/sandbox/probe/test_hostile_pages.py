"""Pages that fight the browser: each ends in a clear finding, within its time, and the browser lives on."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.probe.browser import chromium, walking
from tests.sandbox.probe.sites import around, download, never, page, pages, visited

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

NOTHING_WRONG = "found nothing wrong"
SCRIPTS = {
    "busy at once": ("while (true) {}", "page.axe_390", "did not open"),
    "busy later": ("setTimeout(() => { while (true) {} }, 500)", "page.axe_390", "stop responding"),
    "dialogs for ever": ("while (true) alert('x')", "page.axe_390", "dialogs without end"),
    "one dialog": ("confirm('?')", "page.no_errors", "opened 1 dialogs"),
    "windows for ever": (
        "for (let n = 0; n < 50; n += 1) window.open('/next')",
        "page.no_outside_requests",
        NOTHING_WRONG,
    ),
    "asks for everything": (
        (
            "navigator.geolocation.getCurrentPosition(() => {}); Notification.requestPermission();"
            "navigator.mediaDevices.getUserMedia({audio: true}).catch(() => {}); window.print(); history.back()"
        ),
        "page.axe_390",
        "is a blank page",
    ),
    "service worker": ("navigator.serviceWorker.register('/worker.js').catch(() => {})", "page.axe_390", NOTHING_WRONG),
    "huge": (
        (
            "const f = document.createDocumentFragment();"
            "for (let n = 0; n < 60000; n += 1) f.append(document.createElement('i'));"
            "document.body.append(f)"
        ),
        "page.axe_390",
        "far too large",
    ),
    "leaves": ("location.href = 'http://elsewhere.invalid/'", "page.no_outside_requests", "elsewhere.invalid"),
    "names that shadow": (
        "document.body.insertAdjacentHTML('beforeend', '<form name=querySelector></form><form name=body></form>')",
        "page.axe_390",
        NOTHING_WRONG,
    ),
}
ANSWERS = {
    "never answers": (never, "within"),
    "redirects for ever": (around, "redirects without end"),
    "a download": (download, "not a page"),
    "meta refresh": (page("页", head='<meta http-equiv="refresh" content="0">'), "without end"),
    "blank": ("<!doctype html><html lang=zh><title>t</title>", "blank"),
}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "STILL_SECONDS", 4.0)
    monkeypatch.setattr(chromium, "PAGE_MS", 3_000)
    monkeypatch.setattr(walking, "PAGE_MS", 3_000)


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_that_fight(name: str) -> None:
    script, check, said = SCRIPTS[name]
    found, site, _ = visited(pages(f"<script>{script}</script>"), check, purposes=("refused",), seconds=20)
    line = found[check]
    assert said in line["summary"]["en"], line["summary"]["en"]
    assert line["outcome"] == ("passed" if said == NOTHING_WRONG else "failed")
    assert "/worker.js" not in site.asked


@pytest.mark.parametrize("name", ANSWERS)
def test_answers_that_fight(name: str) -> None:
    answer, said = ANSWERS[name]
    found, _, _ = visited({"/launch": answer}, "page.axe_390", "page.elder", purposes=("refused", "elder"), seconds=20)
    for check in ("page.axe_390", "page.elder"):
        assert found[check]["outcome"] == "failed"
        assert said in found[check]["summary"]["en"], found[check]["summary"]["en"]


def test_a_browser_that_was_killed_is_started_anew_for_the_next_visit() -> None:
    made: dict[str, Any] = pages(
        "<script>if (navigator.language === 'en-GB') setTimeout(() => { while (true) {} }, 500)</script>"
    )
    found, site, said = visited(made, "page.language", "page.double_click", purposes=("english", "double_click"))
    assert "stop responding" in found["page.language"]["summary"]["en"]
    assert "部门已经收到" in said["receipt"]
    assert len(site.posted) >= 2

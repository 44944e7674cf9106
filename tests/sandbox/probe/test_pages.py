"""Citizens find their way through small apps, and the browser sees what is wrong with a page."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.probe.browser import walking
from tests.sandbox.probe.sites import FORM, page, pages, visited

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]

LYING = """<script>
window.axe = {run: () => Promise.resolve({violations: []})};
Object.defineProperty(window, 'axe', {value: window.axe, writable: false, configurable: false});
</script>"""
BAD = f"""<!doctype html><html><head><title>t</title>{LYING}</head><body><main><h1>t</h1><input type="text" name="x">
<div style="width: 3000px">wide</div><img src="http://elsewhere.invalid/x.png" alt=""></main></body></html>"""
MOST = ("page.axe_390", "page.keyboard", "page.elder", "page.language", "page.no_outside_requests", "page.no_errors")


ENGLISH = {
    "部门已经收到您的申请，请等待短信通知。": "We will send you a message about it.",
    "zh-Hans": "en",
    "申请": "Apply",
    "回执": "Receipt",
    "手机": "Phone",
    "继续": "Go on",
}


def answering(body_for: Callable[[Any], str]) -> Callable[[Any], None]:
    """Return an answer whose page depends on the request."""

    def answer(handler: Any) -> None:
        body = body_for(handler).encode()
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def in_the_readers_language(body: str) -> Callable[[Any], None]:
    """Return an answer in the language of the browser: the site can't read launch tokens."""

    def told(handler: Any) -> str:
        if not handler.headers["Accept-Language"].startswith("en"):
            return body
        return functools.reduce(lambda told, word: told.replace(*word), ENGLISH.items(), body)

    return answering(told)


def test_a_plain_good_app_passes_everything() -> None:
    content = {path: in_the_readers_language(body) for path, body in pages().items()}
    found, site, said = visited(content, *MOST, "page.axe_320", "page.without_script", "page.double_click")
    assert {check: line["summary"]["en"] for check, line in found.items() if line["outcome"] != "passed"} == {}
    assert found["page.axe_390"]["measurements"]["pages"] == 2
    assert set(site.posted) == {b"a=14200000001"}
    assert "部门已经收到" in said["receipt"]
    assert set(said) == {"receipt", "again"}


def test_a_page_cannot_hide_what_is_wrong_with_it() -> None:
    found, _, _ = visited({"/launch": BAD}, "page.axe_390", "page.language", "page.no_outside_requests")
    said = found["page.axe_390"]["summary"]["en"]
    for what in ("label", "html-has-lang", "sideways", "no viewport"):
        assert what in said, said
    axe = next(piece for piece in found["page.axe_390"]["evidence"] if piece["kind"] == "axe")
    assert {each["page"] for each in axe["data"]["violations"]} == {"/launch"}
    assert any(piece["kind"] == "screenshot" and piece["data"]["base64"] for piece in found["page.axe_390"]["evidence"])
    assert "lang “—”" in found["page.language"]["summary"]["en"]
    assert "elsewhere.invalid" in found["page.no_outside_requests"]["summary"]["en"]


# check, visits to make, head, content, what the finding must say
Fault = tuple[str, tuple[str, ...], str, str, tuple[str, ...]]
FAULTS: dict[str, Fault] = {
    "trap": (
        "page.keyboard",
        ("keyboard",),
        "",
        (
            "<button type=button onkeydown=\"if (event.key === 'Tab') event.preventDefault()\">说明</button>"
            '<p><a href="/next">之后</a></p>'
        ),
        ("trapped",),
    ),
    "a div for a button": (
        "page.keyboard",
        ("keyboard",),
        "",
        (
            "<script>document.querySelector('button').outerHTML = "
            "'<div role=button onclick=\"document.forms[0].submit()\">继续</div>'</script>"
        ),
        ("does not reach",),
    ),
    "sizes": (
        "page.elder",
        ("elder",),
        "<style>a { min-height: 30px !important } button { height: 48px; min-height: 0 !important }</style>",
        (
            '<p style="font-size: 14px">小字</p><p style="line-height: 1.2">挤在一起的文字</p>'
            '<p><a href="/next">细则</a></p>'
        ),
        ("text of 14 px", "line height 1.20", "target 32 px", "main action 48 px"),
    ),
    "motion": (
        "page.elder",
        ("elder",),
        "<style>@keyframes m { to { opacity: .2 } } p { animation: m 1s infinite }</style>",
        "<p>闪</p>",
        ("moves",),
    ),
    "scripted motion": (
        "page.elder",
        ("elder",),
        "",
        "<p id=m>0</p><script>setInterval(() => { m.textContent = String(Date.now()); }, 40)</script>",
        ("moves",),
    ),
    "untranslated": ("page.language", ("read",), "", '<p><a href="/next">Read more</a></p>', ("Read more",)),
    "contacts others": (
        "page.no_outside_requests",
        ("without_script", "english"),
        '<link rel="icon" href="https://icons.invalid/i.png">',
        (
            "<script>navigator.sendBeacon('http://127.0.0.1:9000/population/v1/subject', 'x');"
            "new WebSocket('ws://127.0.0.1:9/s')</script>"
        ),
        ("icons.invalid", "127.0.0.1:9000/population/v1/subject", "ws://127.0.0.1:9"),
    ),
    "errors": (
        "page.no_errors",
        ("english",),
        '<link rel="stylesheet" href="/gone.css">',
        "<script>nothing.here()</script>",
        ("nothing is not defined", "404 GET /gone.css"),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_found_and_named(name: str) -> None:
    check, purposes, head, content, said = FAULTS[name]
    found, _, _ = visited(pages(content, head=head), check, purposes=purposes)
    assert found[check]["outcome"] == "failed", found[check]["summary"]["en"]
    for words in said:
        assert words in found[check]["summary"]["en"], found[check]["summary"]["en"]


def test_a_page_that_answers_with_a_server_error_is_found() -> None:
    made: dict[str, Any] = pages()
    body = made["/next"].encode()

    def failing(handler: Any) -> None:
        handler.send_response(500)
        handler.send_header("Content-Type", "text/html; charset=utf-8")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    found, _, _ = visited({**made, "/next": failing}, "page.no_errors", purposes=("english",))
    assert "500 GET /next" in found["page.no_errors"]["summary"]["en"]


def test_a_focus_that_is_unseen_or_out_of_order_is_found_and_does_not_end_the_way() -> None:
    unseen = "<style>:focus { outline: none !important }</style>"
    made = pages('<p><a href="/next" tabindex="3">细则</a></p>', head=unseen)
    found, site, _ = visited(made, "page.keyboard", purposes=("keyboard",))
    said = found["page.keyboard"]["summary"]["en"]
    assert "can't be seen" in said
    assert "odd order" in said
    assert "stuck" not in said
    assert site.posted == [b"a=14200000001"]


def test_an_app_that_needs_scripts_is_found() -> None:
    script = "<script>document.querySelector('button').outerHTML = '<button type=submit>继续</button>'</script>"
    made = pages(script)
    made["/launch"] = made["/launch"].replace('<button type="submit">继续', '<button type="button">下面')
    found, _, _ = visited(made, "page.without_script")
    assert "Without scripts, the way ends at /launch" in found["page.without_script"]["summary"]["en"]


def test_a_page_in_the_wrong_language_is_found() -> None:
    words = "<p>Please wait for a message from the department before you come to the counter.</p>"
    found, _, _ = visited({"/launch": page("申请", words)}, "page.language")
    said = found["page.language"]["summary"]["en"]
    assert "mostly not in Chinese" in said
    assert "in English says lang “zh-Hans”" in said


def test_a_form_that_changes_nothing_is_a_dead_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "CHANGE_SECONDS", 1.0)
    dead = FORM.replace("<form", '<form onsubmit="return false"')
    found, _, _ = visited({"/launch": page("申请", dead)}, "page.axe_390", purposes=("refused",))
    assert "changed nothing" in found["page.axe_390"]["summary"]["en"]


def test_advice_is_not_a_failure() -> None:
    made = pages("<script>nothing.here()</script>")
    found, _, _ = visited(made, "page.no_errors", purposes=("english",), advisory=["page.no_errors"])
    assert found["page.no_errors"]["outcome"] == "advisory"


def test_a_failure_that_does_not_come_again_is_told_as_such() -> None:
    made: dict[str, Any] = pages()
    good, seen = made["/launch"], []

    def first_time_wrong(_: Any) -> str:
        seen.append(1)
        return good if len(seen) > 1 else good.replace("<h1>", "<script>nothing.here()</script><h1>")

    made["/launch"] = answering(first_time_wrong)
    found, _, _ = visited(made, "page.no_errors", tries=2, purposes=("english",))
    assert found["page.no_errors"]["outcome"] == "failed"
    assert found["page.no_errors"]["summary"]["en"].startswith("Differs between runs")

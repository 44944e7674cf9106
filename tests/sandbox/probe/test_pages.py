"""The browser sees what is wrong with a page, also when the page would rather it did not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sandbox.probe.browser import Walked, judge, walk_pages
from sandbox.probe.page_job import PageCheck, PageJob

GOOD = """<!doctype html><html lang="zh-Hans"><head><title>{title}</title></head>
<body><main><h1>{title}</h1>{content}</main></body></html>"""
FORM = """<form method="post" action="/next"><label for="a">手机</label>
<input id="a" type="tel" name="a"><button type="submit">继续</button></form>"""
BAD = """<!doctype html><html><head><title>t</title><script>
window.axe = {run: () => Promise.resolve({violations: []})};
Object.defineProperty(window, 'axe', {value: window.axe, writable: false, configurable: false});
</script></head><body><main><h1>t</h1><input type="text" name="x"><div style="width: 3000px">wide</div>
<img src="http://elsewhere.invalid/x.png" alt=""></main></body></html>"""


class Site(ThreadingHTTPServer):
    """Serves pages by path and remembers what was posted."""

    def __init__(self, pages: dict[str, str]) -> None:
        self.pages = pages
        self.posted: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        body = self.server.pages.get(self.path.partition("?")[0], "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.server.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(303)
        self.send_header("Location", "/next")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def walk() -> Iterator[Callable[[dict[str, str]], tuple[dict[str, Any], Site]]]:
    sites: list[Site] = []

    def run(pages: dict[str, str]) -> tuple[dict[str, Any], Site]:
        site = Site(pages)
        sites.append(site)
        threading.Thread(target=site.serve_forever, daemon=True).start()
        job = PageJob(
            app=f"http://127.0.0.1:{site.server_address[1]}",
            checks=[PageCheck("page.axe_390", 390, ["/launch?token=a", "/launch?token=b"])],
            phone="14200000001",
        )
        found: list[dict[str, Any]] = []
        walk_pages(job, found.append)
        assert len(found) == 1
        return found[0], site

    yield run
    for site in sites:
        site.shutdown()
        site.server_close()


@pytest.mark.browser
@pytest.mark.enable_socket
def test_forms_are_filled_in_and_followed(walk: Callable[[dict[str, str]], tuple[dict[str, Any], Site]]) -> None:
    pages = {"/launch": GOOD.format(title="一", content=FORM), "/next": GOOD.format(title="二", content="<p>完</p>")}
    found, site = walk(pages)
    assert (found["outcome"], found["measurements"]["pages"]) == ("passed", 2), found["summary"]["en"]
    assert site.posted == [b"a=14200000001"]


@pytest.mark.browser
@pytest.mark.enable_socket
def test_a_page_cannot_hide_what_is_wrong_with_it(
    walk: Callable[[dict[str, str]], tuple[dict[str, Any], Site]],
) -> None:
    found, _ = walk({"/launch": BAD})
    said = found["summary"]["en"]
    assert found["outcome"] == "failed"
    for what in ("label", "html-has-lang", "sideways", "declares no language", "elsewhere.invalid"):
        assert what in said, said
    axe = next(piece for piece in found["evidence"] if piece["kind"] == "axe")
    assert {each["page"] for each in axe["data"]["violations"]} == {"/launch"}


@pytest.mark.parametrize(
    ("walked", "outcome", "said"),
    [
        (Walked(pages=3), "passed", "3 pages"),
        (Walked(pages=0, trouble="net::ERR"), "failed", "did not open"),
        (Walked(pages=1, trouble="Timeout"), "failed", "stuck at page 1"),
        (Walked(pages=1, sideways=["/a"]), "failed", "sideways"),
        (Walked(pages=1, outside=["https://x/"]), "failed", "outside the app"),
        (Walked(pages=1, violations=[{"rule": "label"}]), "failed", "label"),
    ],
)
def test_what_a_walk_shows(walked: Walked, outcome: str, said: str) -> None:
    found = judge(walked, 0)
    assert found.outcome == outcome
    assert said.casefold() in found.summary["en"].casefold()


def test_an_order_may_allow_some_violations() -> None:
    walked = Walked(pages=1, violations=[{"rule": "label"}])
    assert judge(walked, 1).outcome == "passed"

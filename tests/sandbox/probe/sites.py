"""Tiny apps on loopback for tests of the browser: pages by path, posts remembered, answers of any kind."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sandbox.probe.browser import walk_pages
from sandbox.probe.page_job import Answer, PageJob, Visit, visits_for

GOOD = """<!doctype html><html lang="zh-Hans"><head><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ font-size: 20px; line-height: 1.6; margin: 1rem }} a, button, input {{ font: inherit; min-height: 62px }}
a {{ display: inline-block }} </style>{head}</head>
<body><main><h1>{title}</h1>{content}</main></body></html>"""
FORM = """<form method="post" action="/next"><label for="a">手机</label>
<input id="a" type="tel" name="a" required><button type="submit">继续</button></form>"""


DONE = "<p>部门已经收到您的申请，请等待短信通知。</p>"


def page(title: str, content: str = DONE, *, head: str = "") -> str:
    """Return a page that nothing is wrong with but its content."""
    return GOOD.format(title=title, content=content, head=head)


def pages(content: str = "", *, head: str = "") -> dict[str, str]:
    """Return a form and its receipt, with more content and head on the form."""
    return {"/launch": page("申请", FORM + content, head=head), "/next": page("回执")}


class Site(ThreadingHTTPServer):
    """Serves pages by path and remembers what was posted; a page that is a function answers by itself."""

    daemon_threads = True

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.posted: list[bytes] = []
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.asked.append(path)
        found = self.server.content.get(path, "")
        if callable(found):
            found(self)
            return
        body = found.encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.server.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(303)
        self.send_header("Location", self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def never(handler: BaseHTTPRequestHandler) -> None:
    """Take a request and never answer."""
    time.sleep(15)


def around(handler: BaseHTTPRequestHandler) -> None:
    """Redirect to the same place for ever."""
    handler.send_response(302)
    handler.send_header("Location", handler.path)
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def download(handler: BaseHTTPRequestHandler) -> None:
    """Give a file instead of a page."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/octet-stream")
    handler.send_header("Content-Length", "4")
    handler.end_headers()
    handler.wfile.write(b"data")


@contextmanager
def serving(content: dict[str, Any]) -> Iterator[Site]:
    """Serve a site while the block runs."""
    site = Site(content)
    threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield site
    finally:
        site.shutdown()
        site.server_close()


def visited(
    content: dict[str, Any], *checks: str, tries: int = 1, purposes: tuple[str, ...] = (), **more: Any
) -> tuple[dict[str, dict[str, Any]], Site, dict[str, str]]:
    """Let the browser do some checks on a site; return the results by check, the site, and what the pages said.

    `purposes` are the visits to make, when fewer than the checks usually need are enough.
    """
    with serving(content) as site:
        tokens = ["/launch?token=a", "/launch?token=b"][:tries]
        job = PageJob(
            app=site.address,
            checks=[check for check in checks if check != "page.double_click"],
            visits=[Visit(purpose, tokens) for purpose in purposes or visits_for(list(checks))],
            answers=[Answer("phone", "14200000001", ["手机"], ["tel"], ["tel"])],
            **more,
        )
        lines: list[dict[str, Any]] = []
        said = walk_pages(job, lines.append)
    return {line["check"]: line for line in lines}, site, said

"""Owns what a page may not do to the browser: leave its app, open windows and dialogs without end, reload for ever."""

from __future__ import annotations

import contextlib
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Download,
    Frame,
    Page,
    Request,
    Response,
    Route,
    WebSocket,
)
from playwright.sync_api import Error as PlaywrightError

from ..model import Text, text
from .seen import VisitSeen, add, clean

MOST_DIALOGS = 5
MOST_WINDOWS = 3
MOST_LOADS = 40
_QUIET_FAILURES = ("net::ERR_ABORTED", "net::ERR_FAILED", "net::ERR_BLOCKED_BY_CLIENT")


class Guard:
    """Watches one context for a visit; what goes too far ends the visit through `ended`."""

    def __init__(self, context: BrowserContext, app: str, visit: VisitSeen) -> None:
        self._origin = urlsplit(app).netloc
        self._visit = visit
        self._loads = 0
        self._page: Page | None = None
        self.ended: Text | None = None
        context.route("**/*", self._decide)
        context.on("page", self._window)

    def watch(self, page: Page) -> None:
        """Listen to the one page that a citizen has open."""
        self._page = page
        page.on("dialog", self._dialog)
        page.on("download", self._download)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._error(f"{error.name or 'Error'}: {error.message}"))
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("requestfailed", self._failed)
        page.on("websocket", self._socket)
        page.on("framenavigated", self._loaded)

    def outside(self, address: str) -> None:
        """Remember an address that is not the app's."""
        add(self._visit.outside, clean(address, 200))

    def _own(self, address: str) -> bool:
        parts = urlsplit(address)
        return parts.netloc == self._origin or parts.scheme in ("data", "blob", "about", "chrome-error")

    def _decide(self, route: Route) -> None:
        if self._own(route.request.url):
            route.continue_()
        else:
            self._request(route.request)
            route.abort("blockedbyclient")

    def _request(self, request: Request) -> None:
        """Remember requests that leave the app, redirects included: they pass the route unseen."""
        if not self._own(request.url):
            parts = urlsplit(request.url)
            self.outside(f"{parts.scheme}://{parts.netloc}{parts.path}")

    def _socket(self, socket: WebSocket) -> None:
        if urlsplit(socket.url).netloc != self._origin:
            self.outside(socket.url.partition("?")[0])

    def _window(self, page: Page) -> None:
        if self._page is None or page == self._page:
            return
        if self._visit.note("windows") > MOST_WINDOWS:
            self._end("页面不停地打开新窗口", "a page opens windows without end")
        with contextlib.suppress(PlaywrightError):
            page.close()

    def _download(self, _: Download) -> None:
        self._visit.note("downloads")

    def _dialog(self, dialog: Dialog) -> None:
        if self._visit.note("dialogs") > MOST_DIALOGS:
            self._end("页面不停地弹出对话框", "a page opens dialogs without end")
        with contextlib.suppress(PlaywrightError):
            dialog.dismiss()

    def _loaded(self, frame: Frame) -> None:
        if frame.parent_frame is None:
            self._loads += 1
            if self._loads > MOST_LOADS:
                self._end("页面不停地自己重新加载", "a page loads itself anew without end")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._error(message.text)

    def _error(self, said: str) -> None:
        add(self._visit.errors, clean(said, 300))

    def _response(self, response: Response) -> None:
        request = response.request
        kind, status = request.resource_type, response.status
        if not self._own(request.url) or (kind == "document" and status < 500):  # 4xx pages are answers to people
            return
        called = kind in ("xhr", "fetch")  # an app may tell its own scripts that an answer is wrong
        if status >= 500 or (status >= 400 and not called) or status == 404:
            self._error(f"{status} {request.method} {urlsplit(request.url).path}")

    def _failed(self, request: Request) -> None:
        why = request.failure or ""
        if request.resource_type != "document" and self._own(request.url) and why not in _QUIET_FAILURES:
            self._error(f"{why} {urlsplit(request.url).path}")

    def _end(self, zh: str, en: str) -> None:
        """End the visit: whatever waits for the page is told that it is gone."""
        if self.ended is None and self._page is not None:
            self.ended = text(zh, en)
            with contextlib.suppress(PlaywrightError):
                self._page.close()

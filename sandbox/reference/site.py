"""Owns which part of the app answers a request, the slow variant's pause, and what a crash looks like from outside."""

from __future__ import annotations

import sys
import time
import traceback

from .api import Api
from .pages import Pages
from .service import Service
from .web import Request, Response, problem
from .words import EN, ZH, say

QUICK = frozenset({"/healthz", "/launch", "/api/session"})  # what even the slow variant answers at once


class Site:
    """The whole app."""

    def __init__(self, service: Service, api: Api, pages: Pages) -> None:
        self._pause = service.settings.pause_seconds
        self._api = api
        self._pages = pages

    def answer(self, request: Request) -> Response:
        """Answer one request; never raises."""
        api = request.path == "/healthz" or request.path.startswith("/api/")
        if self._pause and request.path not in QUICK and not request.path.startswith("/static/"):
            time.sleep(self._pause)
        try:
            return self._api.answer(request) if api else self._pages.answer(request)
        except Exception:  # noqa: BLE001 -- the last line: people get a page, the log gets the trace
            traceback.print_exc(file=sys.stderr)
            if api:
                return problem(500, "broken", say(EN, "broken_title"), title_zh=say(ZH, "broken_title"))
            return self._pages.broken()

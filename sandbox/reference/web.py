"""Owns HTTP: bounded requests, answers with their security headers, one thread a connection, no Nagle delay."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

MAX_BODY = 64 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Request:
    """One request, its body read."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    whole: bool = True

    def cookie(self, name: str) -> str:
        """Return a cookie, or nothing."""
        try:
            morsel = SimpleCookie(self.headers.get("cookie", "")).get(name)
        except CookieError:
            return ""
        return morsel.value if morsel else ""

    def form(self) -> dict[str, str]:
        """Return the fields of a posted form, the last value of each."""
        try:
            fields = parse_qs(self.body.decode("utf-8"), keep_blank_values=True, max_num_fields=50)
        except ValueError:
            return {}
        return {name: values[-1] for name, values in fields.items()}


@dataclass(frozen=True)
class Response:
    """One answer."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)


def json_response(status: int, value: dict[str, Any]) -> Response:
    """Return JSON; problems as problem+json."""
    media = "application/problem+json" if status >= 400 else "application/json"
    return Response(status, json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"), media)


def problem(status: int, code: str, title: str, **more: Any) -> Response:
    """Return problem details (RFC 9457)."""
    details = {"type": f"urn:minshi:app:{code}", "title": title, "status": status, "code": code, **more}
    return json_response(status, details)


def _query(text: str) -> dict[str, list[str]]:
    """Return a query's fields; none when there are more than anybody needs."""
    try:
        return parse_qs(text, keep_blank_values=True, max_num_fields=50) if len(text) < 8000 else {}
    except ValueError:
        return {}


def see_other(place: str, **headers: str) -> Response:
    """Send the browser on to a page of ours."""
    return Response(303, b"", headers={"Location": place, **headers})


Application = Callable[[Request], Response]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "app"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 30
    application: Application

    def _serve(self) -> None:
        response = self.application(self._request())
        self.send_response(response.status)
        for name, value in {**HEADERS, **response.headers}.items():
            self.send_header(name, value)
        if response.body or response.status == 200:
            self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        self.wfile.flush()

    def _request(self) -> Request:
        parts = urlsplit(self.path)
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isascii() and length.isdigit() else 0
        whole = size <= MAX_BODY and "Transfer-Encoding" not in self.headers
        body = self.rfile.read(size) if whole else b""
        self.close_connection = self.close_connection or not whole
        return Request(
            method=self.command,
            path=parts.path,
            query=_query(parts.query),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            whole=whole,
        )

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = _serve  # noqa: N815

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 -- the name of the base class
        """Write no access log: addresses of people don't belong there."""


class Server(ThreadingHTTPServer):
    """Serves one application until it is shut down."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, application: Application) -> None:
        handler = type("Handler", (_Handler,), {"application": staticmethod(application)})
        super().__init__((host, port), handler)

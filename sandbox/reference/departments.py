"""Owns the calls to departments, all through the gateway; tells apart an answer, a refusal and silence."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

from .settings import Settings

_MOST_BYTES = 256 * 1024


class NoAnswerError(Exception):
    """The department did not answer in time, broke off, or failed: nobody knows whether it took anything."""


class NoSessionError(Exception):
    """The gateway does not take the launch token or the session."""


class RefusedError(Exception):
    """The department's rules refuse this; `problem` is what it says."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("title", ""))
        self.problem = problem


@dataclass(frozen=True)
class Pass:
    """What the gateway gives for a launch token."""

    session: str
    case: str
    language: str
    elder: bool = False


class Departments:
    """A client of the gateway. Every method raises NoAnswerError when the other side is silent or fails."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def enter(self, token: str) -> Pass:
        """Exchange a launch token for a session. NoSessionError when it is not valid."""
        given = self._call("POST", "/session", {"token": token})
        language = "en" if str(given.get("language", "")).startswith("en") else "zh-hans"
        return Pass(given["session"], given["case"], language, elder=given.get("elder") is True)

    def person(self, session: str) -> dict[str, Any]:
        """Return the person of the session from the population register."""
        return self._call("GET", "/population/v1/subject", session=session)

    def registration(self, session: str) -> dict[str, Any] | None:
        """Return the residence registration, or None when the person has none."""
        return self._call("GET", "/residence/v1/registrations/current", session=session, missing_is_none=True)

    def rental(self, session: str) -> dict[str, Any] | None:
        """Return the first registered rental contract, or None."""
        items = self._call("GET", "/rental/v1/contracts", session=session)["items"]
        return items[0] if items else None

    def submit(self, session: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Submit one application; the same key again is the same application. RefusedError by the rules."""
        return self._call("POST", "/residence/v1/permit-applications", body, session=session, key=key)

    def application(self, session: str, number: str) -> dict[str, Any] | None:
        """Return how an application stands."""
        return self._call("GET", f"/residence/v1/permit-applications/{number}", session=session, missing_is_none=True)

    def _call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        session: str = "",
        key: str = "",
        missing_is_none: bool = False,
    ) -> Any:
        headers = {"Accept": "application/json", "Connection": "close"}
        if session:
            headers["Authorization"] = f"Bearer {session}"
        if key:
            headers["Idempotency-Key"] = key
        payload = None
        if body is not None:
            headers["Content-Type"] = "application/json"
            payload = json.dumps(body, ensure_ascii=False).encode()
        status, value = self._exchange(method, path, payload, headers)
        if status == 404 and missing_is_none:
            return None
        if status == 401:
            raise NoSessionError
        if status >= 500 or not isinstance(value, dict):
            raise NoAnswerError(f"status {status}")
        if status >= 400:
            raise RefusedError(value)
        return value

    def _exchange(self, method: str, path: str, payload: bytes | None, headers: dict[str, str]) -> tuple[int, Any]:
        settings = self._settings
        connection = http.client.HTTPConnection(
            settings.gateway_host, settings.gateway_port, timeout=settings.department_seconds
        )
        try:
            connection.request(method, path, payload, headers)
            response = connection.getresponse()
            return response.status, json.loads(response.read(_MOST_BYTES) or b"null")
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswerError(type(error).__name__) from error
        finally:
            connection.close()

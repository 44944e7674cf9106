"""Owns what a simulated department is asked and what it says: answers with their bytes, and problem details."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from ..openapi import Operation
from .http import Response
from .launch import Session
from .record import ANSWERED

_JSON = "application/json"
_PROBLEM = "application/problem+json"
NOTHING = object()


@dataclass(frozen=True)
class Asked:
    """One valid call: by whom, for what, when; with `as_of`, readers are told what was true then."""

    operation: Operation
    behaviour: dict[str, Any]
    session: Session
    path: dict[str, str]
    body: Any
    key: str
    now: datetime
    as_of: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What a department says: status, value (`NOTHING` for no body), and in one word what it did."""

    status: int
    value: Any = NOTHING
    outcome: str = ANSWERED
    media: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @cached_property
    def response(self) -> Response:
        """The answer as bytes; made once, however often it is given."""
        if self.value is NOTHING:
            return Response(self.status, b"", self.media, self.headers)
        media = self.media or (_PROBLEM if self.status >= 400 else _JSON)
        if isinstance(self.value, str) and not media.endswith("json"):
            return Response(self.status, self.value.encode(), media, self.headers)
        return Response(self.status, json.dumps(self.value, ensure_ascii=False).encode(), media, self.headers)


def problem(status: int, code: str, title: str, **more: Any) -> dict[str, Any]:
    """Return problem details (RFC 9457)."""
    return {"type": f"urn:minshi:department:{code}", "title": title, "status": status, "code": code, **more}


def refusal(status: int, code: str, title: str, *, outcome: str = ANSWERED, **more: Any) -> Answer:
    """Return an answer that holds problem details."""
    return Answer(status, problem(status, code, title, **more), outcome)


def not_found() -> Answer:
    """Return the answer to a question after something that isn't there."""
    return refusal(404, "not_found", "No such record", title_zh="没有这条记录")

"""Requests, responses and department calls as the plain text that HTTP would write, cleaned and bounded (pure)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.reports.cleaning import clean_text


def sent(request: object) -> str:
    """Return a request as HTTP would write it."""
    if not isinstance(request, Mapping):
        return ""
    return _message(f"{request.get('method', '')} {request.get('target', '')}", request)


def received(response: object) -> str:
    """Return a response as HTTP would write it, or the word for why there is none."""
    if not isinstance(response, Mapping):
        return ""
    status, error = response.get("status"), response.get("error")
    return _message(" ".join(str(part) for part in (status, error) if part) or "—", response)


def as_json(value: object) -> str:
    """Return any data as readable JSON text, a text as it is."""
    if isinstance(value, str):
        return clean_text(value)
    return clean_text(json.dumps(value, ensure_ascii=False, indent=1))


def evidence_text(piece: Mapping[str, Any]) -> str:
    """Return a piece of evidence as text, for a terminal or a build's log; nothing for a picture."""
    data = piece["data"]
    if piece["kind"] == "screenshot":
        return ""
    if piece["kind"] == "exchange":
        answer = data.get("response")
        seconds = f"  ({answer['seconds']} s)" if isinstance(answer, Mapping) and answer.get("seconds") else ""
        told = [sent(data.get("request")), "", f"→ {received(answer)}{seconds}"]
        return "\n".join([*told, *_judged(data)])
    if piece["kind"] == "department_calls" and isinstance(data.get("calls"), list):
        return "\n".join(_calls(data["calls"])) or "—"
    if piece["kind"] == "text" and isinstance(data.get("lines"), list):
        return clean_text("\n".join(str(line) for line in data["lines"]))
    return as_json(data)


def _judged(data: Mapping[str, Any]) -> Iterator[str]:
    """Say what was expected of an answer and what differs in it, line by line."""
    for each in data.get("criteria") or ():
        if isinstance(each, Mapping):
            sign = "✓" if each.get("holds") else "✗"
            yield clean_text(f"{sign} {each.get('condition', '')}  ({each.get('seen', '')})")
    for each in data.get("problems") or ():
        if isinstance(each, Mapping):
            yield clean_text(f"! {each.get('place', '')} {each.get('message', '')}")


def _calls(calls: list[Any]) -> Iterator[str]:
    for call in calls:
        if not isinstance(call, Mapping):
            continue
        told = [f"{name} {call[name]}" for name in ("status", "outcome", "fault", "idempotency_key") if call.get(name)]
        yield clean_text(
            f"{call.get('number', '')}. {call.get('method', '')} {call.get('target', '')}  {', '.join(told)}"
        )
        if call.get("body") is not None:
            yield clean_text(f"   {json.dumps(call['body'], ensure_ascii=False)}")
        problems = call.get("problems")
        yield from (clean_text(f"   ! {problem}") for problem in (problems if isinstance(problems, list) else []))


def _message(first: str, parts: Mapping[str, object]) -> str:
    headers = parts.get("headers")
    lines = [first]
    if isinstance(headers, Mapping):
        lines += [f"{name}: {value}" for name, value in headers.items()]
    body = parts.get("body")
    if body:
        lines += ["", _readable(body)]
    return clean_text("\n".join(lines))


def _readable(body: object) -> str:
    """Return JSON indented; a text that isn't (whole) JSON as it is."""
    if isinstance(body, str):
        if not body.startswith(("{", "[")):
            return body
        try:
            body = json.loads(body)
        except (ValueError, RecursionError):
            return str(body)
    return json.dumps(body, ensure_ascii=False, indent=1)

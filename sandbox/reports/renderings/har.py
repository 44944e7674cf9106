"""The report's exchanges as an HTTP Archive 1.2, which browsers and proxies open (pure).

Requests to the app have `_direction` "app", the app's own calls to departments "department".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

APP = "http://127.0.0.1:8080"
DEPARTMENTS = "http://127.0.0.1:9000"
NEVER = "1970-01-01T00:00:00Z"
_SAFE = "/?&=%:@!$'()*+,;~-._"
_UNKNOWN = -1


def har_of(document: Mapping[str, Any], *, language: str = "zh") -> bytes:
    """Return the document's exchanges as HAR 1.2, a page a check; department calls carry `_direction` "department"."""
    began = document["measured"]["started_at"] or document["measured"]["queued_at"] or NEVER
    pages, entries = [], []
    for check in document["checks"]:
        found = list(_entries(check, check["at"] or began, language))
        if found:
            title = f"{check['title'][language]} ({check['outcome']})"
            pages.append(
                {"startedDateTime": check["at"] or began, "id": check["id"], "title": title, "pageTimings": {}}
            )
            entries += found
    log = {
        "version": "1.2",
        "creator": {"name": "Minshi sandbox", "version": str(document["report_version"])},
        "pages": pages,
        "entries": entries,
        "comment": f"run {document['run']}, plan {document['plan_sha256']}, seed {document['seed']}",
    }
    return json.dumps({"log": log}, sort_keys=True, ensure_ascii=False, indent=1).encode("utf-8", "replace") + b"\n"


def _entries(check: Mapping[str, Any], began: str, language: str) -> Iterator[dict[str, Any]]:
    for piece in check["evidence"]:
        data, title = piece["data"], piece["title"].get(language, "")
        if piece["kind"] == "exchange" and isinstance(data.get("request"), Mapping):
            yield _exchange(data, began=began, page=check["id"], comment=title)
        elif piece["kind"] == "department_calls" and isinstance(data.get("calls"), list):
            for call in data["calls"]:
                if isinstance(call, Mapping):
                    yield _department_call(call, began=began, page=check["id"], comment=title)


def _exchange(data: Mapping[str, Any], *, began: str, page: str, comment: str) -> dict[str, Any]:
    request = data["request"]
    told = data.get("response")
    response = told if isinstance(told, Mapping) else {}
    body = request.get("body")
    entry = _entry(began=began, page=page, seconds=_number(response.get("seconds")), comment=comment)
    entry["request"] = _request(request, APP, body=body if isinstance(body, str) else "")
    entry["response"] = _response(response)
    entry["_direction"] = "app"
    return entry


def _department_call(call: Mapping[str, Any], *, began: str, page: str, comment: str) -> dict[str, Any]:
    body = call.get("body")
    written = "" if body is None else json.dumps(body, ensure_ascii=False)
    headers = {"Content-Type": "application/json"} if written else {}
    if call.get("idempotency_key"):
        headers["Idempotency-Key"] = str(call["idempotency_key"])
    told = ", ".join(f"{name} {call[name]}" for name in ("operation", "outcome", "fault") if call.get(name))
    at = call.get("at")
    entry = _entry(began=at if isinstance(at, str) else began, page=page, seconds=0, comment=f"{comment}: {told}")
    entry["request"] = _request({**call, "headers": headers}, DEPARTMENTS, body=written)
    entry["response"] = _response({"status": call.get("status"), "headers": {}, "body": ""})
    entry["_direction"] = "department"
    return entry


def _entry(*, began: str, page: str, seconds: float, comment: str) -> dict[str, Any]:
    milliseconds = round(seconds * 1000, 3)
    return {
        "pageref": page,
        "startedDateTime": began,
        "time": milliseconds,
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": comment,
    }


def _request(request: Mapping[str, Any], origin: str, *, body: str) -> dict[str, Any]:
    target = str(request.get("target", "/"))
    url = origin + quote(target if target.startswith("/") else f"/{target}", safe=_SAFE, errors="replace")
    headers = _headers(request.get("headers"))
    query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    made = {
        "method": str(request.get("method", "GET")),
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers,
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": _UNKNOWN,
        "bodySize": len(body.encode("utf-8", "replace")),
    }
    return made | ({"postData": {"mimeType": _media(headers), "text": body}} if body else {})


def _response(response: Mapping[str, Any]) -> dict[str, Any]:
    headers = _headers(response.get("headers"))
    body = response.get("body")
    text = body if isinstance(body, str) else ""
    status = int(_number(response.get("status")))
    return {
        "status": status,
        "statusText": _reason(status),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers,
        "content": {"size": len(text.encode("utf-8", "replace")), "mimeType": _media(headers), "text": text},
        "redirectURL": next((each["value"] for each in headers if each["name"].lower() == "location"), ""),
        "headersSize": _UNKNOWN,
        "bodySize": _UNKNOWN,
        **({"_error": str(response["error"])} if response.get("error") else {}),
    }


def _headers(headers: Any) -> list[dict[str, str]]:
    if not isinstance(headers, Mapping):
        return []
    return [{"name": str(name), "value": str(value)} for name, value in headers.items()]


def _media(headers: list[dict[str, str]]) -> str:
    return next((each["value"] for each in headers if each["name"].lower() == "content-type"), "")


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _number(value: Any) -> float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else 0

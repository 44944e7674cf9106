"""Owns the shapes of evidence: exchanges, department calls, screenshots, axe findings, plain text; all bounded."""

from __future__ import annotations

from typing import Any

from .client import Exchange, shown
from .departments.record import Call
from .model import text

_MOST_CALLS = 20

# What the client's error words mean, for people.
TROUBLE = {
    "refused": text("应用没有在监听", "the app was not listening"),
    "deadline": text("超过时限仍未答完", "it had not finished answering in time"),
    "too_long": text("应答过大", "the answer was too large"),
    "head_too_long": text("应答头过大", "the head of the answer was too large"),
    "closed_early": text("没有答完就断开了连接", "it closed the connection before finishing"),
    "no_answer": text("没有应答就断开了连接", "it closed the connection without an answer"),
    "not_http": text("应答不是 HTTP", "the answer was not HTTP"),
    "broken": text("连接中断", "the connection broke"),
}


def exchange(zh: str, en: str, what: Exchange) -> dict[str, Any]:
    """Return one request with its answer as evidence."""
    return {"kind": "exchange", "title": text(zh, en), "data": what.as_dict()}


def department_calls(
    calls: list[Call], zh: str = "部门收到的调用", en: str = "What departments received"
) -> dict[str, Any]:
    """Return calls that departments received as evidence."""
    rows = [call.as_dict() for call in calls[:_MOST_CALLS]]
    return {
        "kind": "department_calls",
        "title": text(zh, en),
        "data": {"calls": rows, "more": max(0, len(calls) - _MOST_CALLS)},
    }


def lines(zh: str, en: str, rows: list[str]) -> dict[str, Any]:
    """Return lines of text as evidence."""
    return {
        "kind": "text",
        "title": text(zh, en),
        "data": {"lines": [shown(row.encode("utf-8", "replace"), 500) for row in rows[:50]]},
    }

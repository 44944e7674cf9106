"""Owns what somebody without the right session tries: none, a made-up one, a launch token, another person's case."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .campaign import secured
from .client import Exchange
from .context import Context
from .model import Text, text
from .odd import example_body
from .submission import Walk, enter, reference_in

if TYPE_CHECKING:
    from .openapi import Operation

_MADE_UP = "3Xr0-made-up-session-0000000000000000"


@dataclass(frozen=True)
class Try:
    """One attempt to get in without right, and what came of it."""

    what: Text
    exchange: Exchange


@dataclass
class Attempts:
    """What strangers tried: without a session, and with another person's."""

    without: list[Try] = field(default_factory=list)
    foreign: list[Try] = field(default_factory=list)
    owner: Walk | None = None
    leaks: list[Try] = field(default_factory=list)


def attempts(context: Context) -> Attempts:
    """Try once for the checks of this attempt."""
    key = f"strangers/{context.shared.get('attempt', 1)}"
    if key not in context.shared:
        context.shared[key] = _attempt(context)
    found: Attempts = context.shared[key]
    return found


def _attempt(context: Context) -> Attempts:
    found = Attempts()
    owner = enter(context)
    if owner.ready:
        found.owner = owner
        reference = reference_in(owner.submit())
        other = enter(context)
        _look_at(found, other, reference, text("另一位未提交的人", "somebody who has not applied"))
        other.submit()
        _look_at(found, other, reference, text("另一位已提交的人", "somebody else who has applied"))
        found.leaks += _mixed_up(owner, other, reference)
    for operation in context.contract.operations:
        if secured(context, operation) and not operation.definition.get("x-minshi-page"):
            found.without += [Try(what, _knock(context, operation, sent)) for what, sent in _keys(context)]
    found.leaks += _page_without_cookie(context)
    return found


def _mixed_up(owner: Walk, other: Walk, reference: str) -> list[Try]:
    """Look for numbers that belong to one person only in the answers that another got."""
    names = ("document_number", "phone", "registration_no", "rental_contract_no")
    private = {str(owner.launch.inputs[name]) for name in names if owner.launch.inputs[name]} | {reference}
    private -= {"", *(str(other.launch.inputs[name]) for name in names)}
    return [
        Try(text("应答里有别人的信息", "the answer holds somebody else's data"), exchange)
        for exchange in other.evidence_of_entering()
        if any(value.encode() in exchange.answer.body for value in private)
    ]


def _look_at(found: Attempts, walk: Walk, reference: str, what: Text) -> None:
    exchange = walk.status(reference) if reference and walk.session else None
    if exchange is not None:
        found.foreign.append(Try(what, exchange))


def _keys(context: Context) -> list[tuple[Text, dict[str, str]]]:
    """Return headers that must open no door, each with what it is."""
    return [
        (text("没有会话", "no session"), {}),
        (text("编造的会话", "a made-up session"), {"Authorization": f"Bearer {_MADE_UP}"}),
        (text("空会话", "an empty session"), {"Authorization": "Bearer "}),
        (text("别的认证方式", "another scheme"), {"Authorization": "Basic YWRtaW46YWRtaW4="}),
        (
            text("以启动凭证充当会话", "a launch token instead of a session"),
            {"Authorization": f"Bearer {context.launch().token}"},
        ),
    ]


def _knock(context: Context, operation: Operation, headers: dict[str, str]) -> Exchange:
    path = "/" + "/".join("R000000" if s.startswith("{") else s for s in operation.segments)
    body = example_body(context.contract, operation) if context.contract.body_schema(operation) else None
    return context.app.send_json(operation.method, path, body, extra=headers)


def _page_without_cookie(context: Context) -> list[Try]:
    """Open the first page behind a launch without the cookie that the launch set; it must not show the person."""
    operation = context.role("launch")
    if operation is None:
        return []
    launch = context.launch()
    entered = context.app.send(operation.method, f"{operation.path}?token={launch.token}")
    place = entered.answer.header("location")
    if not place.startswith("/"):
        return []
    page = context.app.send("GET", place)
    private = (launch.person.name, launch.person.document_number)
    if any(value.encode() in page.answer.body for value in private):
        return [Try(text("没有会话也能看到页面上的个人信息", "the page shows the person without a session"), page)]
    return []

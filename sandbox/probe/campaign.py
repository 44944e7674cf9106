"""Owns sending the generated requests of all operations and judging each answer; two checks read the same campaign."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .client import Exchange
from .context import Context

if TYPE_CHECKING:
    from .openapi import Operation, Problem

REQUESTS_EACH = 20
_AT_ONCE = 12


@dataclass(frozen=True)
class Generated:
    """One generated request, ready to send but for its session."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Judged:
    """One request of the campaign with what is wrong about its answer."""

    operation: Operation
    exchange: Exchange
    server_error: bool
    problems: list[Problem]


def secured(context: Context, operation: Operation) -> bool:
    """Whether an operation asks for a session."""
    security = operation.definition.get("security", context.contract.document.get("security", []))
    return bool(security)


def send(context: Context, operation: Operation, request: Generated) -> Exchange:
    """Send one generated request, with a session of its own where the operation asks for one."""
    headers = dict(request.headers)
    if secured(context, operation):
        session, entered = context.open_session(context.launch())
        if not session and entered is not None:
            return entered
        headers["Authorization"] = f"Bearer {session}"
    return context.app.send(request.method, request.target, headers=headers, body=request.body)


def judge(context: Context, operation: Operation, exchange: Exchange) -> Judged:
    """Compare an answer with the contract."""
    answer = exchange.answer
    declared = context.contract.declared_response(operation, answer.status) is not None
    server_error = bool(answer.error) or (answer.status >= 500 and not (answer.status == 503 and declared))
    problems: list[Problem] = []
    if not server_error:
        problems = context.contract.response_problems(
            operation, answer.status, answer.header("content-type"), answer.body
        )
    return Judged(operation, exchange, server_error, problems)


def run(context: Context) -> list[Judged]:
    """Send everything once and remember it for the checks of this attempt."""
    key = f"campaign/{context.shared.get('attempt', 1)}"
    if key not in context.shared:
        wanted = [
            (operation, request)
            for operation in context.contract.operations
            for request in context.fuzzer.requests(operation.id, valid=True, most=REQUESTS_EACH)
        ]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            exchanges = list(pool.map(lambda each: send(context, *each), wanted))
        context.shared[key] = [judge(context, each[0], got) for each, got in zip(wanted, exchanges, strict=True)]
    found: list[Judged] = context.shared[key]
    return found

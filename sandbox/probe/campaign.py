"""Owns sending the generated requests of all operations and judging each answer; several checks read one campaign."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .client import Exchange
from .context import Context
from .odd import Generated, odd_requests

if TYPE_CHECKING:
    from .openapi import Operation, Problem

VALID_EACH = 100
INVALID_EACH = 40
_AT_ONCE = 16
VALID, INVALID, ODD = "valid", "invalid", "odd"
# What HTTP itself lets a server answer to a request that is not what it serves, whether the contract names it or not.
_OF_HTTP = frozenset({400, 404, 405, 406, 408, 411, 413, 414, 415, 416, 417, 422, 431, 501, 505})


@dataclass(frozen=True)
class Sent:
    """One request on its way: `kind` says whether it keeps the contract, breaks it, or is odd."""

    operation: Operation
    kind: str
    request: Generated


@dataclass(frozen=True)
class Judged:
    """One request of the campaign with what is wrong about its answer; `accepted` when bad input was taken."""

    operation: Operation
    exchange: Exchange
    kind: str
    server_error: bool = False
    problems: list[Problem] = field(default_factory=list)
    accepted: bool = False


def secured(context: Context, operation: Operation) -> bool:
    """Whether an operation asks for a session."""
    security = operation.definition.get("security", context.contract.document.get("security", []))
    return bool(security)


def _wanted(context: Context) -> list[Sent]:
    """Return all requests, each once, in an order that the seed decides."""
    found: dict[tuple[object, ...], Sent] = {}
    for operation in context.contract.operations:
        made = [
            (VALID, context.fuzzer.requests(operation.id, valid=True, most=VALID_EACH)),
            (INVALID, context.fuzzer.requests(operation.id, valid=False, most=INVALID_EACH)),
            (ODD, odd_requests(context.contract, operation)),
        ]
        for kind, requests in made:
            for request in requests:
                found.setdefault((operation.id, *request.key), Sent(operation, kind, request))
    return list(found.values())


class _Sender:
    """Sends requests; reading shares one session for each operation, whatever may change something has its own."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._shared: dict[str, str] = {}

    def prepare(self, wanted: list[Sent]) -> None:
        """Open the sessions that reading requests share."""
        for each in wanted:
            operation = each.operation
            if operation.method == "GET" and secured(self._context, operation) and operation.id not in self._shared:
                self._shared[operation.id] = self._context.open_session(self._context.launch())[0]

    def send(self, each: Sent) -> Exchange:
        """Send one request, with a session where its operation asks for one."""
        context, operation, request = self._context, each.operation, each.request
        headers = dict(request.headers)
        if secured(context, operation):
            session = self._shared.get(operation.id, "")
            if not session:
                session, entered = context.open_session(context.launch())
                if not session and entered is not None:
                    return entered
            headers["Authorization"] = f"Bearer {session}"
        return context.app.send(request.method, request.target, headers=headers, body=request.body)


def judge(context: Context, sent: Sent, exchange: Exchange) -> Judged:
    """Compare an answer with the contract."""
    operation, answer = sent.operation, exchange.answer
    declared = context.contract.declared_response(operation, answer.status)
    server_error = bool(answer.error) or (answer.status >= 500 and not (answer.status == 503 and declared))
    if server_error:
        return Judged(operation, exchange, sent.kind, server_error=True)
    if declared is None and sent.kind != VALID and answer.status in _OF_HTTP:
        return Judged(operation, exchange, sent.kind)
    problems = context.contract.response_problems(operation, answer.status, answer.header("content-type"), answer.body)
    taken = sent.kind == INVALID and 200 <= answer.status < 300 and _breaks_the_contract(context, sent)
    return Judged(operation, exchange, sent.kind, problems=problems, accepted=taken)


def _breaks_the_contract(context: Context, sent: Sent) -> bool:
    """Whether our own reading of the contract agrees with the fuzzer that the request is not valid."""
    parts = urlsplit(sent.request.target)
    found, params, _ = context.contract.match(sent.request.method, parts.path)
    if found is None or found.id != sent.operation.id:
        return False
    headers = {name.lower(): value for name, value in sent.request.headers.items()}
    problems, _ = context.contract.request_problems(
        found, path=params, query=parts.query, headers=headers, body=sent.request.body
    )
    return bool(problems)


def run(context: Context) -> list[Judged]:
    """Send everything once and remember it for the checks of this attempt."""
    key = f"campaign/{context.shared.get('attempt', 1)}"
    if key not in context.shared:
        if "campaign" not in context.shared:
            context.shared["campaign"] = _wanted(context)
        wanted: list[Sent] = context.shared["campaign"]
        sender = _Sender(context)
        sender.prepare(wanted)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            exchanges = list(pool.map(sender.send, wanted))
        context.shared[key] = [judge(context, each, got) for each, got in zip(wanted, exchanges, strict=True)]
    found: list[Judged] = context.shared[key]
    return found

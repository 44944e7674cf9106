"""Owns the citizen's way through the app's own API, as the fault and load checks walk it: enter, draft, submit, ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from .client import DEADLINE, Exchange
from .context import Context

if TYPE_CHECKING:
    from .departments.launch import Launch
    from .openapi import Operation


@dataclass
class Walk:
    """One person on the way through the app; `entered` and `drafted` are kept as evidence."""

    context: Context
    launch: Launch
    session: str
    entered: Exchange | None
    drafted: list[Exchange]

    def body(self) -> dict[str, Any]:
        """Return what this person submits: the contract's example with the person's own phone."""
        operation = self.context.role("submit")
        if operation is None:
            return {}
        declared = self.context.contract.body_schema(operation)
        schema = declared[1] if declared else {}
        body = dict((schema.get("examples") or [{}])[0])
        if "phone" in schema.get("properties", {}):
            body["phone"] = self.launch.inputs["contact_phone"]
        return body

    def submit(self, deadline: float = DEADLINE) -> Exchange:
        """Press the button once."""
        operation = self.context.role("submit")
        assert operation is not None  # noqa: S101 -- checks ask `ready` first
        return self.context.app.send_json(
            operation.method, operation.path, self.body(), session=self.session, deadline=deadline
        )

    def status(self, reference: str) -> Exchange | None:
        """Ask how it stands; None when the contract has no such operation."""
        operation = self.context.role("status")
        if operation is None:
            return None
        path = "/" + "/".join(quote(reference, safe="") if s.startswith("{") else s for s in operation.segments)
        return self.context.app.send_json(operation.method, path, session=self.session)

    def readable(self) -> list[Operation]:
        """Return the operations that show this person something and need nothing but the session: the form."""
        return [
            operation
            for operation in self.context.contract.operations
            if operation.method == "GET"
            and not operation.parameters
            and operation.definition.get("security")
            and not operation.definition.get("x-minshi-page")
        ]

    def read(self, operation: Operation, deadline: float = DEADLINE) -> Exchange:
        """Ask one of the readable operations."""
        return self.context.app.send_json("GET", operation.path, session=self.session, deadline=deadline)

    @property
    def ready(self) -> bool:
        """Whether the person got in and there is something to submit."""
        return bool(self.session) and self.context.role("submit") is not None

    def evidence_of_entering(self) -> list[Exchange]:
        """Return the exchanges made so far."""
        return ([self.entered] if self.entered else []) + self.drafted


def enter(context: Context, trait: str = "entitled", language: str = "zh-hans") -> Walk:
    """Send somebody in and let the app prefill, as a page would, before anything goes wrong."""
    launch = context.launch(trait, language)
    session, entered = context.open_session(launch)
    walk = Walk(context, launch, session, entered, [])
    if session:
        walk.drafted += [walk.read(operation) for operation in walk.readable()]
    return walk


def reference_in(exchange: Exchange) -> str:
    """Return the receipt number of an answer, or nothing."""
    value = exchange.answer.json()
    reference = value.get("reference") if isinstance(value, dict) else None
    return reference[:100] if isinstance(reference, str) else ""


def state_in(exchange: Exchange) -> str:
    """Return the state that an answer claims, or nothing."""
    value = exchange.answer.json()
    state = value.get("state") if isinstance(value, dict) else None
    return state if isinstance(state, str) else ""

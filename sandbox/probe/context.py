"""Owns what a check may use: the app's client, the departments, people to send in, thresholds, and the engine."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .client import AppClient, Exchange
from .coverage import Coverage
from .page_job import PageJob

if TYPE_CHECKING:
    from .departments.gateway import Gateway
    from .departments.launch import Launch, Launcher
    from .model import Finding
    from .openapi import Document, Operation

DEFAULTS: dict[str, float] = {
    "startup_seconds": 20,
    "p95_ms": 800,
    "memory_mb": 256,
    "load_rps": 20,
    "load_seconds": 5,
    "axe_violations": 0,
    "answer_seconds": 10,
    "recovery_seconds": 10,
}
Want = Callable[[str, dict[str, Any]], dict[str, Any]]


class WantRefusedError(Exception):
    """The engine could not do what a check asked for."""


class NeedsPodError(WantRefusedError):
    """There is no engine here: a check can only be made inside the sandbox."""


class Fuzzer(Protocol):
    """Makes requests from a contract; the same seed makes the same ones."""

    def requests(self, operation_id: str, *, valid: bool, most: int) -> list[Any]:
        """Return generated requests of one operation."""


@dataclass
class Context:
    """One run against one app."""

    job: dict[str, Any]
    app: AppClient
    gateway: Gateway
    launcher: Launcher
    contract: Document
    want: Want
    fuzzer: Fuzzer
    rehearse: Callable[[Context, dict[str, Any]], Finding]
    page_job: Callable[[PageJob], dict[str, Any]] | None = None
    coverage: Coverage | None = None
    shared: dict[str, Any] = field(default_factory=dict)

    @property
    def plan(self) -> dict[str, Any]:
        """The plan of the order."""
        return self.job["plan"]

    @property
    def manifest(self) -> dict[str, Any]:
        """What the vendor declared."""
        return self.job["manifest"]

    @property
    def health_path(self) -> str:
        """Where the app says that it is ready."""
        return str(self.manifest.get("health_path", "/healthz"))

    def threshold(self, name: str) -> float:
        """Return a threshold of the order, or its default."""
        return float(self.plan.get("thresholds", {}).get(name, DEFAULTS[name]))

    def chance(self, purpose: str) -> random.Random:
        """Return a replayable source of chance for one purpose."""
        return random.Random(f"{self.job['seed']}/{purpose}")  # noqa: S311 -- replayable, not secret

    def launch(self, trait: str = "entitled", language: str = "zh-hans", *, elder: bool = False) -> Launch:
        """Send the next person with a trait into the app, in a language, in elder mode or not."""
        service_item = self.plan["service_item"]["code"]
        return self.launcher.launch(trait, language=language, elder=elder, service_item=service_item)

    def role(self, name: str) -> Operation | None:
        """Return the contract's operation with a role: x-minshi-session, -submit, -status, -launch."""
        return next((o for o in self.contract.operations if o.definition.get(f"x-minshi-{name}")), None)

    def open_session(self, launch: Launch) -> tuple[str, Exchange | None]:
        """Exchange a launch token at the app; return the app's session (empty when refused) and the exchange."""
        operation = self.role("session")
        if operation is None:
            return launch.token, None
        exchange = self.app.send_json(operation.method, operation.path, {"token": launch.token})
        answer = exchange.answer.json() if exchange.answer.status == 201 else None
        session = answer.get("session") if isinstance(answer, dict) else None
        return (session if isinstance(session, str) and session.isprintable() else ""), exchange

    def wait_healthy(self, seconds: float) -> Exchange:
        """Ask the health path until it answers 200 or time is up; return the last exchange."""
        until = time.monotonic() + seconds
        while True:
            exchange = self.app.send("GET", self.health_path, deadline=2.0)
            if exchange.answer.status == 200:
                self.app.hung.clear()
                return exchange
            if time.monotonic() >= until:
                return exchange
            time.sleep(0.05)

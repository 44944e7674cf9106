"""A job of the demo order, and the reference app as a local process, for tests that need no engine."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sandbox.engine.limits import STOP_SECONDS
from sandbox.probe.bench import make_gateway
from sandbox.probe.catalogue import CHECKS, SCENARIO
from sandbox.probe.client import AppClient
from sandbox.probe.context import Context
from sandbox.probe.local import run_local, without
from sandbox.probe.page_job import PageJob
from sandbox.probe.results import Emit

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "sandbox" / "reference"
CONTENT = ROOT / "marketplace" / "demo" / "content"
SCENARIOS = ("apply_received", "residence_too_short", "rare_name")
INTERFACES = ("population", "residence", "rental")
SCOPES = ["person.identity", "person.contact", "residence.read", "permit.apply", "permit.read", "rental.read"]


def bare_context(**given: Any) -> Context:
    """Return a context with no app, departments or contract behind it; what is given takes its place."""
    nothing = dict.fromkeys(("gateway", "launcher", "contract", "fuzzer", "rehearse"))
    job_of_nothing = {"plan": {}, "seed": 1, "manifest": {}}
    app = AppClient("127.0.0.1", 1)
    return Context(**({"job": job_of_nothing, "app": app, "want": lambda _what, _arguments: {}} | nothing | given))


def content(name: str) -> dict[str, Any]:
    """Return one document of the demo's content."""
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


def interfaces() -> list[dict[str, Any]]:
    """Return the plan's interface entries."""
    return [
        {"code": code, "version": "1.0.0", "openapi": content(f"interfaces/{code}.openapi.json")} for code in INTERFACES
    ]


def plan_checks(scenario_codes: Iterable[str]) -> list[dict[str, Any]]:
    """Return the `checks` of a plan with the default duties and weights, one entry per acceptance scenario."""
    entries = []
    for check in CHECKS:
        ids = [f"scenario.{code}" for code in scenario_codes] if check is SCENARIO else [check.id]
        entries += [
            {"id": each, "mandatory": check.mandatory_by_default, "weight": check.default_weight} for each in ids
        ]
    return entries


def job(seed: int = 42, *, groups: set[str] | None = None, **thresholds: float) -> dict[str, Any]:
    """Return the job of the demo order; `groups` keeps only some groups of checks."""
    plan = {
        "plan_version": 1,
        "order": "DEMO",
        "service_item": {"code": "JZZ", "name_zh": "居住证签发", "name_en": "Residence permit"},
        "contract": content("residence_permit.contract.openapi.json"),
        "interfaces": interfaces(),
        "scenarios": [{"code": code, "arazzo": content(f"scenarios/{code}.arazzo.json")} for code in SCENARIOS],
        "thresholds": content("thresholds.json") | thresholds,
        "checks": plan_checks(SCENARIOS),
        "world": {"people": 300},
    }
    made = {
        "plan": plan,
        "seed": seed,
        "run": "test",
        "manifest": {
            "port": 8080,
            "health_path": "/healthz",
            "interfaces": list(INTERFACES),
            "scopes": SCOPES,
            "languages": ["zh-hans", "en"],
        },
        "limits": {"wall_clock_seconds": 240},
    }
    every = {check["id"].partition(".")[0] for check in plan["checks"]}
    return without(made, every - groups) if groups is not None else made


def free_port() -> int:
    """Return a port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RunningApp:
    """The reference app as its vendor would run it, in one of its variants."""

    def __init__(self, gateway_port: int, state: Path, source: Path = REFERENCE, **environment: str) -> None:
        self.port = free_port()
        self._source = source
        self._environment = os.environ | {
            "GATEWAY_URL": f"http://127.0.0.1:{gateway_port}",
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "STATE_DIR": str(state),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._log = state / "app.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [sys.executable, str(self._source / "serve.py")]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def stop(self) -> dict[str, Any]:
        """Send SIGTERM and wait; answer as the engine would, which kills an app that stays."""
        assert self._process is not None
        began = time.monotonic()
        self._process.terminate()
        try:
            code: int | None = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            code = None
        return {"stopped": code is not None, "seconds": time.monotonic() - began, "exit_code": code}

    def want(self, what: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Play the engine."""
        if what == "app_signal_term":
            return self.stop()
        if what == "app_conduct":
            return self.conduct()
        if what == "memory":
            return {"peak_bytes": self._figure("VmHWM") * 1024}
        if what == "app_start":
            self.start()
        return {}

    def conduct(self) -> dict[str, Any]:
        """Tell how the app has behaved, as the engine would."""
        assert self._process is not None
        log = self._log.read_bytes()
        running = self._process.poll() is None
        return {
            "running": running,
            "exits": int(not running),
            "out_of_memory": False,
            "log": log[-16_384:].decode("utf-8", "replace"),
            "log_bytes": len(log),
            "processes": self._figure("Threads") if running else 0,
            "changed": [],
        }

    def _figure(self, name: str) -> int:
        """Return a number that the kernel keeps about the app's process."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="utf-8")
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith(f"{name}:")))


def run(
    a_job: dict[str, Any],
    state: Path,
    *,
    variant: str = "good",
    pages: Any = None,
    source: Path = REFERENCE,
    heard: Emit = lambda _message: None,
) -> dict[str, dict[str, Any]]:
    """Run a job against a variant of the reference app, or of a copy of it; return the result lines by check.

    `heard` gets every line as it comes.
    """
    gateway, launcher = make_gateway(a_job)
    app = RunningApp(gateway.start(), state, source, APP_VARIANT=variant)
    app.start()
    found: dict[str, dict[str, Any]] = {}

    def emit(message: dict[str, Any]) -> None:
        heard(message)
        if message["type"] == "result":
            found[message["check"]] = message

    try:
        run_local(a_job, app.url, emit, bench=(gateway, launcher), want=app.want, pages=pages)
    finally:
        app.stop()
        gateway.stop()
    return found


__all__ = ["Emit", "PageJob", "content", "free_port", "interfaces", "job", "run"]

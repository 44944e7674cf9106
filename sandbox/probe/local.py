"""Owns running the same checks outside a pod: departments and app on loopback ports that the caller names."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .bench import make_context, make_gateway
from .browser import walk_pages
from .client import AppClient
from .context import NeedsPodError, Want
from .departments.gateway import Gateway
from .departments.launch import Launcher
from .fuzz import SchemathesisFuzzer
from .page_job import PageJob
from .runner import Emit, run_checks


def no_engine(what: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Refuse whatever needs the engine: outside a pod nobody can stop the app for us."""
    raise NeedsPodError(f"{what} needs a pod")


def without(job: dict[str, Any], groups: set[str]) -> dict[str, Any]:
    """Return a job whose plan leaves out some groups of checks."""
    kept = [check for check in job["plan"]["checks"] if check["id"].partition(".")[0] not in groups]
    return {**job, "plan": {**job["plan"], "checks": kept}}


def run_local(
    job: dict[str, Any],
    app_url: str,
    emit: Emit,
    *,
    bench: tuple[Gateway, Launcher],
    want: Want = no_engine,
    pages: Callable[[PageJob, Emit], dict[str, str]] | None = walk_pages,
) -> None:
    """Run a job's checks against an app that already uses `bench`'s gateway, which serves at an address of its own."""
    gateway, launcher = bench
    address = urlsplit(app_url)
    context = make_context(
        job,
        gateway,
        launcher,
        app=AppClient(address.hostname or "127.0.0.1", address.port or 80),
        want=want,
        fuzzer=SchemathesisFuzzer(job["plan"]["contract"], int(job["seed"]) % 2**32),
        page_job=(lambda page_job: pages(page_job, emit)) if pages else None,
    )
    run_checks(context, emit)


def main(arguments: list[str]) -> int:
    """Serve the departments, wait for the app, run the checks and print one JSON object a line."""
    parser = argparse.ArgumentParser(
        prog="probe local", description="Run the checks of a job against an app on this machine."
    )
    parser.add_argument("--job", type=Path, required=True, help="JSON file with plan, seed and manifest")
    parser.add_argument("--app", default="http://127.0.0.1:8080", help="where the app answers")
    parser.add_argument("--gateway-port", type=int, default=9000, help="where the app finds departments")
    parser.add_argument("--leave-out", default="", help="groups to leave out, separated by commas")
    options = parser.parse_args(arguments)
    job = without(json.loads(options.job.read_text(encoding="utf-8")), set(options.leave_out.split(",")))
    bench = make_gateway(job)
    bench[0].start("127.0.0.1", options.gateway_port)

    def emit(message: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
        sys.stdout.flush()

    run_local(job, options.app, emit, bench=bench)
    bench[0].stop()
    return 0

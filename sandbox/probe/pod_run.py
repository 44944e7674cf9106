"""Owns the run inside a pod: departments behind the port that is already bound, then all checks."""

from __future__ import annotations

from typing import Any

from .bench import make_context, make_gateway
from .client import AppClient
from .departments.http import Front
from .frames import Line
from .fuzz import SchemathesisFuzzer
from .page_job import PageJob
from .runner import run_checks


def run_job(job: dict[str, Any], line: Line, front: Front, app: AppClient) -> None:
    """Run the checks of a job and write every result to the engine."""
    gateway, launcher = make_gateway(job)
    front.follow(gateway.respond)

    def page_job(pages: PageJob) -> dict[str, Any]:
        said = line.want("browser", {"job": pages.as_dict()}).get("said")
        return said if isinstance(said, dict) else {}

    fuzzer = SchemathesisFuzzer(job["plan"]["contract"], int(job["seed"]) % 2**32)
    context = make_context(job, gateway, launcher, app=app, want=line.want, fuzzer=fuzzer, page_job=page_job)
    run_checks(context, line.emit)

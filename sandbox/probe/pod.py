"""Owns the probe's life inside a pod: take the job, play the departments, run the checks, say that it is over."""

from __future__ import annotations

import os
import sys
from typing import Any

from .bench import make_context, make_gateway
from .frames import Line
from .fuzz import SchemathesisFuzzer
from .page_job import PageJob
from .runner import run_checks

HOST = "127.0.0.1"
GATEWAY_PORT = 9000


def main(arguments: list[str]) -> int:
    """Run one job from stdin; results go to stdout. Anything else printed goes to stderr."""
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    line = Line(sys.stdin.buffer, outgoing)
    job = line.job()
    gateway, launcher = make_gateway(job)
    gateway.start(HOST, GATEWAY_PORT)
    line.emit({"type": "ready"})

    def page_job(pages: PageJob) -> None:
        line.want("browser", {"job": pages.as_dict()})

    fuzzer = SchemathesisFuzzer(job["plan"]["contract"], _seed(job))
    port = int(job["manifest"].get("port", 8080))
    context = make_context(
        job, gateway, launcher, host=HOST, port=port, want=line.want, fuzzer=fuzzer, page_job=page_job
    )
    run_checks(context, line.emit)
    line.emit({"type": "end"})
    gateway.stop()
    return 0


def _seed(job: dict[str, Any]) -> int:
    return int(job["seed"]) % 2**32

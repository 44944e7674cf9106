"""Owns the probe's first moments in a pod: take the port before the app can, say so, and load the rest meanwhile."""

from __future__ import annotations

import importlib
import os
import sys
import threading
import time

from .client import AppClient
from .departments.http import Front, Server
from .frames import Line

HOST = "127.0.0.1"
GATEWAY_PORT = 9000
_FIRST = "start.healthy"
_POLL_SECONDS = 0.02
_WATCH_SECONDS = 60.0
_HEAD_START_SECONDS = 1.0


def main(arguments: list[str]) -> int:
    """Run one job from stdin; results go to stdout. Anything else printed goes to stderr.

    What the checks need takes longer to import than an app takes to start, so it is loaded after the port is bound,
    and after the app's first answer or a second at most: loading takes a whole core, which the app's start would miss.
    """
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    line = Line(sys.stdin.buffer, outgoing)
    job = line.job()
    front = Front()
    server = Server(front.handle)
    server.start(HOST, GATEWAY_PORT)
    line.emit({"type": "ready"})
    manifest = job["manifest"]
    app = AppClient(HOST, int(manifest.get("port", 8080)))
    total = len(job["plan"]["checks"])
    watcher = threading.Thread(
        target=_tell_first_answer, args=(line, app, manifest.get("health_path", "/healthz"), total), daemon=True
    )
    watcher.start()
    watcher.join(_HEAD_START_SECONDS)
    run = importlib.import_module(".pod_run", __package__)
    run.run_job(job, line, front, app)
    line.emit({"type": "end"})
    server.stop()
    return 0


def _tell_first_answer(line: Line, app: AppClient, health_path: str, total: int) -> None:
    """Tell at once when the app first answers, however long the checks take to load."""
    until = time.monotonic() + _WATCH_SECONDS
    progress = {"type": "progress", "check": _FIRST, "done": 0, "total": total}
    line.emit({**progress, "state": "running"})
    while time.monotonic() < until:
        if app.send("GET", health_path, deadline=2.0).answer.status == 200:
            line.emit({**progress, "state": "done"})
            return
        time.sleep(_POLL_SECONDS)

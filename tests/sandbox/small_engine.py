"""The real engine with the tests' tiny probe in place of ours: pods that are up in a second, for tests of workers."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.engine import Engine, EngineStatus, EngineUnavailable, PodOutcome, hosts, images, pod

PROBE = (Path(__file__).parent / "engine" / "tiny_probe.py").read_text()
STEPS = """
answer = ask()
say(type="progress", check="start.healthy", state="running")
time.sleep(HOLD)
for check in job["plan"]["checks"]:
    result(answer, check["id"], check["id"].partition(".")[0])
end()
"""


class SmallEngine(Engine):
    """One engine that needs nothing but the base image."""

    def run_pod(
        self,
        image_id: str,
        job: Mapping[str, Any],
        *,
        run_id: str,
        memory_mb: int,
        volumes: Sequence[str] = (),
        on_message: Callable[[dict[str, Any]], None],
        wall_clock_seconds: float,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> PodOutcome:
        steps = STEPS.replace("HOLD", os.environ.get("HOLD_SECONDS", "0"))
        command = ("python3", "-c", PROBE + steps)
        request = pod.PodRequest(image_id, job, run_id, 64, tuple(volumes), wall_clock_seconds, command)
        with self.client() as client:
            base = images.require(client, images.BASE)
            return pod.run(client, request, base, on_message=on_message, cancelled=cancelled)


def connect(host: str | None = None) -> SmallEngine:
    """An engine that answers at the address."""
    engine = SmallEngine(hosts.choose(host))
    with engine.client() as client:
        engine.version = str(client.version().get("Version", ""))
    return engine


def status(host: str | None = None) -> EngineStatus:
    """Whether it answers and has the base image."""
    try:
        engine = connect(host)
        with engine.client() as client:
            images.require(client, images.BASE)
    except EngineUnavailable as error:
        return EngineStatus(available=False, reason=error.reason, remedy=error.remedy, version="", detail=error.detail)
    return EngineStatus(available=True, reason="", remedy="", version=engine.version, host=engine.host)

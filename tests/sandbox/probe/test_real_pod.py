"""The whole pod with a real engine: the reference app passes every check, and the same seed gives the same results."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from sandbox.engine import Engine, connect
from sandbox.reference_image import build_reference
from tests.sandbox.probe.bench import job

pytestmark = [pytest.mark.engine, pytest.mark.browser, pytest.mark.enable_socket]


@pytest.fixture(scope="module")
def engine(engine_host: str) -> Engine:
    found = connect(engine_host)
    found.ensure_images(lambda line: None)
    return found


def run_pod(engine: Engine, a_job: dict[str, Any], **environment: str) -> dict[str, dict[str, Any]]:
    """Run one pod and return its result lines by check."""
    image_id, volumes = build_reference(engine, **environment)
    messages: list[dict[str, Any]] = []
    outcome = engine.run_pod(
        image_id,
        a_job,
        run_id=str(uuid.uuid4()),
        memory_mb=256,
        volumes=tuple(volumes),
        on_message=messages.append,
        wall_clock_seconds=240,
        cancelled=lambda: False,
    )
    assert outcome.ended == "completed", outcome.probe_log_tail
    return {line["check"]: line for line in messages if line["type"] == "result"}


def test_the_reference_app_passes_everything(engine: Engine) -> None:
    a_job = job()
    found = run_pod(engine, a_job)
    assert {check: line["summary"]["en"] for check, line in found.items() if line["outcome"] != "passed"} == {}
    assert set(found) == {check["id"] for check in a_job["plan"]["checks"]}


def test_the_same_seed_gives_the_same_findings(engine: Engine) -> None:
    a_job = job(groups={"start", "contract", "scenario", "duty"})
    first, second = (run_pod(engine, a_job, APP_VERSION="1.0.0") for _ in range(2))

    def told(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """How all ended, and to the word what the requests from the seed found; how often the app asked is its own."""
        outcomes = {check: line["outcome"] for check, line in found.items()}
        drawn = {check: line["summary"] for check, line in found.items() if line["group"] == "contract"}
        return {"outcomes": outcomes, "drawn": drawn}

    assert told(first) == told(second)

"""The verdict that each hostile app gets from the real checks, and that another run beside it goes undisturbed."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.urls import reverse

from sandbox.engine import Engine
from sandbox.models import SandboxRun
from sandbox.reference_image import build_reference
from sandbox.runs import running
from tests.sandbox import factory
from tests.sandbox.hostile.conftest import Hostiles
from tests.sandbox.probe.bench import job

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.enable_socket]
PASSED, FAILED = "passed", "failed"
START = {"never_listens": 1, "exits_at_once": 1, "is_deaf": 10, "forges": 10, "holds_connections": 10}


@pytest.fixture(scope="module")
def full_engine(real_engine: Engine) -> Engine:
    real_engine.ensure_images()
    return real_engine


def outcomes(found: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {check: message["outcome"] for check, message in found.items()}


@pytest.mark.parametrize(
    ("habit", "healthy", "stops"),
    [
        ("never_listens", FAILED, "skipped"),
        ("exits_at_once", FAILED, "skipped"),
        ("is_deaf", PASSED, FAILED),
        ("forges", PASSED, PASSED),
        ("holds_connections", PASSED, PASSED),
    ],
)
def test_each_ends_in_the_verdict_of_the_probe_alone(
    full_engine: Engine, hostiles: Hostiles, habit: str, healthy: str, stops: str
) -> None:
    found = hostiles.run_checks(habit, job(groups={"start"}, startup_seconds=START[habit]))
    told = outcomes(found)
    assert (told["start.healthy"], told["start.stops"]) == (healthy, stops)
    assert "error" not in told.values()
    assert "伪造" not in json.dumps(found, ensure_ascii=False)


def test_a_good_run_beside_hostile_ones_passes(full_engine: Engine, hostiles: Hostiles) -> None:
    image_id, volumes = build_reference(full_engine)
    messages: list[dict[str, Any]] = []

    def good() -> str:
        return full_engine.run_pod(
            image_id,
            job(groups={"start", "scenario", "duty"}),
            run_id="good-neighbour",
            memory_mb=256,
            volumes=volumes,
            on_message=messages.append,
            wall_clock_seconds=120,
        ).ended

    with ThreadPoolExecutor(1) as beside:
        neighbour = beside.submit(good)
        for habit in ("fork_bomb", "memory_hog", "cpu_spin", "floods_without_newline", "holds_connections"):
            hostiles.run(habit, "ask('', 2)", "end()")
        ended = neighbour.result()
    full_engine.remove_image(image_id)
    assert ended == "completed"
    results = [message for message in messages if message["type"] == "result"]
    assert len(results) >= 5
    assert {message["check"]: message["summary"]["en"] for message in results if message["outcome"] != PASSED} == {}


@pytest.mark.django_db
def test_what_it_says_is_never_active_in_the_report(
    full_engine: Engine, hostiles: Hostiles, cast, engine, client, now
) -> None:
    a_job = job(groups={"start", "scenario"}, startup_seconds=10, answer_seconds=2)
    for scenario in a_job["plan"]["scenarios"]:
        scenario.update(title_zh="情景", title_en="scenario")
    found = hostiles.run_checks("says_scripts", a_job, seconds=120)
    assert set(found) == {check["id"] for check in a_job["plan"]["checks"]}
    assert found["scenario.apply_received"]["outcome"] == FAILED
    assert "error" not in outcomes(found).values()
    engine.lines, engine.log_tail = list(found.values()), hostiles.log_tail
    run = factory.queued_run(cast, now=now)
    SandboxRun.objects.filter(pk=run.pk).update(plan=a_job["plan"])
    running.perform(run_pk=run.pk, worker="w1")
    run.refresh_from_db()
    assert run.state == FAILED
    client.force_login(cast.developer)
    for name in ("report", "report_json"):
        text = client.get(reverse(f"sandbox:{name}", args=[run.pk])).content.decode()
        assert "alert(1)" in text
        assert "\x1b" not in text
        if name == "report":
            assert "<script>alert" not in text
            assert "<img src=x" not in text

"""Every check of a plan gives one result; a failed one is repeated, and differing runs are a finding of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sandbox.probe import runner
from sandbox.probe.context import Context, NeedsPodError, WantRefusedError
from sandbox.probe.departments.faults import Switch
from sandbox.probe.model import ERROR, FAILED, PASSED, SKIPPED, Check, Finding, text
from tests.sandbox.probe.bench import bare_context


class Departments:
    faults = Switch()


def context(**more: Any) -> Context:
    plan = {"checks": [{"id": "start.healthy"}, {"id": "fault.slow"}], "thresholds": {}}
    return bare_context(job={"plan": plan, "seed": 1, "manifest": {}}, gateway=Departments(), **more)


def check(run: Callable[..., Finding], *, digestible: bool = True) -> Check:
    sentence = text("句", "sentence")
    return Check("fault.slow", "fault", sentence, sentence, sentence, True, 1, run=run, digestible=digestible)


def outcomes(*findings: Finding) -> Callable[[Context], Finding]:
    left = list(findings)
    return lambda _: left.pop(0)


PASS = Finding(PASSED, text("好", "well"))
FAIL = Finding(FAILED, text("坏", "badly"))


@pytest.mark.parametrize(
    ("findings", "outcome", "begins"),
    [((PASS,), PASSED, "well"), ((FAIL, FAIL), FAILED, "badly"), ((FAIL, PASS), FAILED, "Differs between runs")],
)
def test_a_failed_check_is_repeated(findings: tuple[Finding, ...], outcome: str, begins: str) -> None:
    found = runner.twice_if_failed(context(), check(outcomes(*findings)), None)
    assert found.outcome == outcome
    assert found.summary["en"].startswith(begins)


@pytest.mark.parametrize(("shares", "kept"), [((1.0,), 1.0), ((0.5, 1.0), 1.0), ((0.5, 0.0), 0.5), ((0.0, 0.5), 0.5)])
def test_of_two_measurements_the_better_counts(shares: tuple[float, ...], kept: float) -> None:
    findings = [replace(PASS, outcome=PASSED if share else FAILED, measurements={"share": share}) for share in shares]
    found = runner.twice_if_failed(context(), check(outcomes(*findings), digestible=False), None)
    assert found.measurements["share"] == kept


def _breaks(_: Context) -> Finding:
    raise ZeroDivisionError


def _refused(_: Context) -> Finding:
    raise WantRefusedError("app_start")


@pytest.mark.parametrize("run", [_breaks, _refused])
def test_a_check_that_breaks_is_the_platforms_fault(run: Callable[..., Finding]) -> None:
    found = runner.twice_if_failed(context(), check(run), None)
    assert found.outcome == ERROR
    assert found.evidence


def _outside(_: Context) -> Finding:
    raise NeedsPodError("app_start")


def test_what_needs_the_sandbox_is_skipped_on_a_laptop() -> None:
    assert runner.twice_if_failed(context(), check(_outside), None).outcome == SKIPPED


def test_neighbours_run_at_the_same_time_and_a_failed_one_again_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(2, timeout=5)
    runs: list[str] = []

    def run(_: Context) -> Finding:
        runs.append("run")
        if len(runs) <= 2:
            together.wait()
        return FAIL

    found = {f"fault.{name}": replace(check(run), id=f"fault.{name}", together=True) for name in ("a", "b")}
    monkeypatch.setattr(runner, "check_for", found.__getitem__)
    monkeypatch.setattr(runner, "planned", lambda plan: list(found))
    lines: list[dict[str, Any]] = []
    runner.run_checks(context(), lines.append)
    assert [line["outcome"] for line in lines if line["type"] == "result"] == ["failed", "failed"]
    assert len(runs) == 4


def test_when_the_app_does_not_start_the_rest_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "check_for", lambda check_id: replace(check(lambda _: FAIL), id=check_id))
    monkeypatch.setattr(runner, "planned", lambda plan: [each["id"] for each in plan["checks"]])
    lines: list[dict[str, Any]] = []
    runner.run_checks(context(), lines.append)
    results = {line["check"]: line["outcome"] for line in lines if line["type"] == "result"}
    assert results == {"start.healthy": "failed", "fault.slow": "skipped"}
    assert [line["done"] for line in lines if line["type"] == "progress"] == [0, 1, 1, 2]

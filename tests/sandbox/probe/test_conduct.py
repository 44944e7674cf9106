"""What the engine tells of an app's conduct is what happened, also when it notices an end later than the applicant."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.probe import conduct
from sandbox.probe.client import Answer, AppClient, Exchange
from sandbox.probe.context import Context
from sandbox.probe.submission import Walk

RUNS = {"running": True, "exits": 0}
ENDED = {"running": False, "exits": 1}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the engine was asked for; nobody walks through the app."""

    class Nobody:
        ready = False

    def enter(_context: Context) -> Walk:
        return Nobody()

    monkeypatch.setattr(conduct, "enter", enter)
    monkeypatch.setattr(conduct, "_NOTICED_SECONDS", 0.2)
    return []


def observed(status: int, told: list[dict[str, Any]], asked: list[str]) -> dict[str, Any]:
    class App(AppClient):
        def send(self, method: str, target: str, **_more: Any) -> Exchange:
            return Exchange(method, target, {}, b"", Answer(status=status))

    def want(what: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        asked.append(what)
        return told[min(len(asked), len(told)) - 1]

    job = {"plan": {}, "seed": 1, "manifest": {}}
    context = Context(
        job=job,
        app=App("127.0.0.1", 1),
        gateway=None,
        launcher=None,
        contract=None,
        want=want,
        fuzzer=None,
        rehearse=None,
    )
    return conduct.observe(context).told


def test_an_end_that_the_engine_notices_late_is_waited_for(asked: list[str]) -> None:
    assert observed(0, [RUNS, RUNS, ENDED], asked) == ENDED
    assert asked == ["app_conduct"] * 3


def test_the_engine_is_asked_once_about_an_app_that_answers(asked: list[str]) -> None:
    assert observed(503, [RUNS, ENDED], asked) == RUNS


def test_an_app_that_runs_and_is_deaf_does_not_hold_the_run(asked: list[str]) -> None:
    assert observed(0, [RUNS], asked) == RUNS
    assert len(asked) > 1

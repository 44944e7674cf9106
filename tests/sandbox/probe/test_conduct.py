"""What the engine tells of an app's conduct is what happened, also when it notices an end later than the applicant."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.probe import conduct
from sandbox.probe.client import Answer, AppClient, Exchange
from tests.sandbox.probe.bench import bare_context

RUNS = {"running": True, "exits": 0}
STOPPED = {"running": False, "exits": 0}
COUNTED = {"running": False, "exits": 1}
ANSWERS = Answer(status=200)
BREAKS_OFF = Answer(status=200, error="closed_early")
REFUSES = Answer(error="refused")


@pytest.fixture(autouse=True)
def nobody_walks_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conduct, "enter", lambda _context: SimpleNamespace(ready=False))
    monkeypatch.setattr(conduct, "_NOTICED_SECONDS", 0.2)


def observed(
    monkeypatch: pytest.MonkeyPatch, answer: Answer, told: list[dict[str, Any]]
) -> tuple[dict[str, Any], list[str]]:
    """Return what was found and what the engine was asked, which tells one after the other and then the last again."""
    asked: list[str] = []

    def send(_client: AppClient, method: str, target: str, **_more: Any) -> Exchange:
        return Exchange(method, target, {}, b"", answer)

    def want(what: str, _arguments: dict[str, Any]) -> dict[str, Any]:
        asked.append(what)
        return told[min(len(asked), len(told)) - 1]

    monkeypatch.setattr(AppClient, "send", send)
    return conduct.observe(bare_context(want=want)).told, asked


@pytest.mark.parametrize("answer", [REFUSES, BREAKS_OFF])
def test_an_end_is_waited_for_until_the_engine_has_counted_it(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> None:
    found, asked = observed(monkeypatch, answer, [RUNS, STOPPED, COUNTED])
    assert found == COUNTED
    assert asked == ["app_conduct"] * 3


def test_the_engine_is_asked_once_about_an_app_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = observed(monkeypatch, ANSWERS, [RUNS, COUNTED])
    assert found == RUNS
    assert asked == ["app_conduct"]


def test_an_app_that_runs_and_is_deaf_does_not_hold_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = observed(monkeypatch, REFUSES, [RUNS])
    assert found == RUNS
    assert len(asked) > 1

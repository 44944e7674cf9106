"""A container goes, also where it takes the engine more than one try; figures end with the engine. Needs no engine."""

from typing import Any

import docker.errors
import pytest
import requests
import urllib3.exceptions

from sandbox.engine import containers
from sandbox.engine.memory import MemoryMeter

SLOW_TO_DIE = "Could not kill running container, did not receive an exit event"


def error(status: int) -> docker.errors.APIError:
    answer = requests.Response()
    answer.status_code = status
    kind = docker.errors.NotFound if status == 404 else docker.errors.APIError
    return kind("error", response=answer, explanation=SLOW_TO_DIE)


class Removing:
    """An engine that answers one try after the other as it is told; an error, or None when the container is gone."""

    def __init__(self, *answers: Exception | None) -> None:
        self._answers = list(answers)
        self.tries = 0

    def remove_container(self, container_id: str, *, force: bool, v: bool) -> None:
        assert (container_id, force, v) == ("c" * 64, True, True)
        self.tries += 1
        if answer := self._answers.pop(0):
            raise answer


@pytest.mark.parametrize(
    ("answers", "gone"),
    [
        ((None,), True),
        ((error(404),), True),
        ((error(500), None), True),
        ((error(500), error(404)), True),
        ((requests.exceptions.ConnectionError(), error(500), None), True),
        ((error(500), error(500), error(500)), False),
    ],
)
def test_a_container_that_is_slow_to_die_is_removed_by_a_later_try(
    answers: tuple[Exception | None, ...], gone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "REMOVE_PAUSE_SECONDS", 0)
    engine: Any = Removing(*answers)
    assert containers.remove(engine, "c" * 64) is gone
    assert engine.tries == len(answers)


def test_the_meter_ends_quietly_when_the_engine_ends() -> None:
    class Ending:
        def stats(self, _container: str, *, stream: bool, decode: bool) -> Any:
            assert stream
            assert decode
            yield {"memory_stats": {"max_usage": 7}}
            raise urllib3.exceptions.ProtocolError("Connection broken")

    engine: Any = Ending()
    meter = MemoryMeter(engine, "c")
    meter._follow()
    assert meter.peak_bytes == 7

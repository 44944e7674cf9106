"""The demo beside its story: one at a time, nobody else's database, no engine, nothing changed by serving."""

import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from marketplace.accounts.models import ApiToken
from marketplace.core import clock
from marketplace.core.models import AuditEvent
from marketplace.demo import stage as stages
from marketplace.demo.calendar import settled_quarter
from marketplace.demo.chapters import people
from marketplace.demo.hosting import department_token
from marketplace.demo.management.commands import demo
from marketplace.demo.management.commands.demo import WAITING
from marketplace.demo.outcome import sign_ins
from marketplace.demo.processes import Processes
from marketplace.demo.stage import AlreadyRunning, Stage
from marketplace.demo.telling import Telling
from marketplace.orders.models import DemandOrder
from sandbox.engine import EngineUnavailable
from sandbox.engine.errors import MAY_NOT_START
from tests.demo.standing import TODAY, StandingClock

Answer = TypeVar("Answer")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def state(settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    settings.STATE_DIR = tmp_path
    monkeypatch.setattr(stages.signal, "signal", lambda *given: None)
    monkeypatch.setattr(clock, "_source", clock._source)
    return tmp_path


@pytest.fixture
def telling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Telling:
    standing = StandingClock()
    monkeypatch.setattr(clock, "_source", standing)
    return Telling(
        quarter=settled_quarter(TODAY.date()),
        clock=standing,
        folder=tmp_path,
        say=lambda line: None,
        send=lambda events, token: [],
        cases=0,
        reviews=0,
    )


def test_of_two_demos_the_second_is_told(state: Path, said: list[str]) -> None:
    with Stage.open(state / "demo", port=8000, say=said.append):
        second = Stage.open(state / "demo", port=8001, say=said.append)
        with pytest.raises(AlreadyRunning, match="Another demo is running"), second:
            pytest.fail("two demos at once")
    with Stage.open(state / "demo", port=8000, say=said.append):
        """The lock is free again."""


@pytest.mark.enable_socket
def test_a_port_that_is_taken_is_named_before_anything_is_played(state: Path, said: list[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with (
            Stage.open(state / "demo", port=port, say=said.append) as stage,
            pytest.raises(AlreadyRunning, match=f"port {port} .*--port"),
        ):
            stage.require_ports(serving=False)


@pytest.mark.django_db
def test_a_database_of_somebody_else_is_never_touched(state: Path, said: list[str]) -> None:
    with (
        Stage.open(state / "demo", port=8000, say=said.append) as stage,
        pytest.raises(AlreadyRunning, match="didn't make"),
    ):
        stage.clear_unfinished()
    assert not (state / "demo" / "begun").exists()


def test_a_story_that_was_cut_off_is_set_aside_whole(state: Path, said: list[str]) -> None:
    (state / "demo").mkdir()
    (state / "demo" / "begun").write_text("1")
    (state / "minshi.sqlite3").write_text("half")
    (state / "facts").mkdir()
    with Stage.open(state / "demo", port=8000, say=said.append) as stage:
        stage.clear_unfinished()
    assert "set aside" in said[0]
    assert not (state / "minshi.sqlite3").exists()
    assert sorted(each.name for each in next((state / "unfinished").iterdir()).iterdir()) == ["facts", "minshi.sqlite3"]


@pytest.mark.django_db
def test_without_an_engine_one_sentence_says_what_waits(
    state: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_engine(folder: Path) -> str:
        raise EngineUnavailable(MAY_NOT_START)

    monkeypatch.setattr(stages.daemon, "ensure", no_engine)
    monkeypatch.setattr(stages, "_tables", lambda: False)
    monkeypatch.setattr(stages, "first_taken", lambda ports: None)
    with pytest.raises(CommandError) as refusal:
        call_command("demo", no_serve=True)
    assert str(refusal.value) == f"{MAY_NOT_START.reason} {MAY_NOT_START.remedy} {WAITING}"
    order = DemandOrder.objects.get()
    assert (order.state, order.rehearsed_at) == ("draft", None)
    assert order.rehearsal_requested_at is not None
    printed = "\n".join(sign_ins())
    assert "editor@psb.example" in printed
    assert "Vendor" not in printed


def test_serving_builds_the_images_that_are_missing_and_says_why_it_cannot(
    state: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ensure_images(progress: Callable[[str], None]) -> None:
        progress("building the image 'probe'")
        raise EngineUnavailable(MAY_NOT_START)

    def stop(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stages.Stage, "ensure_engine", lambda stage: None)
    monkeypatch.setattr(stages.Stage, "start_platform", lambda stage: None)
    monkeypatch.setattr(stages, "start_hosts", lambda processes, folder, platform: None)
    monkeypatch.setattr(stages.engine, "connect", lambda host: SimpleNamespace(ensure_images=ensure_images))
    monkeypatch.setattr(stages.time, "sleep", stop)
    with Stage.open(state / "demo", port=8000, say=said.append) as stage:
        stage.serve()
    assert said[1:] == [
        "  building the image 'probe'",
        f"{MAY_NOT_START.reason} {MAY_NOT_START.remedy} {stages.WAITING}",
        "Stopping.",
    ]


@pytest.mark.django_db
def test_stopping_half_way_is_one_sentence(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stages, "_tables", lambda: False)
    monkeypatch.setattr(stages, "first_taken", lambda ports: None)
    monkeypatch.setattr(demo, "play", stopped)
    with pytest.raises(CommandError, match="tells the story anew"):
        call_command("demo", no_serve=True)
    assert not (state / "demo" / "outcome.json").exists()


@pytest.mark.django_db
def test_serving_again_keeps_the_token_of_the_bureau(telling: Telling) -> None:
    people.tell(telling)
    first = department_token(telling.folder).read_text()
    before = AuditEvent.objects.count()
    assert department_token(telling.folder).read_text() == first
    assert AuditEvent.objects.count() == before
    ApiToken.objects.update(revoked_at=telling.clock())
    assert department_token(telling.folder).read_text() != first


@pytest.mark.django_db
def test_every_department_has_its_window(telling: Telling, client: Client) -> None:
    people.tell(telling)
    for department in telling.departments:
        for language in ("zh-hans", "en"):
            assert client.get(f"/{language}/departments/{department}/").status_code == 200


def test_who_was_killed_is_started_again_and_who_failed_is_not(tmp_path: Path) -> None:
    with Processes(tmp_path, {}) as processes:
        processes.start("killed", ["sh", "-c", f"sleep 60 & echo $! >> {tmp_path}/left.txt; sleep 60"])
        processes.start("failed", ["sh", "-c", "exit 3"])
        first = processes.children["killed"]
        left = eventually(lambda: (tmp_path / "left.txt").read_text().split())[0]
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        processes.children["failed"].wait()
        assert processes.revive() == ["killed"]
        assert processes.children["killed"].poll() is None
        with pytest.raises(RuntimeError, match="failed ended with code 3"):
            processes.check()
        assert eventually(lambda: not is_alive(left))


def is_alive(pid: str) -> bool:
    """Return whether the process does anything; one that ended and that nobody has asked for doesn't."""
    status = Path("/proc") / pid / "stat"
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}


def eventually(ask: Callable[[], Answer]) -> Answer:
    """Return the first answer that counts, within ten seconds."""
    for _again in range(200):
        with suppress(FileNotFoundError):
            if answer := ask():
                return answer
        time.sleep(0.05)
    return ask()

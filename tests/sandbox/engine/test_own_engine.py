"""Which engine is used, and that nothing but our own is ever stopped. No engine is needed here."""

import os
from pathlib import Path

import pytest

from sandbox.engine import EngineUnavailable, daemon, hosts, status
from sandbox.engine.errors import CAUSES, HOST_SILENT, MAY_NOT_START, NO_ENGINE
from sandbox.engine.state import LONGEST_SOCKET_PATH, installation


def test_a_named_engine_is_used_or_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody.sock")
    with pytest.raises(EngineUnavailable) as caught:
        hosts.choose()
    assert caught.value.cause is HOST_SILENT
    with pytest.raises(EngineUnavailable):
        daemon.ensure(tmp_path)


def test_without_an_engine_the_status_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("MINSHI_ENGINE_STATE", str(tmp_path))
    monkeypatch.setattr(hosts, "DEFAULT_HOST", f"unix://{tmp_path}/nobody.sock")
    found = status()
    assert not found.available
    assert (found.reason, found.remedy) == (NO_ENGINE.reason, NO_ENGINE.remedy)


def test_only_root_starts_an_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(EngineUnavailable) as caught:
        daemon.start(tmp_path)
    assert caught.value.cause is MAY_NOT_START


def test_a_deep_state_folder_gets_short_sockets(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 120)
    assert len(hosts.own_host(deep)) < LONGEST_SOCKET_PATH
    assert hosts.own_runtime_dir(Path("/srv/minshi")) == Path("/srv/minshi/run")


def test_stopping_spares_a_process_that_is_not_our_engine(tmp_path: Path) -> None:
    layout = daemon.Layout(tmp_path)
    assert daemon.stop(tmp_path) is False
    layout.pidfile.parent.mkdir(parents=True, exist_ok=True)
    layout.pidfile.write_text(str(os.getpid()))
    assert daemon.own_pid(layout) is None
    assert daemon.stop(tmp_path) is False
    layout.pidfile.write_text("not a number")
    assert daemon.own_pid(layout) is None


def test_installations_have_names_of_their_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MINSHI_INSTALLATION", raising=False)
    monkeypatch.setenv("MINSHI_ENGINE_STATE", str(tmp_path / "one"))
    one = installation()
    monkeypatch.setenv("MINSHI_ENGINE_STATE", str(tmp_path / "two"))
    assert installation() != one


def test_every_cause_has_a_remedy() -> None:
    assert all(cause.reason.endswith(".") and len(cause.remedy) > 10 for cause in CAUSES)

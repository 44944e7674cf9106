"""A worker is killed in the middle of a run: no container stays behind, and the run is taken up again, once."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from sandbox import intake
from sandbox.engine import connect
from sandbox.models import SandboxRun
from sandbox.runs import sweeping
from sandbox.workers.pulse import beat
from tests import factory as people_factory
from tests.sandbox import factory

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]

SECONDS = 120
INSTALLATION = "sandbox-killed"


def containers(host):
    with connect(host).client() as client:
        return client.containers(all=True, filters={"label": [f"org.minshi.installation={INSTALLATION}"]})


def until(condition):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def lent(settings, tmp_path):
    """Lends the tests' database in memory to another process as a file, and takes it back."""
    path = tmp_path / "lent.sqlite3"

    def lend():
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as file:
            connection.connection.backup(file)
        return path

    def take_back():
        with closing(sqlite3.connect(path)) as file:
            file.backup(connection.connection)

    return lend, take_back, path


def test_the_run_is_taken_up_again_once_and_nothing_stays_behind(
    engine_host, settings, monkeypatch, now, tmp_path, lent
):
    """Kills with SIGKILL, so that no clean-up code of the worker runs."""
    lend, take_back, path = lent
    settings.DOCKER_HOST = engine_host
    settings.SANDBOX_BEAT_SECONDS = 3600
    monkeypatch.setenv("MINSHI_INSTALLATION", INSTALLATION)
    connect(engine_host).ensure_images(lambda _line: None)
    version = factory.reference_version(people_factory.cast(now=now), folder=tmp_path, now=now)
    run = intake.take_in(version_pk=version.pk, worker="w1")
    assert run is not None

    lend()
    worker = start_worker(run, engine_host, database=path, state=Path(settings.MEDIA_ROOT).parent)
    until(lambda: events_in(path) > 0 or worker.poll() is not None)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert len(containers(engine_host)) >= 2, "the kill came too late to leave anything behind"
    take_back()
    run.refresh_from_db()
    assert (run.state, run.worker) == ("running", "doomed")

    SandboxRun.objects.filter(pk=run.pk).update(heartbeat_at=beat() - timedelta(hours=1))
    due = sweeping.sweep(worker="w1", now=now)
    run.refresh_from_db()
    version.refresh_from_db()
    assert (run.state, run.attempts, version.state) == ("queued", 1, "queued")
    assert due.runs == [run.pk]
    assert containers(engine_host) == []


def events_in(path):
    with closing(sqlite3.connect(path, timeout=20)) as file:
        return file.execute("SELECT count(*) FROM sandbox_runevent").fetchone()[0]


def start_worker(run, engine_host, *, database, state):
    environment = os.environ | {
        "MINSHI_DATABASE_URL": f"sqlite:///{database}",
        "MINSHI_STATE_DIR": str(state),
        "MINSHI_DOCKER_HOST": engine_host,
        "MINSHI_INSTALLATION": INSTALLATION,
    }
    command = [sys.executable, "-m", "tests.sandbox.killed_worker", str(run.pk)]
    return subprocess.Popen(command, env=environment, cwd=Path(__file__).resolve().parents[2])

"""Two worker processes, each with a Docker engine of its own: both take runs, a drained one takes none, and the run of
a killed one is taken up once by the other."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.core.files.base import File
from django.db import connection

from sandbox.engine import EngineUnavailable, build_app_archive, containers, daemon, images
from sandbox.engine.hosts import open_client
from sandbox.models import Intake, SandboxRun
from tests import factory as people_factory
from tests.sandbox import factory
from tests.sandbox.engine.conftest import APP
from tests.sandbox.small_engine import SmallEngine
from vendors.models import AppVersion

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.django_db(transaction=True)]

SECONDS = 90
INSTALLATION = "sandbox-two-engines"
HOLD_SECONDS = 1
CHECKS = [{"id": "start.healthy", "mandatory": True, "weight": 1}]
OVER = ("passed", "failed", "broken", "cancelled")


class Database:
    """The tests' database in memory, lent to the workers as a file."""

    def __init__(self, path):
        self.path = path
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as file:
            connection.connection.backup(file)

    def ask(self, sql, *parameters):
        with closing(sqlite3.connect(self.path, timeout=30)) as file, file:
            return file.execute(sql, parameters).fetchall()

    def queue(self, runs):
        for run in runs:
            self.ask("UPDATE sandbox_sandboxrun SET state = 'queued' WHERE id = ?", run.pk)

    def drain(self, worker, since):
        self.ask("UPDATE sandbox_worker SET draining_since = ? WHERE name = ?", since, worker)

    def row(self, run):
        ((state, worker, attempts),) = self.ask(
            "SELECT state, worker, attempts FROM sandbox_sandboxrun WHERE id = ?", run.pk
        )
        return state, worker, attempts


def until(condition):
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def two_engines(engine_host, monkeypatch):
    """Two engines of our own with the small images, stopped by their pids at the end."""
    monkeypatch.setenv("MINSHI_INSTALLATION", INSTALLATION)
    folder = Path(tempfile.mkdtemp(prefix="minshi-two-", dir="/tmp"))
    states = [folder / "a", folder / "b"]
    try:
        with SmallEngine(engine_host).client() as source:
            small = (images.BASE, images.INTAKE)
            images.ensure(source, lambda _line: None, small)
            for state in states:
                monkeypatch.setenv("MINSHI_INSTALLATION", f"{INSTALLATION}-{state.name}")
                with closing(open_client(daemon.start(state))) as target:
                    for image in small:
                        target.load_image(source.get_image(image.tag()))
        monkeypatch.setenv("MINSHI_INSTALLATION", INSTALLATION)
        yield [daemon.Layout(state).host for state in states]
    except EngineUnavailable as error:
        pytest.skip(f"no engine of our own can be started here: {error}")
    finally:
        stop_all(states)
        shutil.rmtree(folder, ignore_errors=True)


def stop_all(states):
    """Stop them by their pids, at once: each takes a while."""
    threads = [threading.Thread(target=daemon.stop, args=(state,)) for state in states]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def prepared(host, cast, folder, now, *, number):
    """Runs of as many vendors, taken in, and held back from the queue."""
    archive = build_app_archive({"/app.py": APP}, ["python3", "/app.py"], {}, folder / "app.tar", "tiny")
    rebuilt = folder / "rebuilt.tar"
    with archive.open("rb") as source, rebuilt.open("w+b") as target:
        image_id = SmallEngine(host).intake(source, target).image_id
    runs = []
    for _ in range(number):
        owner = people_factory.person("owner")
        vendor = people_factory.vendor(now=now, owner=owner)
        run = factory.queued_run(
            people_factory.Cast(**{**cast.__dict__, "vendor": vendor, "developer": owner}), now=now
        )
        taken = Intake.objects.get(version=run.version)
        with rebuilt.open("rb") as content:
            taken.rebuilt.save("image.tar", File(content), save=False)
        Intake.objects.filter(pk=taken.pk).update(image_id=image_id, rebuilt=taken.rebuilt.name, volumes=[])
        AppVersion.objects.filter(pk=run.version_id).update(image_digest=image_id)
        SandboxRun.objects.filter(pk=run.pk).update(plan=run.plan | {"checks": CHECKS}, state="cancelled")
        runs.append(run)
    return runs


def start_worker(name, host, database, settings):
    environment = os.environ | {
        "MINSHI_DATABASE_URL": f"sqlite:///{database.path}",
        "MINSHI_STATE_DIR": str(Path(settings.MEDIA_ROOT).parent),
        "MINSHI_SIGNING_KEY_FILE": str(settings.SIGNING_KEY_FILE),
        "MINSHI_ENGINE_STATE": str(Path(database.path).parent / name),
        "MINSHI_DOCKER_HOST": host,
        "MINSHI_INSTALLATION": INSTALLATION,
        "MINSHI_SANDBOX_ENGINE": "tests.sandbox.small_engine",
        "MINSHI_SANDBOX_RUNS_AT_ONCE": "1",
        "MINSHI_SANDBOX_BEAT_SECONDS": "1",
        "MINSHI_SANDBOX_SILENT_SECONDS": "5",
        "HOLD_SECONDS": str(HOLD_SECONDS),
    }
    command = [sys.executable, "-m", "tests.sandbox.small_worker", name]
    return subprocess.Popen(command, env=environment, cwd=Path(__file__).resolve().parents[2])


def runs_seen_by(host, since):
    """References of the runs of which the engine made containers."""
    with closing(open_client(host)) as client:
        events = client.events(since=since, until=int(time.time()) + 1, decode=True, filters={"event": "create"})
        labels = [event["Actor"]["Attributes"].get(containers.RUN_LABEL, "") for event in events]
    return {label.partition(".")[0] for label in labels}


def left_on(host):
    with closing(open_client(host)) as client:
        return client.containers(all=True)


def test_many_workers(two_engines, cast, now, settings, tmp_path):
    hosts = dict(zip("ab", two_engines, strict=True))
    runs = prepared(hosts["a"], cast, tmp_path, now, number=6)
    began = int(time.time()) - 1
    database = Database(tmp_path / "lent.sqlite3")
    workers = {name: start_worker(name, host, database, settings) for name, host in hosts.items()}
    try:
        known = "SELECT count(*) FROM sandbox_worker WHERE available AND slots = 1"
        until(lambda: database.ask(known) == [(2,)])

        both, drained, killed = runs[:3], runs[3:5], runs[5]
        database.queue(both)
        until(lambda: all(database.row(run)[0] in OVER for run in both))
        rows = [database.row(run) for run in both]
        assert {(state, attempts) for state, _, attempts in rows} == {("passed", 1)}
        assert {worker for _, worker, _ in rows} == {"a", "b"}
        for name, host in hosts.items():
            own = {str(run.reference) for run in both if database.row(run)[1] == name}
            assert runs_seen_by(host, began) & {str(run.reference) for run in both} == own

        database.drain("a", "2026-08-03 02:00:00")
        database.queue(drained)
        until(lambda: all(database.row(run)[0] in OVER for run in drained))
        assert {database.row(run) for run in drained} == {("passed", "b", 1)}

        database.drain("a", None)
        database.drain("b", "2026-08-03 02:00:00")
        database.queue([killed])
        until(lambda: database.row(killed)[:2] == ("running", "a") and len(left_on(hosts["a"])) >= 2)
        os.kill(workers["a"].pid, signal.SIGKILL)
        workers["a"].wait()
        assert len(left_on(hosts["a"])) >= 2, "the kill came too late to leave anything behind"
        database.drain("b", None)
        until(lambda: database.row(killed)[0] in OVER)
        assert database.row(killed) == ("passed", "b", 2)

        workers["a"] = start_worker("a", hosts["a"], database, settings)
        until(lambda: not left_on(hosts["a"]))
        assert left_on(hosts["b"]) == []
    finally:
        for process in workers.values():
            if process.poll() is None:
                process.terminate()
                process.wait()

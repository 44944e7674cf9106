"""One hostile image whose habit is chosen by a variable, pods for it, and the proof that nothing of them stays."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.engine import Engine, build_app_archive, containers, images, loading, pod
from sandbox.engine.results import PodOutcome
from sandbox.engine.state import INSTALLATION_LABEL, installation
from tests.sandbox.engine.conftest import PROBE, real_engine

__all__ = ["real_engine"]
APP = (Path(__file__).parent / "app.py").read_bytes()
CGROUPS = Path("/sys/fs/cgroup")
MIB = 1 << 20
MEMORY_BOUND, DISK_BOUND = 1024 * MIB, 512 * MIB
SETTLE_SECONDS = 20


@pytest.fixture(scope="session")
def hostile_image(real_engine: Engine) -> Iterator[str]:
    """The id of the hostile app's image, as intake let it through."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as rebuilt:
        files = {"/app.py": APP, "/opt/su": b"#!/usr/bin/python3\n"}
        path = build_app_archive(files, ["python3", "/app.py"], {}, Path(folder) / "a.tar", "hostile")
        with path.open("rb") as archive:
            taken = real_engine.intake(archive, rebuilt)
        rebuilt.seek(0)
        image_id = real_engine.load(rebuilt, taken.image_id)
    yield image_id
    real_engine.remove_image(image_id)


class Host:
    """What is on the machine and in the engine, as far as it could be ours."""

    def __init__(self, engine: Engine) -> None:
        with engine.client() as client:
            ours = {"label": [f"{INSTALLATION_LABEL}={installation()}"]}
            self.containers = {found["Id"] for found in client.containers(all=True, filters=ours)}
            self.images = set(loading.loaded(client))
            self.volumes = {found["Name"] for found in client.volumes()["Volumes"] or ()}
            self.disk_free = shutil.disk_usage(client.info()["DockerRootDir"]).free
        meminfo = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
        self.memory_free = int(meminfo["MemAvailable"].split()[0]) * 1024

    def is_as_good_as(self, before: "Host") -> bool:
        """Whether memory and disk are as before within the bounds."""
        return self.memory_free > before.memory_free - MEMORY_BOUND and self.disk_free > before.disk_free - DISK_BOUND


def living_parts(container_ids: set[str]) -> list[str]:
    """Control groups and processes of containers that should be gone."""
    groups = [str(path) for path in CGROUPS.glob("*/docker/*") if path.name in container_ids]
    for process in Path("/proc").iterdir():
        try:
            member_of = (process / "cgroup").read_text() if process.name.isdigit() else ""
        except OSError:
            continue  # it ended meanwhile
        groups += [process.name for container_id in container_ids if container_id in member_of]
    return groups


class Hostiles:
    """Runs the hostile app with a habit, in pods of the tests' tiny probe or of the real one."""

    def __init__(self, engine: Engine, image_id: str) -> None:
        self.engine = engine
        self.image_id = image_id
        self.messages: list[dict[str, Any]] = []
        self.made: set[str] = set()
        self.habits: dict[str, str] = {}
        self.log_tail = ""
        self._create = containers.create

    def create(self, client: Any, image_id: str, limits: Any, **more: Any) -> str:
        """Stand in for `containers.create`: tell the app its habit, and remember every container of ours."""
        if limits.role == "app" and more["run_id"] in self.habits:
            more["environment"] = more["environment"] | {"HABIT": self.habits[more["run_id"]]}
        container_id = self._create(client, image_id, limits, **more)
        self.made.add(container_id)
        return container_id

    def run(
        self,
        habit: str,
        *steps: str,
        seconds: float = 30,
        memory_mb: int = 64,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> PodOutcome:
        """One pod with the tiny probe, which follows the steps."""
        command = ("python3", "-c", PROBE + "\n".join(steps))
        job = {"plan": {}, "seed": 7_340_033}
        return self._run(habit, job, images.BASE, command, seconds, memory_mb, cancelled)

    def run_checks(self, habit: str, job: dict[str, Any], *, seconds: float = 60) -> dict[str, dict[str, Any]]:
        """One pod with the real probe; its results by check."""
        outcome = self._run(habit, job, images.PROBE, pod.PROBE_COMMAND, seconds, 64, lambda: False)
        self.log_tail = outcome.log_tail
        assert outcome.ended == "completed", (outcome.ended, outcome.detail, outcome.probe_log_tail)
        return {message["check"]: message for message in self.told("result")}

    def told(self, kind: str) -> list[dict[str, Any]]:
        """Messages of one type."""
        return [message for message in self.messages if message["type"] == kind]

    def words(self) -> list[str]:
        """What the tiny probe said."""
        return [message["summary"]["en"] for message in self.told("result")]

    def events(self) -> dict[str, dict[str, Any]]:
        """The engine's own messages by name."""
        return {message["event"]: message["data"] for message in self.told("engine")}

    def _run(
        self,
        habit: str,
        job: dict[str, Any],
        probe: images.Image,
        command: tuple[str, ...],
        seconds: float,
        memory_mb: int,
        cancelled: Callable[[], bool],
    ) -> PodOutcome:
        run_id = f"hostile-{habit}"
        self.habits[run_id] = habit
        request = pod.PodRequest(self.image_id, job, run_id, memory_mb, (), seconds, command)
        with self.engine.client() as client:
            probe_id = images.require(client, probe)
            return pod.run(client, request, probe_id, on_message=self.messages.append, cancelled=cancelled)


@pytest.fixture
def hostiles(
    real_engine: Engine, hostile_image: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Hostiles]:
    """Pods of the hostile app; after each test the host must be as before."""
    before = Host(real_engine)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    made = Hostiles(real_engine, hostile_image)
    monkeypatch.setattr(containers, "create", made.create)
    monkeypatch.setattr("sandbox.engine.app.STOP_SECONDS", 0.5)
    yield made
    deadline = time.monotonic() + SETTLE_SECONDS
    after = Host(real_engine)
    while (living_parts(made.made) or not after.is_as_good_as(before)) and time.monotonic() < deadline:
        time.sleep(0.2)
        after = Host(real_engine)
    assert made.made
    assert living_parts(made.made) == []
    assert after.containers == before.containers
    assert after.images == before.images
    assert after.volumes <= before.volumes
    assert list(scratch.iterdir()) == []
    assert after.is_as_good_as(before), (before.memory_free - after.memory_free, before.disk_free - after.disk_free)

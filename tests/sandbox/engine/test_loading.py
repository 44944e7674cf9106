"""Which id an engine must report, one load at a time, and none without room on the disk. No engine is needed here."""

import io
import threading
import time
from collections import namedtuple
from pathlib import Path
from typing import Any

import docker.errors
import pytest

from sandbox.engine import EngineUnavailable, loading, reaper
from sandbox.engine.client import Engine
from sandbox.engine.errors import DISK_FULL
from sandbox.engine.intake_container import result
from sandbox.engine.limits import INTAKE_ARCHIVE
from tests.sandbox.engine.archives import bill_of, check, docker_archive, layer

# As `GET /info` of real engines answers, cut to what tells the two stores apart.
OVERLAY2 = {
    "Driver": "overlay2",
    "DriverStatus": [["Backing Filesystem", "extfs"], ["Supports d_type", "true"], ["userxattr", "false"]],
}
CONTAINERD = {"Driver": "overlayfs", "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]]}
PODMAN = {"Driver": "overlay", "DriverStatus": None}
Usage = namedtuple("Usage", "total used free")


class FakeClient:
    """An engine's image store that names images as it is told."""

    def __init__(self, info: dict[str, Any], reports: str = "", error: str = "") -> None:
        self._info = info
        self._reports = reports
        self._error = error
        self.names: dict[str, str] = {}
        self.loading = 0
        self.most = 0
        self.store: set[str] = set()

    def info(self) -> dict[str, Any]:
        return self._info

    def load_image(self, data: Any) -> Any:
        self.loading += 1
        self.most = max(self.most, self.loading)
        time.sleep(0.05)
        if self._error:
            yield {"error": self._error}
        self.store.add(self._reports)
        yield {"stream": f"Loaded image ID: {self._reports}\n"}
        self.loading -= 1

    def inspect_image(self, name: str) -> dict[str, Any]:
        if name not in self.store:
            raise docker.errors.ImageNotFound("no such image")
        return {"Id": name, "RepoTags": list(self.names)}

    def tag(self, image_id: str, repository: str, tag: str) -> None:
        self.names[f"{repository}:{tag}"] = image_id


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("MINSHI_ENGINE_STATE", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(("info", "by_manifest"), [(OVERLAY2, False), (CONTAINERD, True), (PODMAN, False), ({}, False)])
def test_the_store_decides_which_digest_is_the_id(info: dict[str, Any], by_manifest: bool) -> None:
    client: Any = FakeClient(info)
    assert loading.uses_manifest_ids(client) is by_manifest
    archive = docker_archive([layer("a")])
    _kind, summary, _rebuilt = check(archive)
    taken = result(summary, bill_of(archive), manifest_ids=by_manifest)
    assert taken.image_id == summary["manifest_digest" if by_manifest else "config_digest"]
    assert taken.image_id != summary["config_digest" if by_manifest else "manifest_digest"]


@pytest.mark.parametrize("info", [OVERLAY2, CONTAINERD])
def test_only_the_checked_id_is_accepted(info: dict[str, Any]) -> None:
    right, wrong = "sha256:" + "a" * 64, "sha256:" + "b" * 64
    client: Any = FakeClient(info, reports=right)
    assert loading.load(client, io.BytesIO(), right) == right
    assert client.names == {loading.app_tag(right): right}
    other: Any = FakeClient(info, reports=wrong)
    with pytest.raises(EngineUnavailable, match="another image id"):
        loading.load(other, io.BytesIO(), right)
    assert other.names == {}


def test_an_engine_that_cannot_load_says_so() -> None:
    client: Any = FakeClient(OVERLAY2, error="no space left on device")
    with pytest.raises(EngineUnavailable, match="no space left"):
        loading.load(client, io.BytesIO(), "sha256:" + "a" * 64)


def test_images_are_never_named_by_tag() -> None:
    client: Any = FakeClient(OVERLAY2)
    for name in ("minshi.local/probe:latest", "busybox"):
        with pytest.raises(ValueError, match="by id"):
            loading.has(client, name)


def test_loads_wait_for_each_other() -> None:
    image_id = "sha256:" + "a" * 64
    client: Any = FakeClient(OVERLAY2, reports=image_id)
    threads = [threading.Thread(target=loading.load, args=(client, io.BytesIO(), image_id)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert client.most == 1


@pytest.mark.parametrize("work", ["intake", "load"])
def test_nothing_is_taken_in_or_loaded_without_three_times_the_room(
    monkeypatch: pytest.MonkeyPatch, work: str, state: Path
) -> None:
    asked: list[Path] = []
    room = 3 * INTAKE_ARCHIVE.archive_bytes

    def usage(folder: Path) -> Usage:
        asked.append(folder)
        return Usage(room, 0, room - 1)

    monkeypatch.setattr("sandbox.engine.client.shutil.disk_usage", usage)
    engine = Engine("unix:///nowhere.sock")
    arguments = (io.BytesIO(), io.BytesIO()) if work == "intake" else (io.BytesIO(), "sha256:x")
    with pytest.raises(EngineUnavailable) as caught:
        getattr(engine, work)(*arguments)
    assert caught.value.cause is DISK_FULL
    assert asked == [state]
    monkeypatch.setattr("sandbox.engine.client.shutil.disk_usage", lambda _folder: Usage(room, 0, room))
    with pytest.raises(EngineUnavailable) as caught:
        getattr(engine, work)(*arguments)
    assert caught.value.cause is not DISK_FULL


@pytest.mark.parametrize(
    ("role", "age", "run", "dead"),
    [
        ("app", 0, "alive", False),
        ("app", 0, "gone", True),
        ("probe", 10_000, "alive", False),
        ("intake", 10, "gone", False),
        ("self-test", 10, "gone", False),
        ("intake", 10_000, "gone", True),
        ("browser", 0, None, True),
    ],
)
def test_whom_the_reaper_takes(monkeypatch: pytest.MonkeyPatch, role: str, age: int, run: str, dead: bool) -> None:
    removed: list[str] = []
    labels = {"org.minshi.role": role} | ({"org.minshi.run": run} if run else {})

    class Containers:
        def containers(self, **_: Any) -> list[dict[str, Any]]:
            return [{"Id": "x", "Labels": labels, "Created": time.time() - age}]

        def remove_container(self, container_id: str, **_: Any) -> None:
            removed.append(container_id)

    client: Any = Containers()
    assert reaper.reap(client, {"alive"}) == int(dead)
    assert removed == ["x"] * int(dead)

"""The engine as the rest of the platform sees it: one object whose methods hide every Docker type."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import docker.errors
import requests.exceptions
from docker.api.client import APIClient

from . import hosts, images, intake_container, loading, pod, reaper, selftest
from .errors import DISK_FULL, ENGINE_ERROR, WRONG_PLATFORM, EngineUnavailable
from .limits import INTAKE_ARCHIVE
from .results import EngineStatus, IntakeResult, PodOutcome, SelfTestReport
from .state import state_dir

FREE_DISK_TIMES = 3


def connect(host: str | None = None) -> Engine:
    """An engine that answers: `host`, else DOCKER_HOST, else the default socket's, else our own if it runs.

    Raises EngineUnavailable. Starts nothing; `daemon.ensure()` does.
    """
    chosen = hosts.choose(host)
    engine = Engine(chosen)
    with engine.client() as client:
        version = client.version()
    if (version.get("Os"), version.get("Arch")) != ("linux", "amd64"):
        raise EngineUnavailable(WRONG_PLATFORM, f"{version.get('Os')}/{version.get('Arch')}")
    engine.version = str(version.get("Version", ""))
    return engine


def status(host: str | None = None) -> EngineStatus:
    """Whether sandbox work can be done now, and if not why; never raises for a missing engine."""
    try:
        engine = connect(host)
        with engine.client() as client:
            for image in (images.INTAKE, images.PROBE):
                images.require(client, image)
    except EngineUnavailable as error:
        return EngineStatus(available=False, reason=error.reason, remedy=error.remedy, version="", detail=error.detail)
    return EngineStatus(available=True, reason="", remedy="", version=engine.version, host=engine.host)


class Engine:
    """One reachable engine; safe to use from several threads, each call opens its own client."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.version = ""

    @contextmanager
    def client(self) -> Iterator[APIClient]:
        """A client for one call; the engine's own failures become EngineUnavailable."""
        try:
            client = hosts.open_client(self.host)
            try:
                yield client
            finally:
                client.close()
        except (docker.errors.DockerException, requests.exceptions.RequestException) as error:
            raise EngineUnavailable(ENGINE_ERROR, str(error)[:2000]) from error

    def ensure_images(self, progress: Callable[[str], None] = lambda _line: None) -> None:
        """Build the images that are absent or out of date; `progress` gets one line per step."""
        with self.client() as client:
            images.ensure(client, progress)

    def self_test(self) -> SelfTestReport:
        """Try the forbidden things from inside; needs the base image. Refuse work unless `passed`."""
        with self.client() as client:
            return selftest.run(client)

    def intake(self, archive: BinaryIO, rebuilt: BinaryIO) -> IntakeResult:
        """Check a seekable `archive` in a container of its own and write a new one with one image to `rebuilt`.

        Raises IntakeRefused (the vendor's to mend) or EngineUnavailable (ours).
        """
        _require_free_disk()
        with self.client() as client:
            return intake_container.run(client, archive, rebuilt)

    def load(self, rebuilt: BinaryIO, expected_image_id: str) -> str:
        """Load an archive that intake wrote; the engine must report exactly the expected id."""
        _require_free_disk()
        with self.client() as client:
            return loading.load(client, rebuilt, expected_image_id)

    def has_image(self, image_id: str) -> bool:
        """Whether the engine has an image of this id."""
        with self.client() as client:
            return loading.has(client, image_id)

    def remove_image(self, image_id: str) -> None:
        """Remove an app's image; nothing happens if it is gone or in use."""
        with self.client() as client:
            loading.remove(client, image_id)

    def run_pod(
        self,
        image_id: str,
        job: Mapping[str, Any],
        *,
        run_id: str,
        memory_mb: int,
        volumes: Sequence[str] = (),
        on_message: Callable[[dict[str, Any]], None],
        wall_clock_seconds: float,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> PodOutcome:
        """Run one pod to its end; `on_message` and `cancelled` are called from this thread only.

        Raises EngineUnavailable; whatever happens, nothing of the pod is left.
        """
        request = pod.PodRequest(image_id, job, run_id, memory_mb, tuple(volumes), wall_clock_seconds)
        with self.client() as client:
            probe_image_id = images.require(client, images.PROBE)
            return pod.run(client, request, probe_image_id, on_message=on_message, cancelled=cancelled)

    def reap(self, alive_run_ids: Collection[str], *, keep_images: Collection[str] | None = None) -> int:
        """Remove containers of this installation whose run isn't alive; returns how many things were removed.

        With `keep_images`, app images that intake loaded and that are not among them are removed too.
        """
        with self.client() as client:
            return reaper.reap(client, alive_run_ids, keep_images=keep_images)


def _require_free_disk() -> None:
    folder: Path = state_dir()
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < FREE_DISK_TIMES * INTAKE_ARCHIVE.archive_bytes:
        raise EngineUnavailable(DISK_FULL)

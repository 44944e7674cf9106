"""How long intake takes for an 85 MB image and how much memory its container needs: medians through the real engine.

Usage: python -m tests.benchmarks.sandbox_intake [rounds]
The image is the same every time: five layers, three quarters of them incompressible, the rest text, in 3,000 files,
with the package databases that an SBOM is read from. The headline is the archive as `docker save` writes it; beside
it stands the same image with gzip layers, as newer builders write it.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docker.api.client import APIClient

from sandbox.engine import Engine, connect, containers, images
from sandbox.engine.limits import INTAKE, MIB
from sandbox.engine.memory import MemoryMeter
from sandbox.engine.state import INSTALLATION_LABEL, installation
from tests.sandbox.engine.archives import docker_archive, file, tar

ROUNDS = 5
LAYERS, FILES_PER_LAYER, FILE_BYTES = 5, 600, 28_000
PAGE = "民市 a line of ordinary text that compresses well\n".encode() * (FILE_BYTES // 50)


def layers() -> list[bytes]:
    """The layers, uncompressed; the same bytes each time."""
    noise = random.Random(85)
    return [
        tar(
            *(
                file(f"srv/{number}/{each}.bin", noise.randbytes(FILE_BYTES) if each % 4 else PAGE, mode=0o644)
                for each in range(FILES_PER_LAYER)
            )
        )
        for number in range(LAYERS)
    ]


@contextmanager
def metered(client: APIClient, peaks: list[int]) -> Iterator[None]:
    """Add the peak memory of the intake container that runs meanwhile, from its cgroup, to `peaks`."""
    over = threading.Event()
    ours = [f"{INSTALLATION_LABEL}={installation()}", f"{containers.ROLE_LABEL}={INTAKE.role}"]

    def watch() -> None:
        meters: dict[str, MemoryMeter] = {}
        while not over.is_set():
            for found in client.containers(filters={"label": ours}):
                meters.setdefault(found["Id"], MemoryMeter(client, found["Id"])).read()
            over.wait(0.02)
        peaks.append(max((meter.peak_bytes for meter in meters.values()), default=0))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def measure(engine: Engine, client: APIClient, archive: bytes) -> tuple[float, float]:
    """(seconds, MiB) of one intake from the first byte to the last."""
    peaks: list[int] = []
    with tempfile.TemporaryFile() as rebuilt, metered(client, peaks):
        began = time.monotonic()
        engine.intake(io.BytesIO(archive), rebuilt)
        seconds = time.monotonic() - began
    return seconds, peaks[0] / MIB


def figures(rounds: int = ROUNDS) -> dict[str, Any]:
    """The figures of the issue and the medians behind them."""
    engine = connect()
    contents = layers()
    plain = docker_archive(contents)
    packed = docker_archive(contents, stored=[gzip.compress(content, 6, mtime=0) for content in contents])
    medians: dict[str, float] = {
        "archive_mb": round(len(plain) / 1e6, 1),
        "gzip_archive_mb": round(len(packed) / 1e6, 1),
    }
    with engine.client() as client:
        images.ensure(client, print, (images.BASE, images.INTAKE))
        for name, archive in (("intake", plain), ("gzip_intake", packed)):
            rows = [measure(engine, client, archive) for _round in range(rounds)]
            medians[f"{name}_seconds"] = round(statistics.median(seconds for seconds, _mib in rows), 3)
            medians[f"{name}_mb"] = round(statistics.median(mib for _seconds, mib in rows), 1)
    return {"figures": {key: medians[key] for key in ("intake_seconds", "intake_mb")}, "medians": medians}


if __name__ == "__main__":
    print(json.dumps(figures(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS), indent=1))

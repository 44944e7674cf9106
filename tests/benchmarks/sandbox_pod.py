"""Prints what the pod costs: create to first answer, against a bare container of the same image, medians of one run.

Usage: python -m tests.benchmarks.sandbox_pod [rounds]
The bare container has the engine's defaults except for the network (none, as in the pod) and asks itself; the pod has
all limits, the real probe's container first, and the app's joined to it; it is cancelled once the probe has told that
the app answers. Rounds alternate, so that both meet the same noise.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from docker.api.client import APIClient

from sandbox.engine import Engine, build_app_archive, connect, containers, images, pod
from tests.sandbox.probe.bench import job

ROUNDS = 15
REFERENCE = Path(__file__).parents[2] / "sandbox" / "reference"
BARE = """
import os, subprocess, time, urllib.request
app = subprocess.Popen(COMMAND)
while True:
    try:
        urllib.request.urlopen("http://127.0.0.1:8080/healthz").read()
        break
    except OSError:
        time.sleep(0.02)
print("answered", flush=True)
app.kill()
"""


def reference_image(engine: Engine) -> tuple[str, list[str]]:
    """The reference app, taken in and loaded; its id and command."""
    recipe = json.loads((REFERENCE / "IMAGE.json").read_text())
    files = {
        f"{recipe['workdir']}/reference/{path.relative_to(REFERENCE).as_posix()}": path.read_bytes()
        for path in sorted(REFERENCE.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as rebuilt:
        out = build_app_archive(files, recipe["command"], recipe["variants"]["good"], Path(folder) / "app.tar", "bench")
        with out.open("rb") as archive:
            taken = engine.intake(archive, rebuilt)
        rebuilt.seek(0)
        return engine.load(rebuilt, taken.image_id), recipe["command"]


def bare_seconds(client: APIClient, image_id: str, command: list[str]) -> float:
    """One bare container from create to its first answer."""
    program = BARE.replace("COMMAND", repr(command))
    began = time.monotonic()
    environment = {"PORT": "8080", "GATEWAY_URL": "http://127.0.0.1:9000"}
    host_config = client.create_host_config(network_mode="none")
    made = client.create_container(
        image_id, ["python3", "-c", program], environment=environment, host_config=host_config
    )
    attachment = containers.attach(client, made["Id"])
    try:
        client.start(made["Id"])
        for _stream, data in attachment.chunks():
            if b"answered" in data:
                return time.monotonic() - began
        raise SystemExit("the bare container ended without an answer")
    finally:
        attachment.close()
        containers.remove(client, made["Id"])


def pod_seconds(client: APIClient, image_id: str, probe_image_id: str) -> tuple[float, float]:
    """One pod from create to its app's first answer, and the seconds that tearing it down took."""
    request = pod.PodRequest(image_id, job(groups={"start"}), "benchmark", 256, (), 60)
    told: list[str] = []
    began = time.monotonic()
    outcome = pod.run(
        client,
        request,
        probe_image_id,
        on_message=lambda message: told.append(message.get("state", "")),
        cancelled=lambda: "done" in told,
    )
    if outcome.seconds_to_first_answer is None:
        raise SystemExit(f"the pod gave no answer: {outcome}")
    return outcome.seconds_to_first_answer, time.monotonic() - began - outcome.seconds


def main(rounds: int) -> None:
    """Measure and print."""
    engine = connect()
    with engine.client() as client:
        images.ensure(client, print)
        probe = images.require(client, images.PROBE)
        image_id, command = reference_image(engine)
        bare, pods, ends = [], [], []
        for _round in range(rounds):
            bare.append(bare_seconds(client, image_id, command))
            first_answer, teardown = pod_seconds(client, image_id, probe)
            pods.append(first_answer)
            ends.append(teardown)
    engine.remove_image(image_id)
    bare_median, pod_median = statistics.median(bare), statistics.median(pods)
    print(f"bare container to first answer  {bare_median:.3f} s  ({min(bare):.3f} to {max(bare):.3f})")
    print(f"pod to first answer             {pod_median:.3f} s  ({min(pods):.3f} to {max(pods):.3f})")
    print(f"pod teardown                    {statistics.median(ends):.3f} s")
    print(f"ratio of medians                {pod_median / bare_median:.2f}  ({rounds} rounds each)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)

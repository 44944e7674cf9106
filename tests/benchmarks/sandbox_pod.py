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
import time
from typing import Any

from docker.api.client import APIClient

from sandbox.engine import connect, containers, images, pod
from sandbox.reference_image import SOURCE, build_reference
from tests.sandbox.probe.bench import job

ROUNDS = 15
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


def figures(rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure both, in turn."""
    engine = connect()
    with engine.client() as client:
        images.ensure(client, print)
        probe = images.require(client, images.PROBE)
        image_id, _volumes = build_reference(engine, APP_VARIANT="good")
        command = json.loads((SOURCE / "IMAGE.json").read_text())["command"]
        bare, pods, ends = [], [], []
        for _round in range(rounds):
            bare.append(bare_seconds(client, image_id, command))
            first_answer, teardown = pod_seconds(client, image_id, probe)
            pods.append(first_answer)
            ends.append(teardown)
    engine.remove_image(image_id)
    bare_median, pod_median = statistics.median(bare), statistics.median(pods)
    return {
        "figures": {"pod_ratio": round(pod_median / bare_median, 2)},
        "medians": {
            "rounds": rounds,
            "bare_seconds": [round(each, 3) for each in (min(bare), bare_median, max(bare))],
            "pod_seconds": [round(each, 3) for each in (min(pods), pod_median, max(pods))],
            "teardown_seconds": round(statistics.median(ends), 3),
        },
    }


if __name__ == "__main__":
    print(figures(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))

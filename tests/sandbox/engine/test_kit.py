"""The test kit against a real container: started with the sandbox's limits, stopped and started by checks, removed."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.engine import Engine
from sandbox.reference_image import build_reference
from tests.sandbox.probe.bench import free_port
from tests.sandbox.test_kit import run_kit, unpacked

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.enable_socket]


@pytest.fixture
def reference(real_engine: Engine) -> Iterator[str]:
    image, _volumes = build_reference(real_engine)
    yield image
    real_engine.remove_image(image)


def test_an_image_is_checked_and_no_container_is_left(
    reference: str, real_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", real_engine.host)
    ports = ["--port", str(free_port()), "--gateway-port", str(free_port())]
    told = run_kit(unpacked(tmp_path), "--image", reference, *ports, "--only", "start,conduct,load.memory")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "✓ start.healthy" in told.stdout
    for check in ("start.stops", "conduct.writes_in_tmp", "conduct.processes", "load.memory"):
        assert f"✓ {check} " in told.stdout
    assert "not checked here" not in told.stdout
    question = ["docker", "ps", "--all", "--quiet", "--filter", f"ancestor={reference}"]
    assert not subprocess.run(question, capture_output=True, text=True, check=True).stdout.strip()

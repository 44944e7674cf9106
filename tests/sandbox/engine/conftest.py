"""A real engine with the small images, and tiny apps and probes to put into pods."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.engine import Engine, build_app_archive, connect, containers, images, pod
from sandbox.engine.results import PodOutcome
from sandbox.engine.state import INSTALLATION_LABEL, installation

APP = (Path(__file__).parent / "tiny_app.py").read_bytes()
PROBE = (Path(__file__).parent / "tiny_probe.py").read_text()


@pytest.fixture(scope="session")
def real_engine(engine_host: str) -> Engine:
    """The engine, with the base and intake images built; no browser."""
    engine = connect(engine_host)
    with engine.client() as client:
        images.ensure(client, lambda _line: None, (images.BASE, images.INTAKE))
    return engine


@pytest.fixture(scope="session")
def tiny_app(real_engine: Engine) -> Iterator[str]:
    """The id of a small app's image, taken in and loaded; what it does follows from the path that is asked for."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as rebuilt:
        path = build_app_archive({"/app.py": APP}, ["python3", "/app.py"], {}, Path(folder) / "a.tar", "tiny")
        with path.open("rb") as archive:
            taken = real_engine.intake(archive, rebuilt)
        rebuilt.seek(0)
        image_id = real_engine.load(rebuilt, taken.image_id)
    yield image_id
    real_engine.remove_image(image_id)


class Pods:
    """Runs pods with a probe whose steps are given as lines of Python."""

    def __init__(self, engine: Engine, image_id: str) -> None:
        self._engine = engine
        self.image_id = image_id
        self.messages: list[dict] = []

    def run(
        self,
        *steps: str,
        seconds: float = 60,
        run_id: str = "test-run",
        memory_mb: int = 64,
        volumes: tuple[str, ...] = (),
        browser: str = "",
        cancelled: Callable[[], bool] = lambda: False,
    ) -> PodOutcome:
        """One pod from begin to end."""
        request = pod.PodRequest(
            self.image_id,
            {"plan": {}, "seed": 7},
            run_id,
            memory_mb,
            volumes,
            seconds,
            ("python3", "-c", PROBE + "\n".join(steps)),
            ("python3", "-c", browser),
        )
        with self._engine.client() as client:
            base = images.require(client, images.BASE)
            return pod.run(client, request, base, on_message=self.messages.append, cancelled=cancelled)

    def told(self, kind: str) -> list[dict]:
        """Messages of one type."""
        return [message for message in self.messages if message["type"] == kind]

    def events(self) -> list[str]:
        """Names of the engine's own messages."""
        return [message["event"] for message in self.told("engine")]

    def left(self, run_id: str = "test-run") -> int:
        """How many containers of a run exist."""
        with self._engine.client() as client:
            labels = [f"{containers.RUN_LABEL}={run_id}", f"{INSTALLATION_LABEL}={installation()}"]
            return len(client.containers(all=True, filters={"label": labels}))


@pytest.fixture
def pods(real_engine: Engine, tiny_app: str) -> Iterator[Pods]:
    """Pods of the tiny app; after each test nothing of them may be left."""
    made = Pods(real_engine, tiny_app)
    yield made
    assert made.left() == 0

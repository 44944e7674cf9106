"""Where the story is played: its folder, lock, clock, processes and remembered outcome."""

import fcntl
import json
import os
import shutil
import signal
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections

from marketplace.demo import clock as demo_clock
from marketplace.demo.hosting import host_ports, start_hosts
from marketplace.demo.processes import Processes, first_taken, start_web, start_workers
from sandbox import engine
from sandbox.engine import EngineUnavailable, daemon

WAITING = "Until then uploads wait in the queue."


class AlreadyRunning(Exception):
    """Another demo, or another program, has what this one needs."""


@dataclass
class Stage:
    """The folder of one demo and what runs beside it."""

    folder: Path
    port: int
    say: Callable[[str], None]
    clock: demo_clock.SharedClock
    processes: Processes
    farewell: ExitStack
    """What else is to be stopped, after the processes."""

    @classmethod
    @contextmanager
    def open(cls, folder: Path, *, port: int, say: Callable[[str], None]) -> Iterator["Stage"]:
        """Hold the folder's lock; end every process on the way out. Raises AlreadyRunning."""
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyRunning(
                    "Another demo is running in this checkout. "
                    "Use it at the address it printed, or stop it first (Ctrl-C)."
                ) from None
            signal.signal(signal.SIGTERM, _interrupt)
            clock_file = folder / "clock"
            environment = {"MINSHI_DEMO_CLOCK": str(clock_file), "MINSHI_SECOND_FACTOR_REQUIRED": "no"}
            with ExitStack() as farewell, Processes(folder / "logs", environment) as processes:
                yield cls(folder, port, say, demo_clock.install(clock_file), processes, farewell)

    def require_ports(self, *, serving: bool) -> None:
        """Raise AlreadyRunning when somebody listens where the story, or what it serves afterwards, will."""
        taken = first_taken([self.port, *(host_ports() if serving else [])])
        if taken is not None:
            raise AlreadyRunning(
                f"Something listens on port {taken} of this machine already, perhaps a demo of another checkout. "
                "Stop it first" + (", or choose another port with --port." if taken == self.port else ".")
            )

    @property
    def address(self) -> str:
        """Host and port of the web server."""
        return f"127.0.0.1:{self.port}"

    def outcome(self) -> dict[str, Any] | None:
        """Return what a finished story left, None when it has yet to be played."""
        path = self.folder / "outcome.json"
        return json.loads(path.read_text()) if path.exists() else None

    def finish(self, outcome: dict[str, Any]) -> None:
        """Remember the outcome; from now on a demo only serves."""
        self.clock.stop()
        draft = self.folder / "outcome.draft"
        draft.write_text(json.dumps(outcome, ensure_ascii=False, indent=1))
        draft.replace(self.folder / "outcome.json")

    def clear_unfinished(self) -> None:
        """Set aside what a killed demo left half told; a database that isn't the demo's is never touched."""
        begun = self.folder / "begun"
        if begun.exists():
            self.say("A demo was stopped half way; its unfinished story is set aside and told anew.")
            self._set_aside()
        elif _tables():
            raise AlreadyRunning(
                "The database already holds a platform that the demo didn't make. "
                "Set MINSHI_STATE_DIR to an empty folder to play the demo beside it."
            )
        self.clock.stop()
        begun.write_text(str(os.getpid()))

    def _set_aside(self) -> None:
        connections.close_all()
        state = Path(settings.STATE_DIR)
        attic = state / "unfinished" / time.strftime("%Y%m%d-%H%M%S")
        attic.mkdir(parents=True)
        for name in (
            "minshi.sqlite3",
            "minshi.sqlite3-wal",
            "minshi.sqlite3-shm",
            "queue",
            "media",
            "facts",
            "beat-schedule",
        ):
            if (state / name).exists():
                shutil.move(state / name, attic / name)
        (state / "queue").mkdir(exist_ok=True)

    def start_platform(self) -> None:
        """Start the workers and the web server."""
        start_workers(self.processes)
        start_web(self.processes, address=self.address)

    def ensure_engine(self) -> None:
        """Make sure an engine answers; raise EngineUnavailable where none may be started."""
        folder = Path(settings.STATE_DIR) / "engine"
        was_running = daemon.own_pid(daemon.Layout(folder)) is not None
        host = daemon.ensure(folder)
        if not was_running and daemon.own_pid(daemon.Layout(folder)) is not None:
            self.farewell.callback(daemon.stop, folder)
        os.environ["MINSHI_DOCKER_HOST"] = settings.DOCKER_HOST = host

    def prepare_sandbox(self) -> None:
        """Make sure of an engine and of the sandbox's images, with progress; raise EngineUnavailable without them."""
        self.say("Prove: preparing the sandbox's images (about two minutes the first time)")
        self.ensure_engine()
        engine.connect(settings.DOCKER_HOST).ensure_images(lambda line: self.say(f"  {line}"))

    def send_events(self, events: list[dict[str, Any]], token: str) -> list[dict[str, Any]]:
        """Post a batch of CloudEvents to the web server, as a department's system does; return the answers."""
        request = urllib.request.Request(  # noqa: S310 (loopback)
            f"http://{self.address}/api/v1/events",
            data=json.dumps(events).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/cloudevents-batch+json"},
        )
        with urllib.request.urlopen(request, timeout=120) as response:  # noqa: S310 (loopback)
            return json.load(response)

    def serve(self) -> None:
        """Serve platform, apps and gateway until Ctrl-C; without an engine what is uploaded waits in the queue."""
        self.clock.stop()
        try:
            self.ensure_engine()
        except EngineUnavailable as error:
            self.say(f"{error} {WAITING}")
        self.start_platform()
        start_hosts(self.processes, folder=self.folder, platform=f"http://{self.address}")
        self.say(f"Serving at http://{self.address} - stop with Ctrl-C.")
        try:
            self._renew_images()
            while True:
                time.sleep(1)
                for name in self.processes.revive():
                    self.say(f"  {name} was killed; it is started again.")
                self.processes.check()
        except KeyboardInterrupt:
            self.say("Stopping.")

    def _renew_images(self) -> None:
        """Build the images that are absent since this checkout was updated or its engine cleared; usually none."""
        try:
            engine.connect(settings.DOCKER_HOST).ensure_images(lambda line: self.say(f"  {line}"))
        except EngineUnavailable as error:
            self.say(f"{error} {WAITING}")


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _tables() -> bool:
    return bool(connection.introspection.table_names())

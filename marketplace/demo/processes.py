"""The processes that stand beside the story: workers, web server, the vendors' hosts, the department's gateway."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from django.conf import settings

STOP_SECONDS = 10
LISTEN_SECONDS = 120


@dataclass
class Processes:
    """Child processes that end with the demo; only those started here are ever stopped."""

    folder: Path
    environment: Mapping[str, str]
    children: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    orders: dict[str, tuple[Sequence[str], Mapping[str, str]]] = field(default_factory=dict)
    """What each child was started with."""

    def __enter__(self) -> "Processes":
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for name in reversed(list(self.children)):
            self.stop(name)

    def start(self, name: str, command: Sequence[str], **environment: str) -> None:
        """Start a child whose output goes to `<name>.log` in the demo's folder."""
        self.orders[name] = command, environment
        with (self.folder / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(  # noqa: S603 (our own commands)
                command,
                cwd=settings.ROOT,
                env={**os.environ, **self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, name: str) -> None:
        """Stop a child and its group, gently first."""
        child = self.children.pop(name, None)
        if child is None or child.poll() is not None:
            return
        os.killpg(child.pid, signal.SIGTERM)
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()

    def revive(self) -> list[str]:
        """Start the children anew that somebody killed, and return their names; what they left behind ends first."""
        killed = [name for name, child in self.children.items() if (child.poll() or 0) < 0]
        for name in killed:
            with suppress(ProcessLookupError):
                os.killpg(self.children[name].pid, signal.SIGKILL)
            command, environment = self.orders[name]
            self.start(name, command, **environment)
        return killed

    def check(self) -> None:
        """Raise RuntimeError when a child has ended by itself, with the end of its log."""
        for name, child in self.children.items():
            if child.poll() is not None:
                tail = (self.folder / f"{name}.log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"{name} ended with code {child.returncode}:\n{tail}")

    def wait_for(self, url: str) -> None:
        """Wait until a child answers at the address with anything below 500."""
        deadline = time.monotonic() + LISTEN_SECONDS
        while time.monotonic() < deadline:
            self.check()
            try:
                with urllib.request.urlopen(url, timeout=2):  # noqa: S310 (loopback)
                    return
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"Nothing answers at {url}; see the logs in {self.folder}.")


def first_taken(ports: Iterable[int]) -> int | None:
    """Return the first of the ports on loopback on which somebody listens already."""
    for port in ports:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                return port
    return None


def start_workers(processes: Processes) -> None:
    """Start the two workers of the embedded set-up: everyday tasks with beat, and the sandbox."""
    demo_worker = [sys.executable, "manage.py", "demo", "--worker"]
    processes.start("worker", [*demo_worker, "default,settlement"])
    processes.start("sandbox-worker", [*demo_worker, "sandbox"])


def start_web(processes: Processes, *, address: str) -> None:
    """Start the web server at `host:port` and wait until it answers."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    gunicorn = [sys.executable, "-m", "gunicorn", "--bind", address, "--threads", "8", "--no-control-socket"]
    processes.start("web", [*gunicorn, "--worker-class", "gthread", "marketplace.demo.wsgi:application"])
    processes.wait_for(f"http://{address}/health")

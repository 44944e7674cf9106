"""An engine of our own (dockerd) where none answers and we may start one: own socket, data, lock and pid."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from . import hosts
from .errors import DID_NOT_START, MAY_NOT_START, NO_ENGINE, EngineUnavailable
from .state import installation, locked, state_dir

START_SECONDS = 60
STOP_SECONDS = 30
LOG_TAIL_CHARACTERS = 2000

# Engines that this process started, by pid file: they may outlive it, and it is the one to hear of their end
_children: dict[Path, subprocess.Popen[bytes]] = {}


@dataclass(frozen=True)
class Layout:
    """Files of our own engine; everything hangs below one state folder (sockets below /run if that is too deep)."""

    state: Path

    @property
    def runtime(self) -> Path:
        """Folder of sockets and the pid file."""
        return hosts.own_runtime_dir(self.state)

    @property
    def host(self) -> str:
        """Address for clients."""
        return hosts.own_host(self.state)

    @property
    def pidfile(self) -> Path:
        """Written and removed by dockerd itself."""
        return self.runtime / "dockerd.pid"

    @property
    def data(self) -> Path:
        """Images and containers."""
        return self.state / "data"

    @property
    def log(self) -> Path:
        """What dockerd prints."""
        return self.state / "dockerd.log"


def ensure(state: Path | None = None) -> str:
    """The address of an engine that answers, starting our own if need be; raises EngineUnavailable."""
    try:
        return hosts.choose()
    except EngineUnavailable:
        if os.environ.get("DOCKER_HOST"):
            raise
    return start(state)


def start(state: Path | None = None) -> str:
    """Start our own engine, or find it running; returns its address. Safe to call from two processes at once."""
    layout = Layout((state or state_dir()).absolute())
    if os.geteuid() != 0:
        raise EngineUnavailable(MAY_NOT_START)
    dockerd = shutil.which("dockerd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if dockerd is None:
        raise EngineUnavailable(NO_ENGINE)
    with locked(layout.state / "start.lock"):
        if hosts.silence(layout.host) is None:
            return layout.host
        _launch(dockerd, layout)
    return layout.host


def stop(state: Path | None = None) -> bool:
    """Stop our own engine by its pid; False if it was not running. Never touches any other engine."""
    layout = Layout((state or state_dir()).absolute())
    with locked(layout.state / "start.lock"):
        pid = own_pid(layout)
        if pid is None:
            return False
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while own_pid(layout) is not None and time.monotonic() < deadline:
            time.sleep(0.1)
        if own_pid(layout) is not None:
            return False
        if child := _children.pop(layout.pidfile, None):
            child.wait()
        return True


def own_pid(layout: Layout) -> int | None:
    """The pid of our engine, None unless that process really is a dockerd on our data folder."""
    try:
        pid = int(layout.pidfile.read_text())
        stat = Path(f"/proc/{pid}/stat").read_text()
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    ended = stat.rpartition(")")[2].split()[0] == "Z"
    ours = Path(os.fsdecode(words[0])).name == "dockerd" and os.fsencode(layout.data) in words
    return pid if ours and not ended else None


def _launch(dockerd: str, layout: Layout) -> None:
    for folder in (layout.state, layout.runtime):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    configuration = layout.state / "dockerd.json"
    configuration.write_text(json.dumps({}))
    command = [
        dockerd,
        *("--config-file", str(configuration)),
        *("--data-root", str(layout.data)),
        *("--exec-root", str(layout.runtime / "exec")),
        *("--pidfile", str(layout.pidfile)),
        *("--host", layout.host),
        *("--containerd-namespace", f"minshi-{installation(layout.state)}"),
        *("--containerd-plugins-namespace", f"minshi-plugins-{installation(layout.state)}"),
        *("--bridge", "none", "--iptables=false", "--ip6tables=false", "--ip-masq=false", "--userland-proxy=false"),
        *("--log-level", "warn"),
    ]
    with layout.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 (every word is ours)
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if hosts.silence(layout.host) is None:
            _children[layout.pidfile] = process
            return
        time.sleep(0.1)
    if process.poll() is None:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
    raise EngineUnavailable(DID_NOT_START, layout.log.read_text(errors="replace")[-LOG_TAIL_CHARACTERS:])

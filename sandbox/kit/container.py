"""An app's container on this machine, through the Docker command line, with the sandbox's limits."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from sandbox.probe.context import NeedsPodError

LOG_LINES = 40
LOG_CHARACTERS = 16 * 1024
UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "kB": 10**3, "MB": 10**6, "GB": 10**9}
MOUNT_POINTS = ("/tmp", "/dev", "/proc", "/sys", "/etc", "/run")  # noqa: S108 -- inside the container
INSIDE_PORT = 8080
POLL_SECONDS = 0.05
TMP = "/tmp"  # noqa: S108 -- inside the container
TMPFS = "rw,noexec,nosuid,nodev,size={size}m,mode=1777"


class CannotStart(Exception):
    """The container can't be had; the text says why, in the words of Docker or ours."""


class ContainerApp:
    """One container of a local image; `image_id` is known once it was started.

    On Linux it shares this machine's network, because nothing else leads to its loopback addresses on every engine; on
    other systems Docker Desktop publishes its port and leads it back to the departments. The sandbox itself gives an
    app no network at all.
    """

    def __init__(self, image: str, *, port: int, gateway_port: int, limits: Mapping[str, Any]) -> None:
        self._image = image
        self._port = port
        self._gateway_port = gateway_port
        self._limits = limits
        self._name = ""
        self.image_id = ""

    def start(self) -> None:
        """Start it for the first time. CannotStart."""
        if shutil.which("docker") is None:
            raise CannotStart("docker")
        found = json.loads(self._docker("image", "inspect", self._image))[0]
        self.image_id = str(found["Id"])
        volumes = list((found.get("Config") or {}).get("Volumes") or {})
        self._name = self._docker("run", *self.arguments(volumes, sys.platform), self.image_id).strip()

    def arguments(self, volumes: list[str], platform: str) -> list[str]:
        """Return the options of `docker run` on a platform, for an image that declares these volumes."""
        app = next(each for each in self._limits["containers"] if each["role"] == "app")
        memory = f"{self._limits.get('memory_mb', app['memory_mb'])}m"
        options = [
            "--detach",
            "--read-only",
            "--cap-drop",
            "ALL",
            "--security-opt",
            "no-new-privileges",
            "--no-healthcheck",
        ]
        options += ["--user", app["user"], "--pids-limit", str(app["processes"]), "--cpus", f"{app['cpus']:g}"]
        options += ["--memory", memory, "--memory-swap", memory, "--ipc", "none", "--ulimit", "core=0:0"]
        options += ["--ulimit", f"nofile={app['open_files']}:{app['open_files']}"]
        options += ["--tmpfs", f"{TMP}:{TMPFS.format(size=app['tmp_mb'])}"]
        for path in volumes:
            options += ["--tmpfs", f"{path}:{TMPFS.format(size=self._limits['volume_mb'])}"]
        return options + self._network(platform)

    def want(self, what: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a check asks of the engine. NeedsPodError for what only the sandbox can do."""
        if what == "app_signal_term":
            return self._stop(float(arguments.get("seconds", 10)))
        if what == "app_start":
            self._docker("start", self._name)
            return {}
        if what == "app_conduct":
            return self._conduct()
        if what == "memory":
            return {"peak_bytes": self._memory()}
        raise NeedsPodError(f"{what} needs the sandbox")

    def log_tail(self) -> str:
        """Return the end of what it wrote."""
        return "\n".join(self._log().splitlines()[-LOG_LINES:]) if self._name else ""

    def remove(self) -> None:
        """Remove it, running or not."""
        if self._name:
            self._docker("rm", "--force", "--volumes", self._name)
            self._name = ""

    def _network(self, platform: str) -> list[str]:
        if platform.startswith("linux"):
            gateway, port = "127.0.0.1", self._port
            options = ["--network", "host"]
        else:
            gateway, port = "host.docker.internal", INSIDE_PORT
            options = ["--publish", f"127.0.0.1:{self._port}:{port}"]
        return [*options, "--env", f"PORT={port}", "--env", f"GATEWAY_URL=http://{gateway}:{self._gateway_port}"]

    def _stop(self, seconds: float) -> dict[str, Any]:
        began = time.monotonic()
        self._docker("kill", "--signal", "TERM", self._name)
        while self._running() and time.monotonic() - began < seconds:
            time.sleep(POLL_SECONDS)
        took, stopped = time.monotonic() - began, not self._running()
        if not stopped:
            self._docker("kill", self._name)
        return {"stopped": stopped, "seconds": took}

    def _conduct(self) -> dict[str, Any]:
        """Tell what the sandbox's engine tells; processes are those of this moment, not the most there ever were.

        The state is read last: the app may end in between, and then that is what is told.
        """
        log = self._log()
        changes = (line.partition(" ") for line in self._docker("diff", self._name).splitlines())
        processes = self._processes()
        state = json.loads(self._docker("inspect", "--format", "{{json .State}}", self._name))
        running = bool(state.get("Running"))
        return {
            "running": running,
            "exits": int(not running),
            "out_of_memory": bool(state.get("OOMKilled")),
            "log": log[-LOG_CHARACTERS:],
            "log_bytes": len(log.encode("utf-8", "replace")),
            "processes": processes,
            "changed": [path for kind, _, path in changes if kind != "C" and not path.startswith(MOUNT_POINTS)],
        }

    def _processes(self) -> int:
        """Return how many run in it; 0 when it has ended. CannotStart when it runs and Docker can't tell."""
        try:
            return len(self._docker("top", self._name).splitlines()) - 1
        except CannotStart:
            if self._running():
                raise
            return 0

    def _memory(self) -> int:
        """Return the memory that it uses now, in bytes; 0 when Docker doesn't say."""
        told = self._docker("stats", "--no-stream", "--format", "{{.MemUsage}}", self._name)
        found = re.match(r"([0-9.]+)\s*([KMG]?i?B)", told.strip())
        return int(float(found.group(1)) * UNITS.get(found.group(2), 1)) if found else 0

    def _log(self) -> str:
        got = subprocess.run(["docker", "logs", self._name], capture_output=True, check=False)  # noqa: S603, S607
        return (got.stdout + got.stderr).decode("utf-8", "replace")

    def _running(self) -> bool:
        return self._docker("inspect", "--format", "{{.State.Running}}", self._name).strip() == "true"

    def _docker(self, *words: str) -> str:
        got = subprocess.run(["docker", *words], capture_output=True, check=False)  # noqa: S603, S607 -- no shell
        if got.returncode:
            raise CannotStart(got.stderr.decode("utf-8", "replace").strip()[-500:])
        return got.stdout.decode("utf-8", "replace")

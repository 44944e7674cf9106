"""The untrusted app's container in a pod: start, stop, its log and how it ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import docker.errors
from docker.api.client import APIClient

from . import containers
from .limits import APP_LOG_BYTES, STOP_SECONDS
from .memory import MemoryMeter
from .results import AppExit
from .streams import Attachment, Tail, printable

POLL_SECONDS = 0.05
READER_SECONDS = 5
SETTLE_SECONDS = 2
REASON_CHARACTERS = 500
MOST_PATHS = 20
CHANGED_FOLDER = 0  # the kind of a change that only says: something below it
MOUNT_POINTS = ("/tmp", "/dev", "/proc", "/sys", "/etc", "/run")  # noqa: S108 -- inside the container


class AppContainer:
    """Wraps one created app container; `report(event, data)` is called from a reader thread."""

    def __init__(self, client: APIClient, container_id: str, report: Callable[[str, dict[str, Any]], None]) -> None:
        self._client = client
        self._report = report
        self._attachment: Attachment | None = None
        self._reader: threading.Thread | None = None
        self._expected = False
        self._flooded = False
        self._exits = 0
        self.container_id = container_id
        self.log = Tail()
        self.meter = MemoryMeter(client, container_id)

    def start(self) -> None:
        """Start (again); what it prints is read from its first byte on."""
        if self._attachment is not None:
            self._attachment.close()
        self._expected = False
        self._attachment = containers.attach(self._client, self.container_id)
        self._reader = threading.Thread(target=self._read, args=(self._attachment,), name="app-log", daemon=True)
        self._reader.start()
        try:
            self._client.start(self.container_id)
        except docker.errors.APIError as error:  # no such program, no such folder: the image's fault
            reason = printable(str(error.explanation))[:REASON_CHARACTERS]
            self._report("app_not_started", {"reason": reason})

    def signal_term(self) -> dict[str, Any]:
        """Send SIGTERM and wait; {"stopped", "seconds", "exit_code"}. An app that stays is killed afterwards."""
        self._expected = True
        began = time.monotonic()
        self._kill("SIGTERM")
        state = self._state()
        while state.get("Running") and time.monotonic() - began < STOP_SECONDS:
            time.sleep(POLL_SECONDS)
            state = self._state()
        seconds = time.monotonic() - began
        stopped = not state.get("Running")
        if not stopped:
            self._kill("SIGKILL")
        return {
            "stopped": stopped,
            "seconds": round(seconds, 3),
            "exit_code": int(state["ExitCode"]) if stopped and state else None,
        }

    def conduct(self) -> dict[str, Any]:
        """How it has behaved so far: whether it runs, how often it ended by itself, its log, files and processes.

        {"running", "exits", "out_of_memory", "log" (the end of it), "log_bytes", "processes", "changed" (paths)}
        """
        state = self._state()
        return {
            "running": bool(state.get("Running")),
            "exits": self._exits,
            "out_of_memory": bool(state.get("OOMKilled")),
            "log": self.log.text(),
            "log_bytes": self.log.total,
            "processes": self.meter.peak_processes,
            "changed": self._changed(),
        }

    def _changed(self) -> list[str]:
        """The paths outside tmpfs that differ from the image; the engine's own mount points aside."""
        try:
            found = self._client.diff(self.container_id) or []
        except docker.errors.APIError:
            return []
        paths = (printable(str(each["Path"]))[:REASON_CHARACTERS] for each in found if each["Kind"] != CHANGED_FOLDER)
        return [path for path in paths if not path.startswith(MOUNT_POINTS)][:MOST_PATHS]

    def finish(self) -> AppExit:
        """How it ended, or that it still ran; also ends the background work."""
        if self.meter.peak_bytes == 0:
            self.meter.read()
        state = self._state()
        running = bool(state.get("Running"))
        return AppExit(
            exit_code=None if running or not state else int(state["ExitCode"]),
            out_of_memory=bool(state.get("OOMKilled")),
            log_flood=self._flooded,
            expected=running or self._expected,
        )

    def close(self) -> None:
        """Let go of the log after the container is gone."""
        if self._attachment is not None:
            self._attachment.close()
        if self._reader is not None:
            self._reader.join(READER_SECONDS)

    def _read(self, attachment: Attachment) -> None:
        for _stream, data in attachment.chunks():
            self.log.add(data)
            if self.log.total > APP_LOG_BYTES and not self._flooded:
                self._flooded = True
                # The engine answers a kill when the log has drained, so whoever drains it must not wait for the answer
                threading.Thread(target=self._kill, args=("SIGKILL",), name="app-flood", daemon=True).start()
                self._report("log_flood", {"bytes": self.log.total})
        if not self._expected:
            state = self._settled_state()
            if state and not state["Running"]:
                self._exits += 1
                self._report("app_exited", {"exit_code": state["ExitCode"], "out_of_memory": bool(state["OOMKilled"])})

    def _settled_state(self) -> dict[str, Any]:
        """The state once the engine has noticed that the log ended, which it does a moment later."""
        deadline = time.monotonic() + SETTLE_SECONDS
        state = self._state()
        while state.get("Running") and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
            state = self._state()
        return state

    def _kill(self, signal: str) -> None:
        with suppress(docker.errors.APIError):  # not running any more, which is what a signal is for
            self._client.kill(self.container_id, signal)

    def _state(self) -> dict[str, Any]:
        try:
            state: dict[str, Any] = self._client.inspect_container(self.container_id)["State"]
        except docker.errors.APIError:
            return {}
        return state

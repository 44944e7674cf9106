"""Peak memory, and most processes at once, of a container from its cgroup's figures."""

from __future__ import annotations

import threading
from typing import Any

import docker.errors
import requests.exceptions
import urllib3.exceptions
from docker.api.client import APIClient

UNREADABLE = (docker.errors.DockerException, requests.exceptions.RequestException, urllib3.exceptions.HTTPError)


class MemoryMeter:
    """Remembers the highest figure seen over all starts of one container.

    The engine reports once a second. Where the kernel keeps a peak (cgroup v1 `max_usage`) that misses nothing but
    the last second; elsewhere (v2, whose peak the engine does not report) it is the highest sample of usage less
    inactive file cache.
    """

    def __init__(self, client: APIClient, container_id: str) -> None:
        self._client = client
        self._container_id = container_id
        self._thread = threading.Thread(target=self._follow, name="memory-meter", daemon=True)
        self.peak_bytes = 0
        self.peak_processes = 0

    def start(self) -> None:
        """Follow the figures in the background until the container is removed."""
        self._thread.start()

    def read(self) -> int:
        """Take one reading now, which takes the engine about a second; the peak so far in bytes."""
        try:
            stats = self._client.stats(self._container_id, stream=False, one_shot=True)
        except UNREADABLE:
            return self.peak_bytes  # gone: the highest figure so far stands
        self._take(stats)
        return self.peak_bytes

    def _follow(self) -> None:
        try:
            for stats in self._client.stats(self._container_id, stream=True, decode=True):
                self._take(stats)
        except (*UNREADABLE, OSError, ValueError):
            return  # the container was removed, or the engine ended, while it was reporting

    def _take(self, stats: dict[str, Any]) -> None:
        figures = stats.get("memory_stats") or {}
        inactive = (figures.get("stats") or {}).get("inactive_file", 0)
        now = figures.get("max_usage") or max(0, figures.get("usage", 0) - inactive)
        self.peak_bytes = max(self.peak_bytes, int(now))
        self.peak_processes = max(self.peak_processes, int((stats.get("pids_stats") or {}).get("current") or 0))

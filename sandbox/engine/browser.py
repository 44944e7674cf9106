"""The third container of a pod: a browser whose word counts for the page results that it was asked for only."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import docker.errors
import requests.exceptions
from docker.api.client import APIClient

from . import containers
from .errors import ProtocolBroken
from .limits import BROWSER
from .messages import check_from_browser
from .streams import STDOUT, Attachment, LineReader, Tail

BROWSER_COMMAND = ("python3", "-m", "probe", "browser")
READER_SECONDS = 5
log = logging.getLogger(__name__)


class BrowserContainer:
    """Runs one browser job; both callbacks are called from a reader thread, `on_end(data)` exactly once,
    its `reason` empty if all went well."""

    def __init__(
        self,
        client: APIClient,
        image_id: str,
        *,
        run_id: str,
        command: Sequence[str],
        network: str,
        on_result: Callable[[dict[str, Any]], None],
        on_end: Callable[[dict[str, Any]], None],
    ) -> None:
        self._client = client
        self._image_id = image_id
        self._run_id = run_id
        self._command = command
        self._network = network
        self._on_result = on_result
        self._on_end = on_end
        self._container_id: str | None = None
        self._attachment: Attachment | None = None
        self._reader: threading.Thread | None = None
        self._log = Tail()
        self._asked: frozenset[object] = frozenset()

    def start(self, job: dict[str, Any]) -> None:
        """Create the container in the pod's network namespace and hand it the job, whose `checks` it may tell."""
        checks = job.get("checks")
        self._asked = frozenset(checks if isinstance(checks, list) else ())
        self._container_id = containers.create(
            self._client,
            self._image_id,
            BROWSER,
            run_id=self._run_id,
            command=self._command,
            network=self._network,
            stdin=True,
        )
        self._attachment = containers.attach(self._client, self._container_id, stdin=True)
        self._reader = threading.Thread(target=self._read, args=(self._attachment,), name="browser", daemon=True)
        self._reader.start()
        self._client.start(self._container_id)
        self._attachment.send_frame(job)

    def remove(self) -> None:
        """Remove the container, running or not."""
        containers.remove(self._client, self._container_id)
        if self._attachment is not None:
            self._attachment.close()
        if self._reader is not None and self._reader is not threading.current_thread():
            self._reader.join(READER_SECONDS)

    def _read(self, attachment: Attachment) -> None:
        results = 0
        said: dict[str, str] = {}
        reason = "the browser ended without saying so"
        try:
            for message in self._messages(attachment):
                if message["type"] == "end":
                    reason, said = "", message.get("said", {})
                    break
                if message["type"] == "result":
                    if message["check"] not in self._asked:
                        raise ProtocolBroken("a result that it was not asked for")
                    results += 1
                    self._on_result(message)
        except ProtocolBroken as error:
            reason = f"the browser sent {error}"
        self._kill()
        if reason:
            log.warning("browser of run %s: %s: %s", self._run_id, reason, self._log.text()[-2000:])
        self._on_end({"results": results, "reason": reason, "said": said})

    def _messages(self, attachment: Attachment) -> Iterator[dict[str, Any]]:
        reader = LineReader()
        for stream, data in attachment.chunks():
            if stream == STDOUT:
                yield from (check_from_browser(value) for value in reader.feed(data))
            else:
                self._log.add(data)

    def _kill(self) -> None:
        with suppress(docker.errors.DockerException, requests.exceptions.RequestException):  # it ended by itself
            self._client.kill(str(self._container_id))

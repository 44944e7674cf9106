"""One pod: the probe first, the app joined to its network, a browser on request; torn down whatever happens."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from docker.api.client import APIClient

from . import containers
from .app import AppContainer
from .browser import BROWSER_COMMAND, BrowserContainer
from .errors import ProtocolBroken
from .limits import APP, APP_MEMORY_MB_LEAST, APP_MEMORY_MB_MOST, APP_PORT, GATEWAY_PORT, PROBE
from .messages import check
from .results import AppExit, Ended, PodOutcome
from .streams import STDOUT, Attachment, LineReader, Tail

PROBE_COMMAND = ("python3", "-m", "probe", "pod")
FIRST_ANSWER_CHECK = "start.healthy"
BEAT_SECONDS = 0.5
READER_SECONDS = 5
NOT_RUN = AppExit(None, out_of_memory=False, log_flood=False, expected=True)

Message = dict[str, Any]
OnMessage = Callable[[Message], None]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PodRequest:
    """What to run: the app's image by id, and the job that becomes the probe's first frame."""

    image_id: str
    job: Mapping[str, Any]
    run_id: str
    memory_mb: int
    volumes: tuple[str, ...]
    wall_clock_seconds: float
    probe_command: tuple[str, ...] = PROBE_COMMAND
    browser_command: tuple[str, ...] = BROWSER_COMMAND


@dataclass(frozen=True)
class Happening:
    """Something a reader thread noticed, handled in the pod's own thread."""

    kind: str
    data: Any = None


def run(
    client: APIClient,
    request: PodRequest,
    probe_image_id: str,
    *,
    on_message: OnMessage,
    cancelled: Callable[[], bool],
) -> PodOutcome:
    """Run one pod to its end; `on_message` and `cancelled` are only called from the calling thread."""
    pod = Pod(client, request, probe_image_id, on_message)
    try:
        pod.begin()
        ended, detail = pod.converse(cancelled)
        return pod.outcome(ended, detail)
    finally:
        pod.tear_down()


class Pod:
    """The containers of one run and the conversation with its probe."""

    def __init__(self, client: APIClient, request: PodRequest, probe_image_id: str, on_message: OnMessage) -> None:
        self._client = client
        self._request = request
        self._probe_image_id = probe_image_id
        self._on_message = on_message
        self._happenings: queue.Queue[Happening] = queue.Queue(maxsize=1000)
        self._began = time.monotonic()
        self._first_answer: float | None = None
        self._probe_log = Tail()
        self._probe_id: str | None = None
        self._probe: Attachment | None = None
        self._app: AppContainer | None = None
        self._browser: BrowserContainer | None = None
        self._reader: threading.Thread | None = None
        self._closing = threading.Event()

    def begin(self) -> None:
        """Create both containers, start the probe and hand it the job; the app starts once the probe is ready."""
        request = self._request
        self._probe_id = containers.create(
            self._client, self._probe_image_id, PROBE, run_id=request.run_id, command=request.probe_command, stdin=True
        )
        self._probe = containers.attach(self._client, self._probe_id, stdin=True)
        self._reader = threading.Thread(target=self._read_probe, name="probe-lines", daemon=True)
        self._reader.start()
        self._client.start(self._probe_id)
        # A large job waits in the pipe until the probe reads it; the wall clock must not wait with it
        threading.Thread(target=self._send_job, args=(self._probe,), name="probe-job", daemon=True).start()
        app_id = containers.create(
            self._client,
            request.image_id,
            APP,
            run_id=request.run_id,
            environment={"PORT": str(APP_PORT), "GATEWAY_URL": f"http://127.0.0.1:{GATEWAY_PORT}"},
            network=f"container:{self._probe_id}",
            memory_mb=min(max(request.memory_mb, APP_MEMORY_MB_LEAST), APP_MEMORY_MB_MOST),
            volumes=request.volumes,
        )
        self._app = AppContainer(self._client, app_id, lambda event, data: self._notice("engine", (event, data)))

    def converse(self, cancelled: Callable[[], bool]) -> tuple[Ended, str]:
        """Handle what happens until the probe says it is done, dies, is cancelled or runs out of time."""
        deadline = self._began + self._request.wall_clock_seconds
        next_beat = self._began
        while True:
            now = time.monotonic()
            if now >= deadline:
                return "timeout", "the wall-clock limit was reached"
            if now >= next_beat:
                next_beat = now + BEAT_SECONDS
                if cancelled():
                    return "cancelled", ""
            try:
                happening = self._happenings.get(timeout=min(BEAT_SECONDS, deadline - now))
            except queue.Empty:
                continue
            ended = self._handle(happening)
            if ended is not None:
                return ended

    def outcome(self, ended: Ended, detail: str) -> PodOutcome:
        """What to tell about this pod; call before tearing it down."""
        app = self._app
        return PodOutcome(
            ended=ended,
            seconds_to_first_answer=self._first_answer,
            app_exit=app.finish() if app is not None else NOT_RUN,
            peak_memory_bytes=app.meter.peak_bytes if app is not None else 0,
            log_tail=app.log.text() if app is not None else "",
            detail=detail,
            probe_log_tail=self._probe_log.text(),
            seconds=time.monotonic() - self._began,
        )

    def tear_down(self) -> None:
        """Remove the browser, the app and the probe; errors are logged and left to the reaper."""
        self._closing.set()
        if self._browser is not None:
            self._browser.remove()
        if self._app is not None:
            containers.remove(self._client, self._app.container_id)
            self._app.close()
        containers.remove(self._client, self._probe_id)
        if self._probe is not None:
            self._probe.close()
        if self._reader is not None:
            self._reader.join(READER_SECONDS)

    def _handle(self, happening: Happening) -> tuple[Ended, str] | None:
        if happening.kind == "line":
            return self._handle_line(happening.data)
        if happening.kind == "engine":
            event, data = happening.data
            self._on_message({"type": "engine", "event": event, "data": data})
        elif happening.kind == "page":
            self._on_message(happening.data)
        elif happening.kind == "browser_ended":
            want_id, data = happening.data
            self._answer(want_id, data, ok=not data["reason"])
        elif happening.kind == "probe_ended":
            return "probe_died", happening.data
        return None

    def _handle_line(self, message: Message) -> tuple[Ended, str] | None:
        kind = message["type"]
        if kind == "end":
            return "completed", ""
        if kind == "ready":
            self._start_app()
        elif kind == "want":
            self._grant(message["id"], message["what"], message["args"])
        else:
            self._note_first_answer(message)
            self._on_message(message)
        return None

    def _note_first_answer(self, message: Message) -> None:
        done = message["type"] == "result" or message.get("state") == "done"
        if done and self._first_answer is None and message.get("check") == FIRST_ANSWER_CHECK:
            self._first_answer = round(time.monotonic() - self._began, 3)

    def _start_app(self) -> None:
        if self._app is None:
            return
        self._app.start()
        self._app.meter.start()
        self._on_message({"type": "engine", "event": "app_started", "data": {}})

    def _grant(self, want_id: int, what: str, arguments: Message) -> None:
        app = self._app
        if app is None:
            self._answer(want_id, {}, ok=False)
        elif what == "app_signal_term":
            self._answer(want_id, app.signal_term())
        elif what == "app_start":
            app.start()
            self._answer(want_id, {})
        elif what == "app_conduct":
            self._answer(want_id, app.conduct())
        elif what == "memory":
            self._answer(want_id, {"peak_bytes": app.meter.read()})
        else:
            self._start_browser(want_id, arguments)

    def _start_browser(self, want_id: int, arguments: Message) -> None:
        job = arguments.get("job")
        if self._browser is not None or not isinstance(job, dict) or self._probe_id is None:
            self._answer(want_id, {"reason": "one browser a run, and it needs a job"}, ok=False)
            return
        self._browser = BrowserContainer(
            self._client,
            self._probe_image_id,
            run_id=self._request.run_id,
            command=self._request.browser_command,
            network=f"container:{self._probe_id}",
            on_result=lambda message: self._notice("page", message),
            on_end=lambda data: self._notice("browser_ended", (want_id, data)),
        )
        self._browser.start(job)

    def _answer(self, want_id: int, data: Message, *, ok: bool = True) -> None:
        if self._probe is None:
            return
        try:
            self._probe.send_frame({"type": "answer", "id": want_id, "ok": ok, "data": data})
        except OSError:
            log.info("the probe of run %s left before its answer", self._request.run_id)

    def _send_job(self, probe: Attachment) -> None:
        try:
            probe.send_frame(self._request.job)
        except OSError:
            log.info("the probe of run %s left before its job", self._request.run_id)

    def _read_probe(self) -> None:
        reader = LineReader()
        reason = "the probe ended without saying so"
        try:
            for stream, data in self._probe.chunks() if self._probe is not None else ():
                if stream != STDOUT:
                    self._probe_log.add(data)
                    continue
                for message in reader.feed(data):
                    self._notice("line", check(message))
        except ProtocolBroken as error:
            reason = f"the probe sent {error}"
        self._notice("probe_ended", reason)

    def _notice(self, kind: str, data: Any) -> None:
        """Queue a happening from a reader thread; gives up once the pod is being torn down."""
        while not self._closing.is_set():
            try:
                self._happenings.put(Happening(kind, data), timeout=BEAT_SECONDS)
            except queue.Full:
                continue
            return

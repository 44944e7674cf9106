"""Owns the line to the engine: length-prefixed JSON frames in, one JSON object a line out."""

from __future__ import annotations

import json
import queue
import threading
from typing import Any, BinaryIO

from .context import WantRefusedError

MAX_FRAME = 32 * 1024 * 1024
MAX_LINE = 250 * 1024
_WANT_SECONDS = 120.0


def read_frame(stream: BinaryIO) -> dict[str, Any] | None:
    """Return the next frame; None at the end of the stream. ValueError when it is not a frame."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    size = int.from_bytes(head, "big")
    if size > MAX_FRAME:
        raise ValueError("the frame is too large")
    body = stream.read(size)
    if len(body) < size:
        raise ValueError("the frame is cut off")
    frame = json.loads(body)
    if not isinstance(frame, dict):
        raise ValueError("the frame is not an object")
    return frame


def encode_line(message: dict[str, Any]) -> bytes:
    """Return one line; evidence is dropped from the end, one by one, until it fits."""
    while True:
        line = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        if len(line) <= MAX_LINE or not message.get("evidence"):
            return line[:MAX_LINE] + b"\n"
        message = {**message, "evidence": message["evidence"][:-1]}


class Line:
    """Both directions; `emit` may be called from any thread, `want` waits for its answer."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing
        self._lock = threading.Lock()
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._count = 0

    def job(self) -> dict[str, Any]:
        """Return the first frame, then keep reading answers in the background. ValueError when there is none."""
        frame = read_frame(self._incoming)
        if frame is None:
            raise ValueError("there is no job")
        threading.Thread(target=self._listen, name="frames", daemon=True).start()
        return frame

    def _listen(self) -> None:
        try:
            while (frame := read_frame(self._incoming)) is not None:
                if frame.get("type") == "answer":
                    self._answers.put(frame)
        except (OSError, ValueError):
            return

    def emit(self, message: dict[str, Any]) -> None:
        """Write one line."""
        line = encode_line(message)
        with self._lock:
            self._outgoing.write(line)
            self._outgoing.flush()

    def want(self, what: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Ask the engine for something and return its data. WantRefusedError when it can't or stays silent."""
        self._count += 1
        self.emit({"type": "want", "id": self._count, "what": what, "args": arguments})
        try:
            answer = self._answers.get(timeout=_WANT_SECONDS)
        except queue.Empty as error:
            raise WantRefusedError(what) from error
        if answer.get("id") != self._count or not answer.get("ok"):
            raise WantRefusedError(f"{what}: {str(answer.get('data'))[:200]}")
        data = answer.get("data")
        return data if isinstance(data, dict) else {}

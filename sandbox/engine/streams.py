"""Bytes between the worker and a container of ours: length-prefixed frames in, bounded JSON lines out."""

from __future__ import annotations

import json
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Protocol

from .errors import ProtocolBroken
from .limits import FRAME_BYTES, LINE_BYTES, LOG_TAIL_BYTES, OUTPUT_BYTES

STDOUT = 1
CHUNK = 64 * 1024
HEADER = struct.Struct(">BxxxL")
PRINTABLE_CONTROLS = "\n\t"
DEEPEST = 48


class Socket(Protocol):
    """The part of a socket that is used here; plain and TLS sockets both have it."""

    def recv(self, count: int, /) -> bytes:
        """Up to `count` bytes, empty at the end."""

    def sendall(self, data: bytes, /) -> None:
        """Send everything or raise."""

    def shutdown(self, how: int, /) -> None:
        """Wake up whoever reads."""

    def close(self) -> None:
        """Give the descriptor back."""


class Attachment:
    """One attached container: `send_frame` from any thread, `chunks` from one."""

    def __init__(self, socket: Socket, keep: object) -> None:
        self._socket = socket
        self._keep = keep
        self._sending = threading.Lock()

    def send_frame(self, value: Any) -> None:
        """Send one JSON value as a frame: 4 bytes length, big-endian, and UTF-8 text."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        if len(text) > FRAME_BYTES:
            raise ProtocolBroken(f"a frame of {len(text)} bytes is over the limit of {FRAME_BYTES}")
        self.send_bytes(text)

    def send_bytes(self, data: bytes) -> None:
        """Send raw bytes as a frame; an empty frame ends a stream of them."""
        with self._sending:
            self._socket.sendall(len(data).to_bytes(4, "big") + data)

    def chunks(self) -> Iterator[tuple[int, bytes]]:
        """(stream, bytes) as the container writes, until it ends or the attachment is closed."""
        while True:
            header = self._exactly(HEADER.size)
            if header is None:
                return
            stream, left = HEADER.unpack(header)
            while left:
                data = self._receive(min(left, CHUNK))
                if not data:
                    return
                left -= len(data)
                yield stream, data

    def close(self) -> None:
        """Close; a reader in another thread sees the end."""
        with suppress(OSError):  # already gone, which is what we want
            self._socket.shutdown(2)
        self._socket.close()

    def _receive(self, count: int) -> bytes:
        try:
            return self._socket.recv(count)
        except (OSError, ValueError):
            return b""

    def _exactly(self, count: int) -> bytes | None:
        data = b""
        while len(data) < count:
            more = self._receive(count - len(data))
            if not more:
                return None
            data += more
        return data


class LineReader:
    """Cuts a byte stream into JSON values, one a line, and refuses what is over the limits."""

    def __init__(self, *, line_bytes: int = LINE_BYTES, output_bytes: int = OUTPUT_BYTES) -> None:
        self._line_bytes = line_bytes
        self._left = output_bytes
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[Any]:
        """JSON values of the lines that `data` completes; raises ProtocolBroken."""
        self._left -= len(data)
        if self._left < 0:
            raise ProtocolBroken("more output than the limit allows")
        self._pending += data
        while (end := self._pending.find(b"\n")) >= 0:
            if end > self._line_bytes:
                break
            line = bytes(self._pending[:end])
            del self._pending[: end + 1]
            yield parse_line(line)
        if len(self._pending) > self._line_bytes:
            raise ProtocolBroken("a line longer than the limit allows")


def parse_line(line: bytes) -> Any:
    """One line as a JSON value without control characters or lone surrogates; raises ProtocolBroken."""
    try:
        value = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ProtocolBroken("a line that is not JSON") from error
    return cleaned(value)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def cleaned(value: Any, depth: int = 0) -> Any:
    """`value` with every text made printable (databases refuse NUL, terminals obey escapes)."""
    if depth > DEEPEST:
        raise ProtocolBroken("JSON nested too deeply")
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [cleaned(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {printable(key): cleaned(item, depth + 1) for key, item in value.items()}
    return value


def printable(text: str) -> str:
    """`text` with control characters removed (newline and tab stay) and lone surrogates replaced."""
    if text.isprintable():
        return text
    kept = (character for character in text if character.isprintable() or not _is_control(character))
    return "".join(kept).encode("utf-8", "replace").decode()


def _is_control(character: str) -> bool:
    code = ord(character)
    return (code < 0x20 and character not in PRINTABLE_CONTROLS) or 0x7F <= code < 0xA0


class Tail:
    """The last bytes of a log, and how many there were in all."""

    def __init__(self, keep: int = LOG_TAIL_BYTES) -> None:
        self._keep = keep
        self._bytes = bytearray()
        self.total = 0

    def add(self, data: bytes) -> None:
        """Take in more of the log."""
        self.total += len(data)
        self._bytes += data
        if len(self._bytes) > 2 * self._keep:
            del self._bytes[: -self._keep]

    def text(self) -> str:
        """The tail as printable text."""
        return printable(bytes(self._bytes[-self._keep :]).decode("utf-8", "replace"))

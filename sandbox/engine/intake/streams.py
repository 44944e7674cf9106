"""Bytes through the intake program: frames in, frames out, and readers that count, hash and stop at a limit."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO

from .refused import Refused

CHUNK = 256 * 1024
KIND_BYTES = 1
LENGTH_BYTES = 4


class FrameSource:
    """Reads one stream of frames (4 bytes length, big-endian, then bytes) until the empty frame, as a file does."""

    def __init__(self, source: BinaryIO, most_bytes: int) -> None:
        self._source = source
        self._left_in_frame = 0
        self._ended = False
        self._most_bytes = most_bytes
        self.bytes_read = 0

    def read(self, count: int) -> bytes:
        """Up to `count` bytes, fewer only at the end of the stream."""
        parts: list[bytes] = []
        while count > 0 and not self._ended:
            if self._left_in_frame == 0:
                self._left_in_frame = int.from_bytes(exactly(self._source, LENGTH_BYTES), "big")
                self._ended = self._left_in_frame == 0
                continue
            data = exactly(self._source, min(count, self._left_in_frame))
            self._left_in_frame -= len(data)
            self.bytes_read += len(data)
            if self.bytes_read > self._most_bytes:
                raise Refused("archive_too_big", limit_mib=self._most_bytes >> 20)
            count -= len(data)
            parts.append(data)
        return b"".join(parts)

    def drain(self) -> None:
        """Read and forget what is left, so that the next stream starts at its first frame."""
        while self.read(CHUNK):
            pass


def exactly(source: BinaryIO, count: int) -> bytes:
    """Exactly `count` bytes; EOFError if the worker went away."""
    data = source.read(count)
    if data is None or len(data) != count:
        raise EOFError
    return data


class FrameSink:
    """Writes frames of one kind each: a kind byte, 4 bytes length, the bytes."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self._pending = bytearray()

    def frame(self, kind: bytes, data: bytes) -> None:
        """Send one frame now, after whatever data is still pending."""
        self.flush()
        self._sink.write(kind + len(data).to_bytes(LENGTH_BYTES, "big") + data)
        self._sink.flush()

    def write(self, data: bytes) -> None:
        """Add to the rebuilt archive."""
        self._pending += data
        if len(self._pending) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Send pending data."""
        if self._pending:
            self._sink.write(b"D" + len(self._pending).to_bytes(LENGTH_BYTES, "big") + self._pending)
            self._pending.clear()


class Metered:
    """A reader that counts and hashes, puts back what was peeked at, and calls `over` beyond its limit."""

    def __init__(self, source: BinaryIO, most_bytes: int, over: Callable[[], Refused]) -> None:
        self._source = source
        self._most_bytes = most_bytes
        self._over = over
        self._peeked = b""
        self._hash = hashlib.sha256()
        self.bytes_read = 0

    def peek(self, count: int) -> bytes:
        """The next bytes without taking them; call before the first read."""
        self._peeked = self._take(count)
        return self._peeked

    def read(self, count: int = CHUNK) -> bytes:
        """Up to `count` bytes; a negative count is not supported, on purpose."""
        if self._peeked:
            data, self._peeked = self._peeked[:count], self._peeked[count:]
            return data
        return self._take(count)

    def drain(self) -> None:
        """Read and forget the rest, so that count and digest cover everything."""
        while self.read(CHUNK):
            pass

    def digest(self) -> str:
        """The sha256 of everything read so far, as "sha256:<hex>"."""
        return f"sha256:{self._hash.hexdigest()}"

    def _take(self, count: int) -> bytes:
        data = self._source.read(count)
        self.bytes_read += len(data)
        if self.bytes_read > self._most_bytes:
            raise self._over()
        self._hash.update(data)
        return data


class Counted:
    """A writer that counts and hashes, and passes on to `onward` if there is one."""

    def __init__(self, onward: Callable[[bytes], None] | None = None) -> None:
        self._onward = onward
        self._hash = hashlib.sha256()
        self.bytes_written = 0

    def write(self, data: bytes) -> None:
        """Take in more bytes."""
        self.bytes_written += len(data)
        self._hash.update(data)
        if self._onward is not None:
            self._onward(data)

    def digest(self) -> str:
        """The sha256 of everything written, as "sha256:<hex>"."""
        return f"sha256:{self._hash.hexdigest()}"

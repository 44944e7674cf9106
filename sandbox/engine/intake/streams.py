"""Bytes through the intake program: frames in, frames out, and readers that count, hash and stop at a limit."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from typing import BinaryIO, Protocol

from .refused import Refused

CHUNK = 256 * 1024
PACKED_CHUNK = 64 * 1024
LENGTH_BYTES = 4
GZIP_WINDOW = 31  # zlib's way of saying: a gzip header, and check its trailer


class Source(Protocol):
    """Where bytes come from."""

    def read(self, count: int, /) -> bytes:
        """At least one byte and up to `count`; empty at the end."""


class FrameSource:
    """Reads one stream of frames (4 bytes length, big-endian, then bytes) until the empty frame."""

    def __init__(self, source: BinaryIO, most_bytes: int) -> None:
        self._source = source
        self._left_in_frame = 0
        self._ended = False
        self._most_bytes = most_bytes
        self._bytes_read = 0

    def read(self, count: int) -> bytes:
        """Up to `count` bytes of one frame; empty at the end of the stream."""
        if self._left_in_frame == 0 and not self._ended:
            self._left_in_frame = int.from_bytes(exactly(self._source, LENGTH_BYTES), "big")
            self._ended = self._left_in_frame == 0
        if self._ended:
            return b""
        data = exactly(self._source, min(count, self._left_in_frame))
        self._left_in_frame -= len(data)
        self._bytes_read += len(data)
        if self._bytes_read > self._most_bytes:
            raise Refused("archive_too_big", limit_mib=self._most_bytes >> 20)
        return data


def exactly(source: BinaryIO, count: int) -> bytes:
    """Exactly `count` bytes; EOFError if the worker went away."""
    data = source.read(count)
    if data is None or len(data) != count:
        raise EOFError
    return data


class Part:
    """The next `size` bytes of a reader, as the content of an archive's entry."""

    def __init__(self, source: Reader, size: int) -> None:
        self._source = source
        self._left = size

    def read(self, count: int) -> bytes:
        """Up to `count` bytes; empty at the end, or where the archive is cut off."""
        data = self._source.some(min(count, self._left))
        self._left -= len(data)
        return data


class Gunzipped:
    """The content of a gzip stream, with one member or many."""

    def __init__(self, source: Reader, damage: Callable[[], Refused]) -> None:
        self._source = source
        self._damage = damage
        self._packed = b""
        self._has_more = False
        self._ended = False
        self._unpacker = zlib.decompressobj(GZIP_WINDOW)

    def read(self, count: int) -> bytes:
        """Up to `count` bytes, however well they were compressed; empty at the end."""
        while not self._ended:
            if not self._packed and not self._has_more:
                self._packed = self._source.some(PACKED_CHUNK)
                if not self._packed:
                    raise self._damage()
            try:
                data = self._unpacker.decompress(self._packed, count)
            except zlib.error as error:
                raise self._damage() from error
            self._packed = self._unpacker.unconsumed_tail
            self._has_more = len(data) == count
            if self._unpacker.eof:
                self._next_member(self._unpacker.unused_data)
            if data:
                return data
        return b""

    def _next_member(self, rest: bytes) -> None:
        """Zeros may follow a member, then another one or the end."""
        rest = rest.lstrip(b"\0")
        while not rest:
            more = self._source.some(PACKED_CHUNK)
            if not more:
                self._ended = True
                return
            rest = more.lstrip(b"\0")
        self._packed, self._has_more = rest, False
        self._unpacker = zlib.decompressobj(GZIP_WINDOW)


class Reader:
    """A file that only goes forward: reads ahead in large pieces, counts, hashes, and raises `over` beyond a limit."""

    def __init__(self, source: Source, most_bytes: int, over: Callable[[], Refused], *, hashed: bool = True) -> None:
        self._source = source
        self._most_bytes = most_bytes
        self._over = over
        self._hash = hashlib.sha256() if hashed else None
        self._ahead = b""
        self._taken = 0
        self._position = 0
        self.bytes_read = 0

    def peek(self, count: int) -> bytes:
        """The next bytes without taking them, fewer only at the end."""
        while len(self._ahead) - self._taken < count and self._fill():
            pass
        return self._ahead[self._taken : self._taken + count]

    def some(self, count: int) -> bytes:
        """Up to `count` bytes and at least one, empty at the end."""
        if self._taken == len(self._ahead) and not self._fill():
            return b""
        data = self._ahead[self._taken : self._taken + count]
        self._taken += len(data)
        self._position += len(data)
        return data

    def read(self, count: int) -> bytes:
        """Exactly `count` bytes, fewer only at the end."""
        parts = []
        while count > 0 and (data := self.some(count)):
            count -= len(data)
            parts.append(data)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def tell(self) -> int:
        """How far reading has come."""
        return self._position

    def seek(self, position: int) -> None:
        """Skip forward, to the end at most; there is no way back."""
        if position < self._position:
            raise ValueError("this file only goes forward")
        while self._position < position and self.some(position - self._position):
            pass

    def drain(self) -> None:
        """Read and forget the rest, so that count and digest cover everything."""
        while self.some(CHUNK):
            pass

    def digest(self) -> str:
        """The sha256 of everything, as "sha256:<hex>"; call after the end."""
        return f"sha256:{self._hash.hexdigest()}" if self._hash is not None else ""

    def _fill(self) -> bool:
        """Put the next piece behind what is still untaken; False at the end."""
        data = self._source.read(CHUNK)
        self.bytes_read += len(data)
        if self.bytes_read > self._most_bytes:
            raise self._over()
        if self._hash is not None:
            self._hash.update(data)
        self._ahead = self._ahead[self._taken :] + data if self._taken < len(self._ahead) else data
        self._taken = 0
        return bool(data)


class FrameSink:
    """Writes frames: a kind byte, 4 bytes length, the bytes; small writes of data travel together."""

    def __init__(self, sink: BinaryIO) -> None:
        self._sink = sink
        self._pending = bytearray()

    def frame(self, kind: bytes, data: bytes = b"") -> None:
        """Send one frame now, after whatever data is still pending."""
        self._flush()
        self._send(kind, data)
        self._sink.flush()

    def write(self, data: bytes) -> None:
        """Add to the rebuilt archive."""
        if len(self._pending) + len(data) > CHUNK:
            self._flush()
        if len(data) >= CHUNK // 2:
            self._flush()
            self._send(b"D", data)
        else:
            self._pending += data

    def _flush(self) -> None:
        if self._pending:
            self._send(b"D", self._pending)
            self._pending = bytearray()

    def _send(self, kind: bytes, data: bytes | bytearray) -> None:
        self._sink.write(kind + len(data).to_bytes(LENGTH_BYTES, "big"))
        self._sink.write(data)


class Counted:
    """A writer that counts and hashes, and passes everything on."""

    def __init__(self, onward: Callable[[bytes], None]) -> None:
        self._onward = onward
        self._hash = hashlib.sha256()
        self.bytes_written = 0

    def write(self, data: bytes) -> None:
        """Take in more bytes."""
        self.bytes_written += len(data)
        self._hash.update(data)
        self._onward(data)

    def digest(self) -> str:
        """The sha256 of everything written, as "sha256:<hex>"."""
        return f"sha256:{self._hash.hexdigest()}"

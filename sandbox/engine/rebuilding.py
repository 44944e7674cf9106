"""The rebuilt archive as it arrives: each layer's header comes after its data, and some layers turn out unused."""

from __future__ import annotations

from typing import BinaryIO

from .limits import MIB

HEADER_BYTES = 512
COPY_BYTES = MIB


class RebuiltArchive:
    """Writes to a seekable file what the checker sends; raises ValueError for what no checker of ours would send."""

    def __init__(self, file: BinaryIO, most_bytes: int) -> None:
        self._file = file
        self._most_bytes = most_bytes
        self._began: int | None = None
        self._end = 0
        self._layers: list[tuple[int, int]] = []

    def begin(self) -> None:
        """A layer begins: leave room for its header."""
        self._began = self._end
        self.write(bytes(HEADER_BYTES))

    def write(self, data: bytes) -> None:
        """More data."""
        self._end += len(data)
        if self._end > self._most_bytes:
            raise ValueError("more data than the limit allows")
        self._file.write(data)

    def keep(self, header: bytes) -> None:
        """The layer is complete: put its header before it."""
        began = self._layer()
        if len(header) != HEADER_BYTES:
            raise ValueError("a header of the wrong size")
        self._file.seek(began)
        self._file.write(header)
        self._file.seek(self._end)
        self._layers.append((began, self._end))

    def drop(self) -> None:
        """The layer is not wanted: forget it."""
        self._cut(self._layer())

    def leave_out(self, numbers: list[int]) -> None:
        """Remove these of the kept layers; the others move together. Nothing but layers may have been written."""
        unused = set(numbers)
        end = 0
        for number, (began, ended) in enumerate(self._layers):
            if number not in unused:
                self._move(began, end, ended - began)
                end += ended - began
        self._cut(end)

    def _layer(self) -> int:
        began, self._began = self._began, None
        if began is None:
            raise ValueError("no layer has begun")
        return began

    def _move(self, source: int, target: int, count: int) -> None:
        while count and source != target:
            self._file.seek(source)
            data = self._file.read(min(count, COPY_BYTES))
            self._file.seek(target)
            self._file.write(data)
            source, target, count = source + len(data), target + len(data), count - len(data)

    def _cut(self, end: int) -> None:
        self._file.seek(end)
        self._file.truncate()
        self._end = end

"""Reading the archive once: small JSON files are kept, everything else is tried as a layer and passed on rebuilt."""

from __future__ import annotations

import hashlib
import posixpath
import tarfile
from collections.abc import Iterator, Mapping
from typing import Protocol

from . import layers, tars
from .layers import Layer
from .refused import Refused
from .sbom import Room
from .streams import Part, Reader, Source

JSON_TOTAL_BYTES = 16 * 1024 * 1024
JSON_STARTS = (b"{", b"[")
PEEK_BYTES = 64
BLOBS = "blobs/sha256/"


class Sink(Protocol):
    """Where rebuilt layers go, before anybody knows which of them the image has."""

    def begin(self) -> None:
        """A layer may follow."""

    def write(self, data: bytes, /) -> None:
        """More of it."""

    def keep(self, layer: Layer, /) -> None:
        """It is complete."""

    def drop(self) -> None:
        """It was none, or there is one like it already."""


class Survey:
    """What an archive holds, after one reading; nothing of it is believed before it is asked for by name."""

    def __init__(self, limits: Mapping[str, int], sink: Sink) -> None:
        self.limits = limits
        self._sink = sink
        self._kept: set[str] = set()
        self._sent_bytes = 0
        self._room = Room()
        self._json: dict[str, bytes] = {}
        self._layers: dict[str, Layer | Refused] = {}
        self._links: dict[str, str] = {}
        self._names: set[str] = set()
        self._big_json: set[str] = set()
        self._json_bytes = 0
        self._unpacked_bytes = 0

    def read(self, source: Source) -> None:
        """Read the whole archive; raises Refused for what is wrong with the archive itself."""
        archive = Reader(source, self.limits["archive_bytes"], lambda: Refused("archive_too_big"), hashed=False)
        for name, entry in archive_files(archive):
            if len(self._names) >= self.limits["archive_entries"]:
                raise Refused("too_many_entries", limit=self.limits["archive_entries"])
            folded = name.casefold()
            if folded in self._names:
                raise Refused("duplicate_entry", name)
            self._names.add(folded)
            if entry.issym():
                self._links[name] = posixpath.normpath(posixpath.join(posixpath.dirname(name), entry.linkname))
            else:
                self._read_file(name, entry.size, archive)
        if not self._names:
            raise Refused("not_an_archive")
        archive.drain()

    def has(self, name: str) -> bool:
        """Whether a file of this name exists."""
        target = self._target(name)
        return target in self._json or target in self._layers or target in self._big_json

    def json(self, name: str) -> bytes:
        """The bytes of a small JSON file; its digest is checked if its name states one. Raises Refused."""
        target = self._target(name)
        if target in self._big_json:
            raise Refused("json_too_big", name, limit_kib=self.limits["json_bytes"] >> 10)
        if target not in self._json:
            raise Refused("bad_json" if target in self._layers else "missing_file", name)
        content = self._json[target]
        self._check_stated(target, f"sha256:{hashlib.sha256(content).hexdigest()}")
        return content

    def layer(self, name: str) -> tuple[str, Layer]:
        """(file name, layer); raises what was wrong with it."""
        target = self._target(name)
        found = self._layers.get(target)
        if found is None:
            raise Refused("layer_not_tar" if target in self._json else "missing_file", name)
        if isinstance(found, Refused):
            raise found
        self._check_stated(target, found.raw_digest)
        return target, found

    def _read_file(self, name: str, size: int, archive: Reader) -> None:
        start = archive.peek(PEEK_BYTES)[:size].lstrip()
        if not start.startswith(JSON_STARTS):
            self._read_layer(name, Part(archive, size))
        elif size > self.limits["json_bytes"]:
            self._big_json.add(name)
        else:
            self._json_bytes += size
            if self._json_bytes > JSON_TOTAL_BYTES:
                raise Refused("json_too_big", name, limit_kib=JSON_TOTAL_BYTES >> 10)
            self._json[name] = archive.read(size)

    def _read_layer(self, name: str, content: Part) -> None:
        """Rebuild it; what is wrong with a file matters only if the image asks for it as a layer."""
        self._sink.begin()
        try:
            found = layers.rebuild(content, name, self.limits, self._send, room=self._room)
        except Refused as refused:
            if refused.code == "image_too_big":
                raise
            self._layers[name] = refused
            self._sink.drop()
            return
        self._layers[name] = found
        if found.rebuilt_digest in self._kept:
            self._sink.drop()
        else:
            self._kept.add(found.rebuilt_digest)
            self._sink.keep(found)
        self._unpacked_bytes += found.unpacked_bytes
        if self._unpacked_bytes > self.limits["image_bytes"]:
            raise Refused("image_too_big", limit_mib=self.limits["image_bytes"] >> 20)

    def _send(self, data: bytes) -> None:
        """Pass on rebuilt bytes, of real layers and of false ones, up to the cap of a whole image."""
        self._sent_bytes += len(data)
        if self._sent_bytes > self.limits["image_bytes"]:
            raise Refused("image_too_big", limit_mib=self.limits["image_bytes"] >> 20)
        self._sink.write(data)

    def _target(self, name: str) -> str:
        clean = clean_name(name)
        return self._links.get(clean, clean)

    def _check_stated(self, name: str, digest: str) -> None:
        """Names that state a sha256 (blobs, and configs of older archives) must tell the truth."""
        stated = name.removeprefix(BLOBS) if name.startswith(BLOBS) else name.removesuffix(".json")
        if is_hex_digest(stated) and f"sha256:{stated}" != digest:
            raise Refused("wrong_digest", name)


def archive_files(source: Reader) -> Iterator[tuple[str, tarfile.TarInfo]]:
    """(name, entry) of an image archive's files and symbolic links. Raises Refused."""
    first = True

    def damage() -> Refused:
        return Refused("not_an_archive" if first else "archive_cut_off")

    for entry in tars.entries(source, damage, tars.CompleteEntry):
        first = False
        if entry.isdir():
            continue
        name = clean_name(entry.name)
        if not entry.issym() and not entry.isreg():
            raise Refused("odd_entry", entry.name)
        yield name, entry


def clean_name(name: str) -> str:
    """The name without "./"; raises Refused for one that leaves the archive."""
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if name.startswith("/") or ".." in parts or not parts:
        raise Refused("archive_name", name)
    return "/".join(parts)


def is_hex_digest(text: str) -> bool:
    """Whether this is 64 lower-case hexadecimal digits."""
    return len(text) == 64 and all(character in "0123456789abcdef" for character in text)

"""First reading of the archive: small JSON files are kept, everything else is tried as a layer and remembered."""

from __future__ import annotations

import hashlib
import posixpath
import tarfile
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from . import layers, tars
from .layers import Layer
from .refused import Refused
from .streams import Metered

JSON_TOTAL_BYTES = 16 * 1024 * 1024
JSON_STARTS = (b"{", b"[")
PEEK_BYTES = 64
BLOBS = "blobs/sha256/"


class Survey:
    """What an archive holds, after one reading; nothing of it is believed before it is asked for by name."""

    def __init__(self, limits: Mapping[str, int]) -> None:
        self.limits = limits
        self._json: dict[str, bytes] = {}
        self._layers: dict[str, Layer | Refused] = {}
        self._links: dict[str, str] = {}
        self._names: set[str] = set()
        self._big_json: set[str] = set()
        self._json_bytes = 0
        self._unpacked_bytes = 0

    def read(self, source: BinaryIO) -> None:
        """Read the whole archive; raises Refused for what is wrong with the archive itself."""
        try:
            self._read_entries(source)
        except tarfile.TarError as error:  # the content of an entry ended early
            raise Refused("archive_cut_off") from error
        if not self._names:
            raise Refused("not_an_archive")

    def _read_entries(self, source: BinaryIO) -> None:
        for name, entry, content in archive_files(source):
            if len(self._names) >= self.limits["archive_entries"]:
                raise Refused("too_many_entries", limit=self.limits["archive_entries"])
            folded = name.casefold()
            if folded in self._names:
                raise Refused("duplicate_entry", name)
            self._names.add(folded)
            if content is None:
                self._links[name] = posixpath.normpath(posixpath.join(posixpath.dirname(name), entry.linkname))
            else:
                self._read_file(name, entry.size, content)

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

    def _read_file(self, name: str, size: int, content: BinaryIO) -> None:
        peeked = Metered(content, self.limits["archive_bytes"], lambda: Refused("archive_too_big"))
        start = peeked.peek(PEEK_BYTES).lstrip()
        if start.startswith(JSON_STARTS):
            if size > self.limits["json_bytes"]:
                self._big_json.add(name)
                return
            self._json_bytes += size
            if self._json_bytes > JSON_TOTAL_BYTES:
                raise Refused("json_too_big", name, limit_kib=JSON_TOTAL_BYTES >> 10)
            self._json[name] = b"".join(iter(peeked.read, b""))
            return
        try:
            found = layers.rebuild(peeked, name, self.limits)  # type: ignore[arg-type]
        except Refused as refused:
            self._layers[name] = refused
            return
        self._layers[name] = found
        self._unpacked_bytes += found.unpacked_bytes
        if self._unpacked_bytes > self.limits["image_bytes"]:
            raise Refused("image_too_big", limit_mib=self.limits["image_bytes"] >> 20)

    def _target(self, name: str) -> str:
        clean = clean_name(name)
        return self._links.get(clean, clean)

    def _check_stated(self, name: str, digest: str) -> None:
        """Names that state a sha256 (blobs, and configs of older archives) must tell the truth."""
        stated = name.removeprefix(BLOBS) if name.startswith(BLOBS) else name.removesuffix(".json")
        if is_hex_digest(stated) and f"sha256:{stated}" != digest:
            raise Refused("wrong_digest", name)


def archive_files(source: BinaryIO) -> Iterator[tuple[str, tarfile.TarInfo, BinaryIO | None]]:
    """(name, entry, content) of an image archive's files; content is None for a symbolic link. Raises Refused."""
    first = True

    def damage() -> Refused:
        return Refused("not_an_archive" if first else "archive_cut_off")

    for archive, entry in tars.entries(source, damage, tars.CompleteEntry):
        first = False
        if entry.isdir():
            continue
        name = clean_name(entry.name)
        if entry.issym():
            yield name, entry, None
        elif entry.isreg():
            content: Any = archive.extractfile(entry)
            yield name, entry, content
        else:
            raise Refused("odd_entry", entry.name)


def clean_name(name: str) -> str:
    """The name without "./"; raises Refused for one that leaves the archive."""
    parts = [part for part in name.split("/") if part not in {"", "."}]
    if name.startswith("/") or ".." in parts or not parts:
        raise Refused("archive_name", name)
    return "/".join(parts)


def is_hex_digest(text: str) -> bool:
    """Whether this is 64 lower-case hexadecimal digits."""
    return len(text) == 64 and all(character in "0123456789abcdef" for character in text)

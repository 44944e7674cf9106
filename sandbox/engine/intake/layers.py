"""One layer: checked entry by entry and written anew, so that nothing unexpected survives."""

from __future__ import annotations

import math
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from . import tars
from .refused import Refused
from .sbom import Materials, Room
from .streams import Counted, Gunzipped, Reader, Source

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
XZ_MAGIC = b"\xfd7zXZ\x00"
BZIP_MAGIC = b"BZh"
WHITEOUT = ".wh."
OPAQUE = ".wh..opq"
KEPT_MODE = 0o1777
SET_ID_BITS = 0o6000
LARGEST_ID = 2**31 - 1
LARGEST_TIME = 2**33
ATTRIBUTE_KEYS = ("SCHILY.xattr.", "LIBARCHIVE.xattr.")
KINDS = {
    tarfile.REGTYPE: tarfile.REGTYPE,
    tarfile.AREGTYPE: tarfile.REGTYPE,
    tarfile.CONTTYPE: tarfile.REGTYPE,
    tarfile.DIRTYPE: tarfile.DIRTYPE,
    tarfile.SYMTYPE: tarfile.SYMTYPE,
    tarfile.LNKTYPE: tarfile.LNKTYPE,
    tarfile.FIFOTYPE: tarfile.FIFOTYPE,
}


@dataclass(frozen=True)
class Layer:
    """What is known of a layer after reading all of it; digests as "sha256:<hex>"."""

    raw_digest: str
    diff_id: str
    unpacked_bytes: int
    rebuilt_digest: str
    rebuilt_bytes: int
    set_id_files: tuple[str, ...]
    dropped_attributes: int
    dropped_devices: int
    materials: Materials


def rebuild(
    source: Source, place: str, limits: Mapping[str, int], onward: Callable[[bytes], None], *, room: Room
) -> Layer:
    """Read a whole layer, gzip or plain tar, and write its clean copy to `onward`; raises Refused."""

    def too_big() -> Refused:
        return Refused("layer_too_big", place, limit_mib=limits["layer_bytes"] >> 20)

    raw = Reader(source, limits["layer_bytes"], too_big)
    magic = raw.peek(6)
    if magic.startswith((ZSTD_MAGIC, XZ_MAGIC, BZIP_MAGIC)):
        raise Refused("layer_compression", place)
    plain = raw
    if magic.startswith(GZIP_MAGIC):
        unpacked = Gunzipped(raw, lambda: Refused("layer_damaged", place))
        plain = Reader(unpacked, limits["layer_bytes"], too_big)
    writer = LayerWriter(place, limits, Counted(onward), plain, Materials(room))
    for entry in tars.entries(plain, lambda: Refused("layer_not_tar", place)):
        writer.copy(entry)
    plain.drain()
    raw.drain()
    return writer.finish(raw.digest(), plain.digest())


class LayerWriter:
    """Copies entries that pass the rules, with nothing but name, kind, mode, owner, time, link and content."""

    def __init__(
        self, place: str, limits: Mapping[str, int], sink: Counted, plain: Reader, materials: Materials
    ) -> None:
        self._plain = plain
        self._materials = materials
        self._place = place
        self._limits = limits
        self._sink = sink
        self._count = 0
        self._logical_bytes = 0
        self._set_id: list[str] = []
        self._dropped_attributes = 0
        self._dropped_devices = 0

    def copy(self, entry: tarfile.TarInfo) -> None:
        """Check and write one entry; raises Refused."""
        self._count += 1
        if self._count > self._limits["files_per_layer"]:
            raise self._refused("too_many_files", "", limit=self._limits["files_per_layer"])
        self._check_attributes(entry)
        if entry.type == tarfile.CHRTYPE:
            self._dropped_devices += 1  # every container gets a /dev of its own
            return
        kind = KINDS.get(entry.type)
        if kind is None:
            raise self._refused("device_file", entry.name)
        name = self._checked_name(entry.name, "bad_name")
        if not name:
            return  # the root folder itself: ours to define
        self._check_whiteout(name, entry)
        content = tarfile.TarInfo(name)
        content.type = kind
        content.mode = entry.mode & KEPT_MODE
        content.uid, content.gid = (max(0, min(owner, LARGEST_ID)) for owner in (entry.uid, entry.gid))
        content.mtime = int(max(0, min(entry.mtime, LARGEST_TIME))) if math.isfinite(entry.mtime) else 0
        if kind == tarfile.LNKTYPE:
            content.linkname = self._checked_name(entry.linkname, "bad_link")
        if kind == tarfile.SYMTYPE:
            content.linkname = self._checked_text(entry.linkname, name)
        if kind == tarfile.REGTYPE:
            content.size = self._checked_size(entry)
            if entry.mode & SET_ID_BITS:
                self._set_id.append(name)
        self._sink.write(content.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict"))
        self._copy_content(entry, content)

    def finish(self, raw_digest: str, diff_id: str) -> Layer:
        """End the clean copy and sum up."""
        self._sink.write(bytes(2 * tarfile.BLOCKSIZE))
        return Layer(
            raw_digest=raw_digest,
            diff_id=diff_id,
            unpacked_bytes=self._plain.bytes_read,
            rebuilt_digest=self._sink.digest(),
            rebuilt_bytes=self._sink.bytes_written,
            set_id_files=tuple(self._set_id[:20]),
            dropped_attributes=self._dropped_attributes,
            dropped_devices=self._dropped_devices,
            materials=self._materials,
        )

    def _copy_content(self, entry: tarfile.TarInfo, content: tarfile.TarInfo) -> None:
        kind = self._materials.interest(content.name, content.size) if content.isreg() else ""
        if not kind and not content.isdir():
            self._materials.notice(content.name)
        parts: list[bytes] = []
        left = content.size
        while left:
            data = self._plain.some(left)
            if not data:
                raise self._refused("layer_damaged", entry.name)
            left -= len(data)
            self._sink.write(data)
            if kind:
                parts.append(data)
        self._sink.write(bytes(-content.size % tarfile.BLOCKSIZE))
        if self._sink.bytes_written > self._limits["layer_bytes"]:
            raise self._refused("layer_too_big", "", limit_mib=self._limits["layer_bytes"] >> 20)
        if kind:
            self._materials.take(content.name, kind, b"".join(parts))

    def _check_attributes(self, entry: tarfile.TarInfo) -> None:
        for key in entry.pax_headers:
            if key.startswith("GNU.sparse"):
                raise self._refused("sparse_file", entry.name)
            if not key.startswith(ATTRIBUTE_KEYS):
                continue
            if key.split(".xattr.", 1)[1].startswith("trusted."):
                raise self._refused("trusted_attribute", entry.name)
            self._dropped_attributes += 1

    def _checked_size(self, entry: tarfile.TarInfo) -> int:
        self._logical_bytes += entry.size
        if entry.size < 0 or self._logical_bytes > self._limits["layer_bytes"]:
            raise self._refused("layer_too_big", entry.name, limit_mib=self._limits["layer_bytes"] >> 20)
        return entry.size

    def _checked_name(self, name: str, code: str) -> str:
        """The name below the root, without "./"; empty for the root itself."""
        self._checked_text(name, name)
        parts = [part for part in name.split("/") if part not in {"", "."}]
        if name.startswith("/") or ".." in parts:
            raise self._refused(code, name)
        if code == "bad_link" and not parts:
            raise self._refused(code, name)
        return "/".join(parts)

    def _checked_text(self, text: str, name: str) -> str:
        try:
            encoded = text.encode()
        except UnicodeEncodeError as error:
            raise self._refused("bad_name", name) from error
        if len(encoded) > self._limits["name_bytes"] or b"\0" in encoded:
            raise self._refused("bad_name", name)
        return text

    def _check_whiteout(self, name: str, entry: tarfile.TarInfo) -> None:
        last = name.rpartition("/")[2]
        if not last.startswith(WHITEOUT):
            return
        hidden = last.removeprefix(WHITEOUT)
        if hidden in {"", ".", ".."} or (hidden.startswith(WHITEOUT) and hidden != OPAQUE) or entry.size:
            raise self._refused("bad_name", name)

    def _refused(self, code: str, name: str, **params: object) -> Refused:
        return Refused(code, f"{self._place}: {name}" if name else self._place, **params)

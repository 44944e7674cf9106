"""The bill of materials of an image (CycloneDX 1.6), from what was found in its layers; the same image, the same bytes.

Read are the databases of dpkg, apk, rpm (SQLite), Python and node. Not read are programs and libraries that no database
names (single binaries, Java archives, copied files) and the older formats of rpm; the document says so.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from . import inventory
from .inventory import Found
from .refused import printable
from .rows import Package
from .strict_json import canonical

MOST_COMPONENTS = 20_000
OVERHEAD = 300
MOST_BYTES = 8 * 1024 * 1024
MOST_PLACES = 3
MOST_UNREAD = 20
NOTES_BYTES = 64 * 1024
WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
READ = "dpkg, apk, rpm (sqlite), Python, node"
NOT_READ = "rpm (Berkeley DB, ndb), Java archives, Go and Rust binaries, files that no package database names"


@dataclass
class Room:
    """How much may be remembered of all layers together, in characters."""

    left: int = 24 * 1024 * 1024

    def takes(self, size: int) -> bool:
        """Take room for a text of this size and what keeping it costs; False when there is none."""
        self.left -= size + OVERHEAD
        return self.left >= 0


@dataclass
class Materials:
    """What one layer adds and hides, collected while it is read."""

    room: Room
    databases: dict[str, Found] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    emptied: set[str] = field(default_factory=set)
    is_complete: bool = True

    def interest(self, path: str, size: int) -> str:
        """The kind of database that this file is and whose content is wanted; empty if not."""
        kind = inventory.kind_of(path)
        if not kind or not self._fits(len(path)):
            return ""
        if size > inventory.most_bytes(kind):
            self.databases[path] = Found(unread=True)
            return ""
        return kind

    def take(self, path: str, kind: str, content: bytes) -> None:
        """Read a database."""
        found = inventory.read(kind, content, most=MOST_COMPONENTS)
        fits = [each for each in found.packages if self._fits(each.size)]
        self.databases[path] = replace(found, packages=tuple(fits))

    def notice(self, path: str) -> None:
        """See an entry without content that is no folder: a whiteout, or something in a database's place."""
        folder, _slash, name = path.rpartition("/")
        if name == OPAQUE:
            hides, hidden = self.emptied, folder
        elif name.startswith(WHITEOUT):
            hides, hidden = self.hidden, f"{folder}/{name.removeprefix(WHITEOUT)}".lstrip("/")
        elif inventory.may_hold_databases(path):
            hides, hidden = self.hidden, path
        else:
            return
        if self._fits(len(hidden)):
            hides.add(hidden)

    def _fits(self, size: int) -> bool:
        fits = self.room.takes(size)
        self.is_complete &= fits
        return fits


def document(layers: Iterable[Materials], digest: str) -> bytes:
    """The bill for an image whose layers are given from the lowest up; canonical JSON, bounded in size."""
    layers = list(layers)
    databases = merged(layers)
    release = next((found.release for _path, found in sorted(databases.items()) if found.release is not None), None)
    head = _head(digest, release)
    notes = [("minshi:unread", printable(path)) for path, found in sorted(databases.items()) if found.unread]
    del notes[MOST_UNREAD:]
    components: list[dict[str, Any]] = _system(release)
    left = MOST_BYTES - sum(len(canonical(part)) for part in (head, components)) - NOTES_BYTES
    is_complete = all(layer.is_complete for layer in layers)
    for component in _components(databases, release):
        left -= len(canonical(component)) + 1
        if left < 0 or len(components) >= MOST_COMPONENTS:
            is_complete = False
            break
        components.append(component)
    if not is_complete:
        notes.append(("minshi:cut", "there is more in the image than this document may hold"))
    head["metadata"]["properties"] += [_property(*note) for note in notes]
    return canonical(head | {"components": components})


def merged(layers: Iterable[Materials]) -> dict[str, Found]:
    """Path -> database as the whole image has it: upper layers replace and hide what is below them."""
    databases: dict[str, Found] = {}
    for layer in layers:
        kept = {path: found for path, found in databases.items() if not _is_hidden(path, layer)}
        databases = kept | layer.databases
    return databases


def _is_hidden(path: str, layer: Materials) -> bool:
    if not layer.hidden and not layer.emptied:
        return False
    while path:
        if path in layer.hidden:
            return True
        path = path.rpartition("/")[0]
        if path in layer.emptied:
            return True
    return False


def _components(databases: Mapping[str, Found], release: tuple[str, str] | None) -> Iterator[dict[str, Any]]:
    """One component a package URL, sorted by it."""
    places: dict[str, tuple[Package, list[str]]] = {}
    for path, found in sorted(databases.items()):
        for package in found.packages:
            places.setdefault(package.url(release), (package, []))[1].append(path)
    for url, (package, paths) in sorted(places.items()):
        yield {
            "type": "library",
            "bom-ref": url,
            "name": package.name,
            "version": package.version,
            "purl": url,
            "properties": [_property("minshi:found-in", printable(path)) for path in paths[:MOST_PLACES]],
        } | ({"licenses": [{"license": {"name": package.licence}}]} if package.licence else {})


def _head(digest: str, release: tuple[str, str] | None) -> dict[str, Any]:
    _name, _colon, hexadecimal = digest.partition(":")
    number = uuid.UUID(bytes=hashlib.sha256(f"minshi sbom {digest} {release}".encode()).digest()[:16], version=5)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {
            "tools": {"components": [{"type": "application", "name": "minshi-intake", "version": "1"}]},
            "component": {
                "type": "container",
                "bom-ref": "image",
                "name": "image",
                "version": digest,
                "hashes": [{"alg": "SHA-256", "content": hexadecimal}],
            },
            "properties": [_property("minshi:read", READ), _property("minshi:not-read", NOT_READ)],
        },
        "compositions": [{"aggregate": "incomplete", "assemblies": ["image"]}],
    }


def _system(release: tuple[str, str] | None) -> list[dict[str, Any]]:
    if release is None:
        return []
    name, version = release
    return [{"type": "operating-system", "bom-ref": "system", "name": name} | ({"version": version} if version else {})]


def _property(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}

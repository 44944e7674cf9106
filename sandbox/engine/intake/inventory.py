"""Package databases inside a layer: which files are one, and the packages that each kind names; bytes in, rows out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from . import rpm
from .rows import Package, row

DATABASE_BYTES = 32 * 1024 * 1024
DESCRIPTION_BYTES = 1024 * 1024
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
RPM_OTHERS = frozenset({"Packages", "Packages.db"})
RPM_FOLDERS = ("var/lib/rpm", "usr/lib/sysimage/rpm", "usr/share/rpm")
FIXED = {
    "var/lib/dpkg/status": "dpkg",
    "lib/apk/db/installed": "apk",
    "usr/lib/apk/db/installed": "apk",
    "etc/os-release": "release",
    "usr/lib/os-release": "release",
    **{f"{folder}/rpmdb.sqlite": "rpm" for folder in RPM_FOLDERS},
    **{f"{folder}/{other}": "unread" for folder in RPM_FOLDERS for other in RPM_OTHERS},
}


@dataclass(frozen=True)
class Found:
    """What one file told: packages, or which system it is; `unread` if it could not be read."""

    packages: tuple[Package, ...] = ()
    release: tuple[str, str] | None = None
    unread: bool = False


def kind_of(path: str) -> str:
    """Which kind of database a path in an image is; empty for any other file."""
    if path in FIXED:
        return FIXED[path]
    folder, _slash, file = path.rpartition("/")
    if folder == "var/lib/dpkg/status.d" and not file.endswith(".md5sums"):
        return "dpkg"
    if (file == "METADATA" and folder.endswith(".dist-info")) or (file == "PKG-INFO" and folder.endswith(".egg-info")):
        return "python"
    return "node" if file == "package.json" and is_node_package(folder) else ""


def is_node_package(folder: str) -> bool:
    """Whether a folder is directly in a node_modules, below a scope if it has one."""
    parts = folder.split("/")
    if len(parts) >= 3 and parts[-2].startswith("@"):
        return parts[-3] == "node_modules"
    return len(parts) >= 2 and parts[-2] == "node_modules" and not parts[-1].startswith((".", "@"))


def may_hold_databases(path: str) -> bool:
    """Whether something at this path that is no folder would hide databases of lower layers."""
    return path.endswith((".dist-info", ".egg-info", "/node_modules")) or is_node_package(path) or bool(kind_of(path))


def most_bytes(kind: str) -> int:
    """How large a database of a kind may be."""
    return DESCRIPTION_BYTES if kind in {"python", "node", "release"} else DATABASE_BYTES


def read(kind: str, content: bytes, *, most: int) -> Found:
    """What a database says, up to `most` packages; never raises, whatever it holds."""
    if kind not in READERS and kind != "release":
        return Found(unread=True)
    try:
        if kind == "release":
            return Found(release=_release(content))
        return Found(packages=tuple(islice((each for each in READERS[kind](content) if each is not None), most)))
    except (ValueError, RecursionError, rpm.Unreadable):
        return Found(unread=True)


def _stanzas(content: bytes, separator: str) -> Iterator[dict[str, str]]:
    """Blocks of "Key: value" lines; lines that go on are left out, as nobody here asks for them."""
    for block in content.split(b"\n\n"):
        fields: dict[str, str] = {}
        for line in block.decode("utf-8", "replace").split("\n"):
            key, found, value = line.partition(separator)
            if found and not line.startswith((" ", "\t")):
                fields.setdefault(key, value.strip())
        if fields:
            yield fields


def _dpkg(content: bytes) -> Iterable[Package | None]:
    for fields in _stanzas(content, ":"):
        status = fields.get("Status", "install ok installed").split()
        if status[-1:] == ["installed"]:
            yield row("deb", fields.get("Package"), fields.get("Version"), architecture=fields.get("Architecture"))


def _apk(content: bytes) -> Iterable[Package | None]:
    for fields in _stanzas(content, ":"):
        licence = fields.get("L")
        yield row("apk", fields.get("P"), fields.get("V"), architecture=fields.get("A"), licence=licence)


def _python(content: bytes) -> Iterable[Package | None]:
    for fields in _stanzas(content, ":"):
        licence = fields.get("License-Expression") or fields.get("License")
        return [row("pypi", fields.get("Name"), fields.get("Version"), licence=licence)]
    return []


def _node(content: bytes) -> Iterable[Package | None]:
    document = json.loads(content)
    if not isinstance(document, dict):
        raise ValueError("no object")
    return [row("npm", document.get("name"), document.get("version"), licence=document.get("license"))]


def _release(content: bytes) -> tuple[str, str] | None:
    """(id, version) of the system; the version may be empty."""
    lines = content.decode("utf-8", "replace").splitlines()
    fields = {key: value.strip().strip("\"'") for key, _equals, value in (line.partition("=") for line in lines)}
    name, version = fields.get("ID", ""), fields.get("VERSION_ID", "")
    if not PLAIN.fullmatch(name):
        return None
    return name.lower(), version if PLAIN.fullmatch(version) else ""


READERS: Mapping[str, Callable[[bytes], Iterable[Package | None]]] = {
    "dpkg": _dpkg,
    "apk": _apk,
    "python": _python,
    "node": _node,
    "rpm": rpm.packages,
}

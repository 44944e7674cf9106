"""The image configuration that is kept: a whitelist, and a note for what was left out and may surprise."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import strict_json
from .image import Image
from .refused import Refused

MOST_WORDS = 256
VARIABLE_BYTES = 32 * 1024
DROPPED_PREFIXES = ("LD_", "PYTHON")
DROPPED_SUFFIXES = ("_PROXY",)
KEPT_FOLDERS = ("/proc", "/sys", "/dev")
TEMPORARY = "/tmp"  # noqa: S108 (a folder in the vendor's image)
MOST_PORTS = 32

Note = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Configuration:
    """What the rebuilt image runs, its VOLUME folders (each becomes a small tmpfs), and notes (code, place, params)."""

    config: dict[str, Any]
    volumes: tuple[str, ...]
    notes: tuple[Note, ...]


def whitelist(image: Image, limits: Mapping[str, int]) -> Configuration:
    """The part of the vendor's configuration that is kept; raises Refused."""
    place = image.config_place
    given = image.config.get("config") or {}
    if not isinstance(given, dict):
        raise Refused("bad_config", place, field="config")
    notes: list[Note] = []
    kept: dict[str, Any] = {}
    for field in ("Entrypoint", "Cmd"):
        if words := strict_json.texts(given.get(field), place, field, most=MOST_WORDS):
            kept[field] = words
    if not kept:
        raise Refused("no_command", place)
    kept["Env"] = _environment(given, place, limits, notes)
    folder = strict_json.text(given.get("WorkingDir"), place, "WorkingDir")
    if folder:
        if not folder.startswith("/") or ".." in folder.split("/") or not folder.isprintable():
            raise Refused("bad_config", place, field="WorkingDir")
        kept["WorkingDir"] = folder
    if ports := _keys(given, "ExposedPorts", place):
        kept["ExposedPorts"] = {port: {} for port in ports[:MOST_PORTS]}
    if given.get("User"):
        notes.append(("user_replaced", place, {"user": strict_json.text(given.get("User"), place, "User")[:64]}))
    volumes = _volumes(given, place, limits)
    notes.extend(_layer_notes(image))
    return Configuration(kept, volumes, tuple(notes))


def _environment(given: dict[str, Any], place: str, limits: Mapping[str, int], notes: list[Note]) -> list[str]:
    kept = []
    for variable in strict_json.texts(given.get("Env"), place, "Env", most=limits["environment_variables"]):
        name, equals, _value = variable.partition("=")
        if not equals or not name or len(variable.encode()) > VARIABLE_BYTES:
            raise Refused("bad_config", place, field="Env")
        upper = name.upper()
        if upper.startswith(DROPPED_PREFIXES) or upper.endswith(DROPPED_SUFFIXES):
            notes.append(("variable_dropped", place, {"name": name[:64]}))
        else:
            kept.append(variable)
    return kept


def _volumes(given: dict[str, Any], place: str, limits: Mapping[str, int]) -> tuple[str, ...]:
    volumes = set()
    for path in _keys(given, "Volumes", place):
        clean = posixpath.normpath(path)
        allowed = clean.startswith("/") and not clean.startswith("//") and clean != "/" and clean.isprintable()
        if not allowed or ".." in path.split("/") or _is_below(clean, KEPT_FOLDERS):
            raise Refused("bad_volume", place, path=path)
        if not _is_below(clean, (TEMPORARY,)):
            volumes.add(clean)
    if len(volumes) > limits["volumes"]:
        raise Refused("too_many_volumes", place, found=len(volumes), limit=limits["volumes"])
    return tuple(sorted(volumes))


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _keys(given: dict[str, Any], field: str, place: str) -> list[str]:
    value = given.get(field) or {}
    if not isinstance(value, dict):
        raise Refused("bad_config", place, field=field)
    return strict_json.texts(list(value), place, field, most=MOST_WORDS)


def _layer_notes(image: Image) -> list[Note]:
    notes: list[Note] = []
    for name, layer in image.layers:
        if layer.set_id_files:
            params = {"count": len(layer.set_id_files), "files": ", ".join(layer.set_id_files)[:200]}
            notes.append(("set_id_stripped", name, params))
        if layer.dropped_attributes:
            notes.append(("attributes_dropped", name, {"count": layer.dropped_attributes}))
        if layer.dropped_devices:
            notes.append(("devices_dropped", name, {"count": layer.dropped_devices}))
    return notes

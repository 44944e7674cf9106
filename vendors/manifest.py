"""Checks what an app declares about itself: port, health path, memory, interfaces, scopes, languages."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from marketplace.core.errors import InvalidInput

PORTS = range(1024, 65536)
GATEWAY_PORT = 9000
MEMORY_MB_FROM = 16
MEMORY_MB_DEFAULT = 512
HEALTH_PATH = re.compile(r"/[A-Za-z0-9._~/-]{0,199}")
LANGUAGES = ("zh-hans", "en")
REQUIRED_LANGUAGE = "zh-hans"
KEYS = ("port", "health_path", "memory_mb", "interfaces", "scopes", "languages")
LIST_LENGTH = 50


@dataclass(frozen=True)
class Allowed:
    """What the order lets an app declare."""

    memory_mb: int = MEMORY_MB_DEFAULT
    interfaces: Collection[str] = field(default_factory=frozenset)
    scopes: Collection[str] = field(default_factory=frozenset)


def check_manifest(manifest: object, *, allowed: Allowed) -> dict[str, object]:
    """Return the manifest with its lists sorted; raise InvalidInput whose `field` is the place of the first fault."""
    if not isinstance(manifest, Mapping):
        raise _fault("manifest", _("The manifest must be a JSON object."))
    for key in manifest:
        if key not in KEYS:
            raise _fault(
                f"manifest/{key}"[:80],
                _("The manifest has a key that nobody knows: “%(key)s”. Known are: %(known)s.")
                % {"key": str(key)[:40], "known": ", ".join(KEYS)},
            )
    for key in KEYS:
        if key not in manifest:
            raise _fault(f"manifest/{key}", _("The manifest lacks “%(key)s”.") % {"key": key})
    return {
        "port": _port(manifest["port"]),
        "health_path": _health_path(manifest["health_path"]),
        "memory_mb": _memory(manifest["memory_mb"], most=allowed.memory_mb),
        "interfaces": _interfaces(manifest["interfaces"], allowed.interfaces),
        "scopes": _scopes(manifest["scopes"], allowed.scopes),
        "languages": _languages(manifest["languages"]),
    }


def _port(value: object) -> int:
    if not _is_whole(value) or value not in PORTS or value == GATEWAY_PORT:
        raise _fault(
            "manifest/port",
            _("The port is a whole number from %(first)s to %(last)s, except %(gateway)s, which is the gateway's.")
            % {"first": PORTS.start, "last": PORTS.stop - 1, "gateway": GATEWAY_PORT},
        )
    return int(value)  # type: ignore[call-overload]


def _health_path(value: object) -> str:
    if not isinstance(value, str) or not HEALTH_PATH.fullmatch(value):
        raise _fault("manifest/health_path", _("The health path starts with / and has no query, for example /healthz."))
    return value


def _memory(value: object, *, most: int) -> int:
    if not _is_whole(value) or not MEMORY_MB_FROM <= int(value) <= most:  # type: ignore[call-overload]
        raise _fault(
            "manifest/memory_mb",
            _("The memory is a whole number of megabytes from %(least)s to %(most)s: the order grants no more.")
            % {"least": MEMORY_MB_FROM, "most": most},
        )
    return int(value)  # type: ignore[call-overload]


def _interfaces(value: object, allowed: Collection[str]) -> list[str]:
    for name in (names := _words("manifest/interfaces", value)):
        if name not in allowed:
            raise _fault(
                "manifest/interfaces",
                _("The order doesn't pin the interface “%(name)s”. It pins: %(allowed)s.")
                % {"name": name[:60], "allowed": ", ".join(sorted(allowed)) or "–"},
            )
    return names


def _scopes(value: object, allowed: Collection[str]) -> list[str]:
    for name in (names := _words("manifest/scopes", value)):
        if name not in allowed:
            raise _fault(
                "manifest/scopes",
                _("None of the order's interfaces reveals “%(name)s”. They reveal: %(allowed)s.")
                % {"name": name[:60], "allowed": ", ".join(sorted(allowed)) or "–"},
            )
    return names


def _languages(value: object) -> list[str]:
    names = _words("manifest/languages", value)
    if REQUIRED_LANGUAGE not in names or not set(names) <= set(LANGUAGES):
        raise _fault(
            "manifest/languages",
            _("The languages are zh-hans, which every app must speak, and en."),
        )
    return names


def _words(place: str, value: object) -> list[str]:
    if (
        not isinstance(value, list)
        or len(value) > LIST_LENGTH
        or not all(isinstance(each, str) for each in value)
        or len(set(value)) != len(value)
    ):
        raise _fault(place, _("This must be a list of different names."))
    return sorted(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _fault(place: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, code="manifest", field=place)

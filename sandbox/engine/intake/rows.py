"""One installed package as a database names it, and its package URL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

TEXT_CHARACTERS = 200
UNWANTED = re.compile(r"\s+")


@dataclass(frozen=True)
class Package:
    """A package; `kind` is the type of its package URL."""

    kind: str
    name: str
    version: str
    architecture: str = ""
    licence: str = ""
    epoch: str = ""

    @property
    def size(self) -> int:
        """How many characters it holds."""
        return sum(map(len, (self.name, self.version, self.architecture, self.licence, self.epoch)))

    def url(self, release: tuple[str, str] | None) -> str:
        """Its package URL; packages of a distribution carry which one."""
        namespace, name = "", self.name
        qualifiers: dict[str, str] = {}
        if self.kind in {"deb", "apk", "rpm"}:
            namespace = release[0] if release is not None else {"deb": "debian", "apk": "alpine"}.get(self.kind, "")
            qualifiers = {"arch": self.architecture, "epoch": self.epoch}
            qualifiers["distro"] = "-".join(part for part in release or () if part)
        elif self.kind == "pypi":
            name = name.lower().replace("_", "-")
        else:
            namespace, _slash, name = name.lower().rpartition("/")
        place = "/".join(_encoded(part) for part in (namespace, name) if part)
        ending = "&".join(f"{key}={_encoded(value)}" for key, value in sorted(qualifiers.items()) if value)
        return f"pkg:{self.kind}/{place}@{_encoded(self.version)}" + (f"?{ending}" if ending else "")


def row(
    kind: str, name: Any, version: Any, *, architecture: Any = "", licence: Any = "", epoch: Any = ""
) -> Package | None:
    """The package, or None for a row without a usable name and version."""
    texts = [_text(value) for value in (name, version, architecture, licence, epoch)]
    if not texts[0] or not texts[1] or not texts[0].strip("/@"):
        return None
    return Package(kind, *texts)


def _text(value: Any) -> str:
    """A short printable text without white space at its ends; empty for anything that is no text."""
    if not isinstance(value, str):
        return ""
    short = UNWANTED.sub(" ", value[: 2 * TEXT_CHARACTERS]).strip()[:TEXT_CHARACTERS]
    return "".join(character for character in short if character.isprintable())


def _encoded(text: str) -> str:
    return quote(text, safe="").replace("%3A", ":")

"""The bill of materials that intake kept with a version: as stored, and as rows for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from sandbox.models import Intake

KINDS: Mapping[str, object] = {
    "deb": _("Debian package"),
    "apk": _("Alpine package"),
    "rpm": _("RPM package"),
    "pypi": _("Python package"),
    "npm": _("Node package"),
}


@dataclass(frozen=True)
class Row:
    """One component; plain text, to be escaped where it is shown."""

    name: str
    version: str
    kind: object
    licence: str


@dataclass(frozen=True)
class Bill:
    """What an image consists of as far as its package databases tell."""

    system: str
    rows: tuple[Row, ...]
    unread: tuple[str, ...]
    is_cut: bool


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """Return the document as it is stored and handed out."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode()


def stored(intake: Intake) -> bytes:
    """Return the stored document; FileNotFoundError if there is none."""
    if not intake.sbom:
        raise FileNotFoundError
    with intake.sbom.open("rb") as file:
        return bytes(file.read())


def bill_of(intake: Intake, *, query: str = "") -> Bill:
    """Return the bill with the components whose name holds `query`; FileNotFoundError if there is none."""
    document = json.loads(stored(intake))
    components = document.get("components", [])
    notes = [(each["name"], each["value"]) for each in document.get("metadata", {}).get("properties", [])]
    systems = [each for each in components if each["type"] == "operating-system"]
    wanted = query.casefold()
    return Bill(
        system=" ".join(f"{each['name']} {each.get('version', '')}".strip() for each in systems),
        rows=tuple(_row(each) for each in components if "purl" in each and wanted in each["name"].casefold()),
        unread=tuple(value for name, value in notes if name == "minshi:unread"),
        is_cut=any(name == "minshi:cut" for name, _value in notes),
    )


def _row(component: Mapping[str, Any]) -> Row:
    kind = component["purl"].removeprefix("pkg:").partition("/")[0]
    licences = [each["license"]["name"] for each in component.get("licenses", [])]
    return Row(component["name"], component.get("version", ""), KINDS.get(kind, kind), " ".join(licences))

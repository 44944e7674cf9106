"""The worker's check of a bill of materials: written by our own program, but after it read what a vendor wrote."""

from __future__ import annotations

import json
import re
from typing import Any

from .limits import MIB
from .streams import cleaned

MOST_BYTES = 9 * MIB
MOST_COMPONENTS = 20_001
TEXT_CHARACTERS = 16_000  # a package URL writes one character of a name as twelve
HEAD = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
KEYS = {*HEAD, "serialNumber", "metadata", "components", "compositions"}
COMPONENT_KEYS = {"type", "bom-ref", "name", "version", "purl", "properties", "licenses"}
URL = re.compile(r"pkg:(deb|apk|rpm|pypi|npm)/[\x21-\x7e]+")


def read(text: bytes) -> dict[str, Any]:
    """The document with every text printable; raises ValueError for anything but the shape that intake writes."""
    document = cleaned(json.loads(text))
    if not isinstance(document, dict) or set(document) != KEYS or document | HEAD != document:
        raise ValueError("the bill of materials has another shape")
    if not isinstance(document["components"], list) or len(document["components"]) > MOST_COMPONENTS:
        raise ValueError("the bill of materials is too long")
    for component in document["components"]:
        _check(component)
    return document


def _check(component: Any) -> None:
    if not isinstance(component, dict) or not set(component) <= COMPONENT_KEYS:
        raise ValueError("a component has another shape")
    texts = [component.get(key) for key in ("bom-ref", "name")]
    texts += [component[key] for key in ("version", "purl") if key in component]
    if not all(isinstance(text, str) and 0 < len(text) <= TEXT_CHARACTERS for text in texts):
        raise ValueError("a component lacks its texts")
    if component["type"] == "operating-system":
        return
    if component["type"] != "library" or not URL.fullmatch(component.get("purl", "")):
        raise ValueError("a component has no package URL")

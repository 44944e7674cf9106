"""Owns the table of common names: drawn once from Faker (zh_CN) and shipped, so that no update changes anybody's name.

Usage: python -m sandbox.world.tables > sandbox/world/names.json      (the pinned digest of the city changes with it)
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

NAMES = Path(__file__).with_name("names.json")


def draw() -> dict[str, Any]:
    """Return the tables as the installed Faker has them: surname to frequency, given names by sex."""
    people = importlib.import_module("faker.providers.person.zh_CN").Provider
    return {
        "surnames": {name: float(share) for name, share in people.last_names.items()},
        "female": list(people.first_names_female),
        "male": list(people.first_names_male),
    }


def shipped() -> dict[str, Any]:
    """Return the tables that ship with the city."""
    tables: dict[str, Any] = json.loads(NAMES.read_text(encoding="utf-8"))
    return tables


if __name__ == "__main__":
    json.dump(draw(), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")

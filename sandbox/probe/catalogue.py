"""Owns the list of checks, found in the folder `checks`, in the order in which they run; standard library only."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys

from . import checks
from .model import GROUPS, Check


def _found() -> list[Check]:
    """Return the CHECK of every module in `checks`, in the order in which they run."""
    names = sorted(module.name for module in pkgutil.iter_modules(checks.__path__))
    found: list[Check] = [importlib.import_module(f"{checks.__name__}.{name}").CHECK for name in names]
    groups = list(GROUPS)
    return sorted(found, key=lambda check: (check.at_end, groups.index(check.group), check.place, check.id))


CHECKS: tuple[Check, ...] = tuple(_found())
_BY_ID = {check.id: check for check in CHECKS}
SCENARIO = _BY_ID["scenario.*"]


def check_for(check_id: str) -> Check:
    """Return the check of an id; every `scenario.<code>` is the one scenario check. KeyError when there is none."""
    if check_id.startswith("scenario."):
        return SCENARIO
    return _BY_ID[check_id]


def main(arguments: list[str]) -> int:
    """Print the catalogue as JSON."""
    json.dump([check.as_dict() for check in CHECKS], sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0

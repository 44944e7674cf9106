"""Owns the list of checks in the order in which they run; imports the standard library only."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from .checks import (
    contract_conforms,
    contract_no_server_error,
    contract_refuses_bad_input,
    duty_declared_only,
    duty_no_personal_data_in_urls,
    fault_error500,
    fault_exactly_once,
    fault_slow,
    load_errors,
    load_p95,
    page_axe_390,
    page_axe_1280,
    scenario,
    start_healthy,
    start_stops,
)
from .model import Check

SCENARIO = scenario.CHECK
CHECKS: tuple[Check, ...] = (
    start_healthy.CHECK,
    contract_no_server_error.CHECK,
    contract_conforms.CHECK,
    contract_refuses_bad_input.CHECK,
    scenario.CHECK,
    fault_slow.CHECK,
    fault_error500.CHECK,
    fault_exactly_once.CHECK,
    duty_declared_only.CHECK,
    duty_no_personal_data_in_urls.CHECK,
    page_axe_1280.CHECK,
    page_axe_390.CHECK,
    load_p95.CHECK,
    load_errors.CHECK,
    start_stops.CHECK,
)
_BY_ID = {check.id: check for check in CHECKS}


def check_for(check_id: str) -> Check:
    """Return the check of an id; every `scenario.<code>` is the one scenario check. KeyError when there is none."""
    if check_id.startswith("scenario."):
        return SCENARIO
    return _BY_ID[check_id]


def plan_checks(scenario_codes: Iterable[str]) -> list[dict[str, Any]]:
    """Return the `checks` of a plan with the default duties and weights, one entry per acceptance scenario."""
    entries = []
    for check in CHECKS:
        ids = [f"scenario.{code}" for code in scenario_codes] if check is SCENARIO else [check.id]
        entries += [
            {"id": each, "mandatory": check.mandatory_by_default, "weight": check.default_weight} for each in ids
        ]
    return entries


def main(arguments: list[str]) -> int:
    """Print the catalogue as JSON."""
    json.dump([check.as_dict() for check in CHECKS], sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
    return 0

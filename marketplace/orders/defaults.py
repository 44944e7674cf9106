"""What a new order starts from: thresholds with their bounds, checks with their duties and weights (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from marketplace.catalogue.findings import Finding, pointer

MAX_WEIGHT = 100


@dataclass(frozen=True)
class Threshold:
    """One number of an order: its usual value and its bounds, inclusive."""

    usual: int
    least: int
    most: int
    unit: str = ""


THRESHOLDS = {
    "pass_mark": Threshold(80, 50, 100),
    "p95_ms": Threshold(800, 50, 10_000, "ms"),
    "memory_mb": Threshold(256, 64, 1024, "MiB"),
    "startup_seconds": Threshold(20, 2, 60, "s"),
    "load_rps": Threshold(20, 1, 200, "/s"),
    "load_seconds": Threshold(5, 2, 30, "s"),
    "axe_violations": Threshold(0, 0, 20),
    "answer_seconds": Threshold(10, 1, 30, "s"),
    "recovery_seconds": Threshold(10, 1, 60, "s"),
}


@dataclass(frozen=True)
class UsualCheck:
    """One check that an order may ask for: its title in both languages, usual duty and weight."""

    id: str
    title_zh: str
    title_en: str
    mandatory: bool
    weight: int
    always_mandatory: bool = False


_checks: dict[str, UsualCheck] = {}


def register(checks: Iterable[UsualCheck]) -> None:
    """Let orders ask for these checks; the sandbox, which has them, calls this when it starts."""
    _checks.update({each.id: each for each in checks})


def usual_checks() -> tuple[UsualCheck, ...]:
    """Return the checks that an order may ask for, in the order in which they run."""
    return tuple(_checks.values())


def default_thresholds() -> dict[str, int]:
    """Return the usual thresholds."""
    return {name: each.usual for name, each in THRESHOLDS.items()}


def default_checks() -> list[dict[str, Any]]:
    """Return the usual checks: id, mandatory, weight."""
    return [{"id": each.id, "mandatory": each.mandatory, "weight": each.weight} for each in usual_checks()]


def check_thresholds(thresholds: Mapping[str, Any]) -> list[Finding]:
    """Return what is wrong with an order's thresholds; every one must be there and within its bounds."""
    found = [Finding("threshold-unknown", pointer((name,))) for name in thresholds if name not in THRESHOLDS]
    for name, bounds in THRESHOLDS.items():
        value = thresholds.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or not bounds.least <= value <= bounds.most:
            params = {"least": bounds.least, "most": bounds.most, "unit": bounds.unit}
            found.append(Finding("threshold-bounds", pointer((name,)), params=params))
    return found


def check_weights(checks: Any) -> list[Finding]:
    """Return what is wrong with an order's checks: each known once, weights within 0 to 100 and not all zero."""
    known = {each.id for each in usual_checks()}
    always = {each.id for each in usual_checks() if each.always_mandatory}
    found, seen, total = [], set(), 0
    for position, check in enumerate(checks):
        name, weight = check.get("id"), check.get("weight")
        place = pointer((position,))
        if name not in known:
            found.append(Finding("check-unknown", place, params={"id": str(name)[:60]}))
        if name in seen:
            found.append(Finding("check-twice", place, params={"id": str(name)[:60]}))
        seen.add(name)
        if not isinstance(weight, int) or isinstance(weight, bool) or not 0 <= weight <= MAX_WEIGHT:
            found.append(Finding("check-weight", f"{place}/weight"))
        else:
            total += weight
        if not isinstance(check.get("mandatory"), bool) or (name in always and not check["mandatory"]):
            found.append(Finding("check-mandatory", f"{place}/mandatory", params={"id": str(name)[:60]}))
    found += [Finding("check-missing", params={"id": name}) for name in sorted(known - seen)]
    if not found and total == 0:
        found.append(Finding("check-no-weight"))
    return found

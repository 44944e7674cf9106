"""The verdict over the results of a plan's checks: pure arithmetic, the same for the same findings on any machine."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
SHARE = Decimal("0.0001")
NONE, ALL = Decimal(0), Decimal(1)

PASSED, FAILED, ADVISORY, SKIPPED, ERROR = "passed", "failed", "advisory", "skipped", "error"
HOLDS = frozenset({PASSED, ADVISORY})


@dataclass(frozen=True)
class Duty:
    """One check as the plan has it: whether failing it fails the app, and how much it weighs."""

    code: str
    mandatory: bool
    weight: Decimal


@dataclass(frozen=True)
class Found:
    """How one check ended; `share` (0 to 1) overrides the share of the weight that the outcome earns."""

    code: str
    outcome: str
    share: float | None = None
    digestible: bool = True


@dataclass(frozen=True)
class Points:
    """What one check brought: `earned` of `duty.weight`."""

    duty: Duty
    outcome: str
    share: Decimal
    earned: Decimal
    digestible: bool

    @property
    def fails_the_app(self) -> bool:
        """Whether this check alone decides against the app."""
        return self.duty.mandatory and self.outcome not in HOLDS


@dataclass(frozen=True)
class Verdict:
    """The end of a run: `score` is 0 to 100 with two places."""

    passed: bool
    score: Decimal
    pass_mark: Decimal
    points: tuple[Points, ...]
    digestible: Mapping[str, object]
    digest: str

    @property
    def failed_mandatory(self) -> tuple[str, ...]:
        """The mandatory checks that failed, in the plan's order."""
        return tuple(each.duty.code for each in self.points if each.fails_the_app)


def duties_of(plan: Mapping[str, object]) -> tuple[Duty, ...]:
    """Return the plan's checks in order; raises ValueError for a negative weight or a check that is there twice."""
    duties = tuple(
        Duty(str(each["id"]), bool(each["mandatory"]), Decimal(str(each["weight"])))
        for each in plan.get("checks", ())  # type: ignore[attr-defined]
    )
    if any(duty.weight < 0 or not duty.weight.is_finite() for duty in duties):
        raise ValueError("a weight is a number from 0")
    if len({duty.code for duty in duties}) != len(duties):
        raise ValueError("a check is in the plan twice")
    return duties


def judge(
    duties: Sequence[Duty], found: Iterable[Found], *, pass_mark: Decimal, subject: Mapping[str, object]
) -> Verdict:
    """Return the verdict; a check without a finding counts as not run.

    `subject` names what was judged (plan hash, seed, image) and goes into the digest. Findings that rest on
    measurements (`digestible` false) count for the score but not for the digest. Without any weight the score is 100.
    """
    by_code = {each.code: each for each in found}
    points = tuple(_points(duty, by_code.get(duty.code) or Found(duty.code, SKIPPED)) for duty in duties)
    total = sum((duty.weight for duty in duties), NONE)
    earned = sum((each.duty.weight * each.share for each in points), NONE)
    score = (earned / total * 100 if total else Decimal(100)).quantize(CENT, ROUND_HALF_UP)
    passed = score >= pass_mark and not any(each.fails_the_app for each in points)
    digestible = _digestible(points, subject)
    return Verdict(passed, score, pass_mark, points, digestible, digest_of(digestible))


def digest_of(digestible: Mapping[str, object]) -> str:
    """Return the SHA-256 (hex) of the part of a verdict that the same image, plan and seed must repeat."""
    return hashlib.sha256(json.dumps(digestible, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _points(duty: Duty, found: Found) -> Points:
    share = _share(found)
    earned = (duty.weight * share).quantize(CENT, ROUND_HALF_UP)
    return Points(duty, found.outcome, share, min(earned, duty.weight), found.digestible)


def _share(found: Found) -> Decimal:
    if found.share is None:
        return ALL if found.outcome in HOLDS else NONE
    if not math.isfinite(found.share):
        return NONE
    return min(max(Decimal(str(found.share)), NONE), ALL).quantize(SHARE, ROUND_HALF_UP)


def _digestible(points: Iterable[Points], subject: Mapping[str, object]) -> dict[str, object]:
    kept = [[each.duty.code, each.outcome, str(each.share)] for each in points if each.digestible]
    return {"checks": kept, "subject": dict(subject)}

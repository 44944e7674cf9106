r"""Turns reviews into a score, an interval and an order; pure arithmetic in decimals, the same on every machine.

For one app, let the counted reviews have app faces r_i (1 to 5) and ages of a_i days. With the published policy
(m, mu, s0^2, half-life h, z):

    w_i   = 2^(-a_i / h)                                  each review weighs half after h days
    mean  = (m*mu + sum w_i r_i) / (m + sum w_i)          Bayesian mean: without reviews it is mu
    n_eff = (sum w_i)^2 / sum w_i^2                       how many equal reviews the weights are worth
    s^2   = (m*(s0^2 + (mu - mean)^2) + sum w_i (r_i - mean)^2) / (m + sum w_i)
    se    = sqrt(s^2 / (m + n_eff))
    lower, upper = mean -/+ z * se                        90 % credible interval, normal approximation, within 1..5

Apps are sorted by `lower`. In the default order the apps whose interval reaches into the leader's are shuffled by a
published seed that changes daily, so that newcomers are seen; nobody can buy a place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

from marketplace.store.policy import ScorePolicy

PRECISION = Context(prec=28, rounding=ROUND_HALF_EVEN)
PLACES = Decimal("0.0001")
LOWEST, HIGHEST = Decimal(1), Decimal(5)


@dataclass(frozen=True, slots=True)
class Score:
    """Mean, interval (rounded to four places) and the number of reviews behind it."""

    mean: Decimal
    lower: Decimal
    upper: Decimal
    count: int
    enough: bool


def score(levels: Mapping[tuple[int, int], int], policy: ScorePolicy) -> Score:
    """Return the score of an app from {(age in days, level): number of reviews}; ages below 0 count as 0."""
    with localcontext(PRECISION):
        weight, weighted, squares = Decimal(0), Decimal(0), Decimal(0)
        for (age, level), count in levels.items():
            each = _weight(age, policy.half_life_days)
            weight += each * count
            weighted += each * count * level
            squares += each * each * count
        m, mu = policy.prior_weight, policy.prior_mean
        mean = (m * mu + weighted) / (m + weight)
        spread = m * (policy.prior_variance + (mu - mean) ** 2)
        for (age, level), count in levels.items():
            spread += _weight(age, policy.half_life_days) * count * (level - mean) ** 2
        effective = weight * weight / squares if squares else Decimal(0)
        error = (spread / (m + weight) / (m + effective)).sqrt()
        count = sum(levels.values())
        return Score(
            mean=mean.quantize(PLACES),
            lower=max(LOWEST, mean - policy.z * error).quantize(PLACES),
            upper=min(HIGHEST, mean + policy.z * error).quantize(PLACES),
            count=count,
            enough=count >= policy.minimum_reviews,
        )


def _weight(age: int, half_life: int) -> Decimal:
    return Decimal(2) ** (Decimal(-max(0, age)) / Decimal(half_life))


def daily_seed(day: date, service_item: str) -> str:
    """Return the published seed of a day for a service item."""
    return f"{day.isoformat()}/{service_item}"


def default_order(scores: Mapping[str, Score], seed: str) -> list[str]:
    """Return app codes: those whose interval overlaps the leader's in the day's shuffle, then the rest by `lower`."""
    by_lower = sorted(scores, key=lambda code: (-scores[code].lower, code))
    if not by_lower:
        return []
    leader = scores[by_lower[0]]
    near = [code for code in by_lower if scores[code].upper >= leader.lower]
    rest = [code for code in by_lower if scores[code].upper < leader.lower]
    return sorted(near, key=lambda code: _shuffle_key(seed, code)) + rest


def _shuffle_key(seed: str, code: str) -> str:
    return hashlib.sha256(f"{seed}/{code}".encode()).hexdigest()


def order_by(values: Sequence[tuple[str, Decimal | int | None]], *, descending: bool) -> list[str]:
    """Return codes by value, those without a value last, ties by code."""
    known = [(code, value) for code, value in values if value is not None]
    unknown = sorted(code for code, value in values if value is None)
    known.sort(key=lambda pair: ((-pair[1] if descending else pair[1]), pair[0]))
    return [code for code, _value in known] + unknown


def tally(rows: Iterable[tuple[date, int, int]], today: date) -> dict[tuple[int, int], int]:
    """Return {(age, level): count} from rows of (day, level, count)."""
    found: dict[tuple[int, int], int] = {}
    for day, level, count in rows:
        if count:
            key = ((today - day).days, level)
            found[key] = found.get(key, 0) + count
    return found

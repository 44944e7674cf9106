"""Owns what a tariff (核算标准) says: tiers and user rate per item, quality curve, awards; read from checked JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from billing.pricing.exact import cents, rational
from billing.pricing.refusal import InputError, gettext_noop

Point = tuple[Fraction, Fraction]


@dataclass(frozen=True, slots=True)
class Tier:
    """The price in yuan of each case from the `start`-th (counted from 0) up to the next tier's start."""

    start: int
    rate: Fraction


@dataclass(frozen=True, slots=True)
class ItemRates:
    """The graduated price of one service item and what each first-time applicant adds, in yuan."""

    tiers: tuple[Tier, ...]
    user_rate: Fraction


@dataclass(frozen=True, slots=True)
class AwardRules:
    """Sums in cents for places 1, 2, 3; the weights of use and quality (they add up to 1); who is eligible."""

    sums: tuple[int, ...]
    use_weight: Fraction
    quality_weight: Fraction
    min_cases: int
    min_reviews: int
    min_vendors: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """One version of the price rules. `curve` points are (mean face 1..5, multiplier), x strictly rising."""

    cap_per_citizen: int
    prior_weight: int
    prior_mean: Fraction
    curve: tuple[Point, ...]
    items: Mapping[str, ItemRates]
    awards: AwardRules
    dispute_days: int
    notice_days: int
    safety_factor: int

    @classmethod
    def read(cls, rules: Mapping[str, Any]) -> Tariff:
        """The tariff that JSON rules describe. Raises InputError with the row that is wrong."""
        curve = _curve(_get(rules, "curve", list))
        mean = rational(_get(rules, "prior_mean", str), row="prior_mean")
        _check_prior_mean(curve, mean)
        items = _get(rules, "items", dict)
        return cls(
            cap_per_citizen=_count(rules, "cap_per_citizen", least=1),
            prior_weight=_count(rules, "prior_weight", least=1),
            prior_mean=mean,
            curve=curve,
            items={code: _item(code, items[code]) for code in sorted(items)},
            awards=_awards(_get(rules, "awards", dict)),
            dispute_days=_count(rules, "dispute_days", least=1),
            notice_days=_count(rules, "notice_days", least=1),
            safety_factor=_count(rules, "safety_factor", least=2),
        )

    def rates(self, service_item: str, *, row: str) -> ItemRates:
        """The rates of an item; refused when the tariff has none for it."""
        if service_item not in self.items:
            raise InputError(
                gettext_noop("%(row)s: the tariff has no price for the service item %(item)s."),
                row=row,
                item=service_item,
            )
        return self.items[service_item]


def _get(rules: Mapping[str, Any], key: str, kind: type, *, row: str = "") -> Any:
    place = f"{row}{key}"
    if not isinstance(rules, Mapping) or key not in rules:
        raise InputError(gettext_noop("The tariff's “%(row)s” is missing."), row=place)
    if not isinstance(rules[key], kind) or isinstance(rules[key], bool):
        raise InputError(
            gettext_noop("The tariff's “%(row)s” is not of the kind %(kind)s."), row=place, kind=kind.__name__
        )
    return rules[key]


def _count(rules: Mapping[str, Any], key: str, *, least: int, row: str = "") -> int:
    value = _get(rules, key, int, row=row)
    if value < least:
        raise InputError(
            gettext_noop("The tariff's “%(row)s” is %(value)s; it must be at least %(least)s."),
            row=f"{row}{key}",
            value=value,
            least=least,
        )
    return int(value)


def _not_negative(text: str, *, row: str) -> Fraction:
    value = rational(text, row=row)
    if value < 0:
        raise InputError(gettext_noop("%(row)s: %(value)s is negative."), row=row, value=text)
    return value


def _item(code: str, rules: Mapping[str, Any]) -> ItemRates:
    place = f"items.{code}."
    tiers = _get(rules, "tiers", list, row=place)
    read = tuple(_tier(row, index, f"{place}tiers[{index}]") for index, row in enumerate(tiers))
    _check_tiers(tiers, read, place)
    user_rate = _get(rules, "user_rate", str, row=place)
    return ItemRates(read, _not_negative(user_rate, row=f"{place}user_rate"))


def _tier(rules: Mapping[str, Any], index: int, row: str) -> Tier:
    rate = _not_negative(_get(rules, "rate", str, row=f"{row}."), row=f"{row}.rate")
    return Tier(_count(rules, "from", least=0, row=f"{row}."), rate)


def _check_tiers(rows: Sequence[Mapping[str, Any]], tiers: Sequence[Tier], place: str) -> None:
    """The tiers must begin at 0, rise, and (where a row says its end) touch without gap or overlap."""
    if not tiers or tiers[0].start != 0:
        raise InputError(gettext_noop("%(row)s: the first tier must begin at case 0."), row=f"{place}tiers[0]")
    for index in range(1, len(tiers)):
        row = f"{place}tiers[{index}]"
        end = rows[index - 1].get("to", tiers[index].start)
        if tiers[index].start <= tiers[index - 1].start or (isinstance(end, int) and end > tiers[index].start):
            raise InputError(gettext_noop("%(row)s: this tier overlaps the one before it."), row=row)
        if end != tiers[index].start:
            raise InputError(gettext_noop("%(row)s: there is a gap before this tier."), row=row)
    if rows[-1].get("to") is not None:
        raise InputError(
            gettext_noop("%(row)s: the last tier must be open-ended."), row=f"{place}tiers[{len(tiers) - 1}]"
        )


def _curve(rows: Sequence[Sequence[str]]) -> tuple[Point, ...]:
    points: list[Point] = []
    for index, row in enumerate(rows):
        place = f"curve[{index}]"
        if not isinstance(row, list | tuple) or len(row) != 2:
            raise InputError(gettext_noop("%(row)s: a point of the curve is a pair of numbers."), row=place)
        x, y = _not_negative(row[0], row=place), _not_negative(row[1], row=place)
        if points and x <= points[-1][0]:
            raise InputError(gettext_noop("%(row)s: the curve's x values must rise."), row=place)
        if points and y < points[-1][1]:
            raise InputError(gettext_noop("%(row)s: a better quality must not pay less."), row=place)
        points.append((x, y))
    if not points or not points[0][1] <= 1 <= points[-1][1]:
        raise InputError(gettext_noop("%(row)s: the curve never crosses 1.00."), row="curve")
    return tuple(points)


def _check_prior_mean(curve: Sequence[Point], mean: Fraction) -> None:
    if multiplier_at(curve, mean) != 1:
        raise InputError(gettext_noop("%(row)s: the curve isn't 1.00 at %(value)s."), row="prior_mean", value=str(mean))


def segment_at(curve: Sequence[Point], x: Fraction) -> tuple[Point, Point]:
    """The two points of the curve between which x lies; outside, the first or the last point twice."""
    if x <= curve[0][0]:
        return curve[0], curve[0]
    for left, right in pairwise(curve):
        if x <= right[0]:
            return left, right
    return curve[-1], curve[-1]


def multiplier_at(curve: Sequence[Point], x: Fraction) -> Fraction:
    """The piecewise-linear curve at x, flat outside its first and last point."""
    (x0, y0), (x1, y1) = segment_at(curve, x)
    return y0 if x0 == x1 else y0 + (x - x0) * (y1 - y0) / (x1 - x0)


def _awards(rules: Mapping[str, Any]) -> AwardRules:
    place = "awards."
    sums = tuple(
        cents(text, row=f"{place}sums[{index}]") for index, text in enumerate(_get(rules, "sums", list, row=place))
    )
    for index, amount in enumerate(sums):
        if amount <= 0 or (index and amount > sums[index - 1]):
            raise InputError(
                gettext_noop("%(row)s: award sums are positive and don't rise from place to place."),
                row=f"{place}sums[{index}]",
            )
    use = _not_negative(_get(rules, "use_weight", str, row=place), row=f"{place}use_weight")
    quality = _not_negative(_get(rules, "quality_weight", str, row=place), row=f"{place}quality_weight")
    if use + quality != 1:
        raise InputError(gettext_noop("%(row)s: the two weights must add up to 1."), row="awards")
    return AwardRules(
        sums=sums,
        use_weight=use,
        quality_weight=quality,
        min_cases=_count(rules, "min_cases", least=1, row=place),
        min_reviews=_count(rules, "min_reviews", least=1, row=place),
        min_vendors=_count(rules, "min_vendors", least=3, row=place),
    )

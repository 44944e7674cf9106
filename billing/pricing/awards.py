"""Step 8: the awards of one category, apart from fees: score, places, and sums that a tie shares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from billing.pricing.refusal import InputError, gettext_noop
from billing.pricing.tariff import AwardRules


@dataclass(frozen=True, slots=True)
class Candidate:
    """One app of a category. `group` names the vendors that belong together (an affiliate or the vendor itself).

    `barred` is why the app can't win whatever its score: upheld manipulation, overdue follow-ups, a suspension.
    """

    app: str
    vendor: str
    group: str
    billable: int
    reviews: int
    lower_bound: Fraction
    barred: str = ""


@dataclass(frozen=True, slots=True)
class Winner:
    """A place (1 to 3), the score that earned it, and its sum in cents."""

    place: int
    app: str
    vendor: str
    use_share: Fraction
    score: Fraction
    cents: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """One category: the winners, why other apps aren't eligible, and why there is no award (empty if there is one)."""

    category: str
    winners: tuple[Winner, ...]
    not_eligible: tuple[tuple[str, str], ...]
    no_award: str


def rank(rules: AwardRules, category: str, candidates: Iterable[Candidate]) -> Ranking:
    """score = w_use * n/N + w_quality * (lower bound of q - 1)/4; the best three places share the tariff's sums.

    The vendors that compete are counted before anybody is barred: misconduct costs its author the award and must not
    annul the others'.
    """
    rows = sorted(candidates, key=lambda candidate: candidate.app)
    for row in rows:
        if row.billable < 0:
            raise InputError(gettext_noop("%(row)s: %(value)s is negative."), row=row.app, value=row.billable)
    total = sum(row.billable for row in rows)
    too_small = {row.app: _too_small(rules, row) for row in rows}
    excluded = tuple((row.app, too_small[row.app] or row.barred) for row in rows if too_small[row.app] or row.barred)
    competing = {row.group for row in rows if not too_small[row.app]}
    if len(competing) < rules.min_vendors:
        reason = gettext_noop("Fewer unaffiliated vendors compete than an award needs.")
        return Ranking(category, (), excluded, reason)
    eligible = [row for row in rows if not too_small[row.app] and not row.barred]
    scored = sorted(((_score(rules, row, total), row) for row in eligible), key=lambda pair: (-pair[0], pair[1].app))
    return Ranking(category, tuple(_winners(rules, scored, total)), excluded, "")


def _too_small(rules: AwardRules, row: Candidate) -> str:
    if row.billable < rules.min_cases:
        return gettext_noop("Too few billable cases.")
    if row.reviews < rules.min_reviews:
        return gettext_noop("Too few reviews.")
    return ""


def _score(rules: AwardRules, row: Candidate, total: int) -> Fraction:
    return rules.use_weight * Fraction(row.billable, total) + rules.quality_weight * (row.lower_bound - 1) / 4


def _winners(rules: AwardRules, scored: Sequence[tuple[Fraction, Candidate]], total: int) -> Iterable[Winner]:
    """Walk the groups of equal score; a group takes the sums of all the places it covers, cents left by app code."""
    place = 1
    for score, group in groupby(scored, key=lambda pair: pair[0]):
        rows = [row for _, row in group]
        if place > len(rules.sums):
            return
        pot = sum(rules.sums[place - 1 : place - 1 + len(rows)])
        share, left = divmod(pot, len(rows))
        for index, row in enumerate(rows):
            use_share = Fraction(row.billable, total)
            yield Winner(place, row.app, row.vendor, use_share, score, share + (index < left))
        place += len(rows)

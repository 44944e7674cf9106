"""Step 2: the use fee, from the graduated price of all cases of the item and a rate per first-time applicant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from billing.pricing.tariff import ItemRates, Tier


@dataclass(frozen=True, slots=True)
class TierShare:
    """How many of the item's cases one tier priced, at which rate, for how much (yuan)."""

    start: int
    cases: int
    rate: Fraction
    amount: Fraction


@dataclass(frozen=True, slots=True)
class ItemPrice:
    """N cases of one item: what each tier priced, their sum G(N), and G(N)/N for one case (0 when there is none)."""

    cases: int
    shares: tuple[TierShare, ...]
    total: Fraction
    per_case: Fraction


@dataclass(frozen=True, slots=True)
class UseFee:
    """The two parts of one app's use fee and their sum, in yuan, unrounded."""

    by_cases: Fraction
    by_applicants: Fraction
    total: Fraction


def price_item(tiers: Sequence[Tier], cases: int) -> ItemPrice:
    """Price `cases` of an item over all apps; each case by its own tier, [start, next start)."""
    shares = []
    for index, tier in enumerate(tiers):
        end = tiers[index + 1].start if index + 1 < len(tiers) else max(cases, tier.start)
        inside = max(0, min(cases, end) - tier.start)
        if inside:
            shares.append(TierShare(tier.start, inside, tier.rate, inside * tier.rate))
    total = sum((share.amount for share in shares), Fraction(0))
    return ItemPrice(cases, tuple(shares), total, total / cases if cases else Fraction(0))


def use_fee(rates: ItemRates, price: ItemPrice, *, billable: int, applicants: int) -> UseFee:
    """n * G(N)/N + u * user_rate."""
    by_cases = billable * price.per_case
    by_applicants = applicants * rates.user_rate
    return UseFee(by_cases, by_applicants, by_cases + by_applicants)

"""Step 3: the quality of an app for an item from its reviews, and the multiplier that the curve gives for it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from billing.pricing.exact import square_root
from billing.pricing.facts import Opinion
from billing.pricing.tariff import Point, Tariff, multiplier_at, segment_at

#: The 5th percentile of the normal distribution, so that [q - z*s, q + z*s] holds 90 % of it; four digits by rule.
Z_90 = Fraction(16449, 10000)


@dataclass(frozen=True, slots=True)
class Quality:
    """q = (m*mu + faces)/(m + reviews), the multiplier at q, and the lower bound of q's 90 % interval (for awards).

    `segment` is the piece of the curve that gave the multiplier.
    """

    prior_weight: int
    prior_mean: Fraction
    reviews: int
    faces: int
    segment: tuple[Point, Point]
    q: Fraction
    multiplier: Fraction
    lower_bound: Fraction


def judge(tariff: Tariff, opinion: Opinion) -> Quality:
    """The quality of one line. The m prior reviews count as faces of exactly mu.

    Lower bound: q - z * sqrt(v / (m + n)) with v the mean squared distance of the m + n faces from q; the root is
    cut after twelve decimals, so that every machine gets the same number.
    """
    m, mu = tariff.prior_weight, tariff.prior_mean
    weight = m + opinion.reviews
    q = (m * mu + opinion.faces) / weight
    variance = (m * mu * mu + opinion.squares) / weight - q * q
    lower = q - Z_90 * square_root(variance / weight)
    return Quality(
        prior_weight=m,
        prior_mean=mu,
        reviews=opinion.reviews,
        faces=opinion.faces,
        segment=segment_at(tariff.curve, q),
        q=q,
        multiplier=multiplier_at(tariff.curve, q),
        lower_bound=lower,
    )

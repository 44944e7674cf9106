"""The store's published policy: every threshold and weight in one place, shown on the page “how is this computed”."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ScorePolicy:
    """How reviews become a score; see `ranking` for the formula."""

    prior_weight: Decimal = Decimal(20)
    """m: how many reviews the prior opinion counts for."""
    prior_mean: Decimal = Decimal(4)
    """mu: the level at which the quality curve of the tariff is 1.00."""
    prior_variance: Decimal = Decimal(1)
    """Spread of opinions before anybody has spoken, in squared levels."""
    half_life_days: int = 180
    """After so many days a review weighs half."""
    minimum_reviews: int = 10
    """Under so many reviews the page says “too few to say”."""
    z: Decimal = Decimal("1.6449")
    """Normal quantile of the two-sided 90 % interval."""


SCORE = ScorePolicy()

REVIEW_WINDOW = timedelta(days=30)
"""How long after the platform heard of the decision a case may be reviewed."""
VERIFY_DAYS = 1
RECTIFY_DAYS = 5
COMPLEX_RECTIFY_DAYS = 15
"""Working days for the steps of a follow-up (国办发〔2019〕51号)."""
LAUNCH_LIFETIME = timedelta(minutes=5)
"""Life of a launch token."""
RELAUNCH_WINDOW = timedelta(minutes=30)
"""A second launch of the same app within this time enters the same case, as long as nothing was submitted."""
LATE_AFTER = timedelta(days=2)
"""An event that comes later than this after it happened is late; its day may be sealed already."""
CLOCK_SKEW = timedelta(minutes=5)
"""How far a department's clock may be from ours."""
TIMES_WINDOW = timedelta(days=365)
"""Completion times look back so far."""
MINIMUM_TIMES = 10
"""Under so many completed cases no median is shown."""
BATCH_LIMIT = 500
"""Events in one batch."""
EVENT_BYTES = 64 * 1024
BATCH_BYTES = 4 * 1024 * 1024
DECISION_ROWS = 20_000
DECISION_BYTES = 8 * 1024 * 1024
"""Limits of the daily file of decisions."""

"""Computes the published indicators of an app or a department: counts, and shares with their formula beside them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from marketplace.store.models import Case, FollowUp, Review


@dataclass(frozen=True)
class Indicators:
    """Counts of cases, reviews and follow-ups; each share is None where nothing could be counted."""

    decided: int
    reviewed: int
    set_aside: int
    removed: int
    good: int
    replied: int
    bad: int
    rectified: int
    content: int
    called_back: int
    overdue: int

    @property
    def unrated_share(self) -> float | None:
        """Decided cases without a review / decided cases; never counted as satisfied."""
        return 1 - self.reviewed / self.decided if self.decided else None

    @property
    def good_share(self) -> float | None:
        """Counted reviews with the levels 3 to 5 for app and service / counted reviews."""
        counted = self.reviewed - self.set_aside - self.removed
        return self.good / counted if counted else None

    @property
    def reply_share(self) -> float | None:
        """Reviews with a reply of the vendor / reviews."""
        return self.replied / self.reviewed if self.reviewed else None

    @property
    def rectified_share(self) -> float | None:
        """Follow-ups put right / follow-ups that were not unfounded."""
        return self.rectified / self.bad if self.bad else None

    @property
    def satisfied_share(self) -> float | None:
        """Follow-ups closed with the citizen content / follow-ups with a call back."""
        return self.content / self.called_back if self.called_back else None


def indicators_of(*, now: datetime, app: int | None = None, department: int | None = None) -> Indicators:
    """Return the indicators of an app, or of a department; three queries."""
    of_cases = Q(listing__app=app) if app else Q(department=department)
    of_reviews = Q(app=app) if app else Q(case__department=department)
    of_follow_ups = Q(review__app=app) if app else Q(review__case__department=department)
    counts = Q(removed_at=None, held=False)
    reviews = Review.objects.filter(of_reviews).aggregate(
        reviewed=Count("pk"),
        set_aside=Count("pk", filter=Q(held=True, removed_at=None)),
        removed=Count("pk", filter=Q(removed_at__isnull=False)),
        good=Count("pk", filter=counts & Q(app_level__gte=3, service_level__gte=3)),
        replied=Count("pk", filter=Q(replied_at__isnull=False)),
    )
    overdue = Q(state="open", verify_due_at__lte=now) | Q(state__in=["verified", "rectifying"], rectify_due_at__lte=now)
    follow_ups = FollowUp.objects.filter(of_follow_ups).aggregate(
        bad=Count("pk", filter=~Q(state="unfounded")),
        rectified=Count("pk", filter=Q(rectified_at__isnull=False)),
        called_back=Count("pk", filter=Q(state="closed") | Q(satisfied=False)),
        content=Count("pk", filter=Q(state="closed", satisfied=True)),
        overdue=Count("pk", filter=overdue),
    )
    decided = Case.objects.decided().filter(of_cases, own_people=False).count()
    return Indicators(decided=decided, **reviews, **follow_ups)

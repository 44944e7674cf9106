"""Sets cases, and the reviews that hang on them, aside from score and money, and lets them count again."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.store.models import Case, Review
from marketplace.store.services.tallies import count_review
from marketplace.store.signals import case_hold_changed, review_changed

CONTRADICTION = "contradicting-reports"
REASONS = {CONTRADICTION: _("The department's reports contradict each other; a person is looking at it.")}
GONE = _("This was done already. Reload the page to see where the review stands.")


def hold_case(case: Case, *, by: object, now: datetime, reason: str = CONTRADICTION) -> None:
    """Hold a case and its review; holding it again changes nothing. Runs inside the caller's transaction."""
    if not case.hold(by=by, now=now, reason=reason):
        return
    for review in Review.objects.filter(case=case, held=False, removed_at=None):
        count_review(review, by=-1)
        review.change("held", by=by, now=now, unless=Q(held=True), refusal=GONE, held=True, held_reason=reason)
        review_changed.send(sender=Review, review=review, now=now)
    case_hold_changed.send(sender=Case, case=case, now=now)


def release_held_case(case: Case, *, by: object, now: datetime) -> None:
    """Release a case, and its review where that was held for the same reason. Runs inside a transaction."""
    reason = case.held_reason
    if not case.release(by=by, now=now):
        return
    for review in Review.objects.filter(case=case, held=True, held_reason=reason, removed_at=None):
        review.change("released", by=by, now=now, unless=Q(held=False), refusal=GONE, held=False, held_reason="")
        count_review(review, by=1)
        review_changed.send(sender=Review, review=review, now=now)
    case_hold_changed.send(sender=Case, case=case, now=now)

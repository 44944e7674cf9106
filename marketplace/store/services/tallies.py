"""Keeps the daily tallies of counted reviews, from which scores are computed, and checks them against the reviews."""

from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import TruncDate
from django.utils import timezone

from marketplace.store.models import Review, ReviewTally

Key = tuple[int, date, str, int]


def day_of(moment: datetime) -> date:
    """Return the platform's own date of a moment."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def count_review(review: Review, *, by: int) -> None:
    """Add a review to the tallies (`by` 1) or take it out (-1); a held or removed one was never in."""
    if by == 1 and not review.counts:
        return
    day = day_of(review.submitted_at)
    for face, level in (("app", review.app_level), ("service", review.service_level)):
        row, _created = ReviewTally.objects.get_or_create(app_id=review.app_id, day=day, face=face, level=level)
        ReviewTally.objects.filter(pk=row.pk).update(count=F("count") + by)


def expected() -> Counter[Key]:
    """Return what the tallies must be, from the reviews: (app, day, face, level) -> count."""
    found: Counter[Key] = Counter()
    zone = timezone.get_default_timezone()
    for face, field in (("app", "app_level"), ("service", "service_level")):
        rows = (
            Review.objects.filter(removed_at__isnull=True, held=False)
            .annotate(day=TruncDate("submitted_at", tzinfo=zone))
            .order_by()
            .values_list("app_id", "day", field)
            .annotate(n=Count("pk"))
        )
        for app, day, level, count in rows:
            found[app, day, face, level] += count
    return found


def differences() -> list[tuple[Key, int, int]]:
    """Return where the tallies differ from the reviews: (key, stored, expected)."""
    stored = {(row.app_id, row.day, row.face, row.level): row.count for row in ReviewTally.objects.all()}
    wanted = expected()
    keys = sorted(set(stored) | set(wanted))
    return [(key, stored.get(key, 0), wanted[key]) for key in keys if stored.get(key, 0) != wanted[key]]


def rebuild() -> int:
    """Write all tallies anew from the reviews; return how many rows there are."""
    with transaction.atomic():
        ReviewTally.objects.all().delete()
        rows = [
            ReviewTally(app_id=app, day=day, face=face, level=level, count=count)
            for (app, day, face, level), count in sorted(expected().items())
        ]
        ReviewTally.objects.bulk_create(rows, batch_size=1000)
    return len(rows)

"""Owns the sealing of days: once a day is older than the grace time, its facts and reviews go into files for good."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Min, Q
from django.utils import timezone

from billing import parquet
from billing.models import FactSeal, UsageFact
from billing.models.facts import GENESIS
from billing.pricing.canonical import digest
from marketplace.core import audit
from marketplace.store.models import Review

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.get_fixed_timezone(0))


def micros(moment: datetime) -> int:
    """Return microseconds since 1970 UTC, exactly."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def local_day(moment: datetime) -> date:
    """Return the day in the platform's own zone."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def midnight(day: date) -> datetime:
    """Return the beginning of the day in the platform's own zone."""
    return datetime.combine(day, datetime.min.time(), tzinfo=timezone.get_default_timezone())


def sealed_through() -> date | None:
    """Return the last sealed day, None before the first."""
    return FactSeal.objects.order_by("-day").values_list("day", flat=True).first()


def open_day(day: date) -> date:
    """Return the day on which something that happened on `day` counts: itself, or the first day not sealed yet."""
    sealed = sealed_through()
    return day if sealed is None or day > sealed else sealed + timedelta(days=1)


def seal_due_days(now: datetime) -> list[FactSeal]:
    """Seal every day that is due, oldest first; a second call seals nothing. Each day is a transaction of its own."""
    sealed = []
    day = _first_unsealed()
    while day is not None and now >= midnight(day + timedelta(days=1 + settings.SEAL_GRACE_DAYS)):
        sealed.append(_seal(day, now=now))
        day += timedelta(days=1)
    return sealed


def _first_unsealed() -> date | None:
    sealed = sealed_through()
    if sealed is not None:
        return sealed + timedelta(days=1)
    first_fact = UsageFact.objects.aggregate(first=Min("counted_on"))["first"]
    first_review = Review.objects.aggregate(first=Min("submitted_at"))["first"]
    days = [day for day in (first_fact, first_review and local_day(first_review)) if day]
    return min(days, default=None)


def _seal(day: date, *, now: datetime) -> FactSeal:
    with transaction.atomic():
        head = FactSeal.objects.select_for_update().order_by("-day").first()
        if head is not None and head.day >= day:
            return FactSeal.objects.get(day=day)
        strays = UsageFact.objects.filter(seal=None, counted_on__lt=day)
        strays.update(counted_on=day, late=True)
        facts, ids = _facts_of(day)
        reviews = _reviews_of(day)
        body: dict[str, Any] = {
            "day": day.isoformat(),
            "facts": [len(facts), parquet.write("facts", day, facts)],
            "reviews": [len(reviews), parquet.write("reviews", day, reviews)],
            "previous": head.digest if head else GENESIS,
        }
        seal = FactSeal.objects.create(
            day=day,
            facts_rows=body["facts"][0],
            facts_sha256=body["facts"][1],
            reviews_rows=body["reviews"][0],
            reviews_sha256=body["reviews"][1],
            previous=body["previous"],
            digest=digest(body),
            sealed_at=now,
        )
        UsageFact.objects.filter(pk__in=ids).update(seal=seal)
        audit.record("sealed", seal, by="system:sealing", now=now, after={"digest": seal.digest})
    return seal


def manifest_digest(seal: FactSeal) -> str:
    """Return the digest that the manifest's own columns give; it differs from `seal.digest` after a change."""
    return digest(
        {
            "day": seal.day.isoformat(),
            "facts": [seal.facts_rows, seal.facts_sha256],
            "reviews": [seal.reviews_rows, seal.reviews_sha256],
            "previous": seal.previous,
        }
    )


def _facts_of(day: date) -> tuple[list[dict[str, object]], list[int]]:
    rows = UsageFact.objects.filter(counted_on=day, seal=None).select_related(
        "case", "app", "version", "service_item", "department"
    )
    ordered = sorted(rows, key=lambda row: (row.decided_at, row.case.number))
    return [_fact_row(row) for row in ordered], [row.pk for row in ordered]


def _fact_row(row: UsageFact) -> dict[str, object]:
    return {
        "case": row.case.number,
        "app": row.app.code,
        "version": row.version.version,
        "service_item": row.service_item.code,
        "department": row.department.code,
        "applicant": row.applicant_pseudonym,
        "decided_at": micros(row.decided_at),
        "confirmed_by": row.confirmed_by,
        "outcome": row.outcome,
        "held": row.held,
        "late": row.late,
    }


def _reviews_of(day: date) -> list[dict[str, object]]:
    submitted = Q(submitted_at__gte=midnight(day), submitted_at__lt=midnight(day + timedelta(days=1)))
    rows = Review.objects.counted().filter(submitted).select_related("case", "app", "service_item")
    return [
        {
            "case": row.case.number,
            "app": row.app.code,
            "service_item": row.service_item.code,
            "face": row.app_level,
            "submitted_at": micros(row.submitted_at),
        }
        for row in rows.order_by("submitted_at", "case__number")
    ]

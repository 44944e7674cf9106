"""What the public pages read from the marketplace: a fixed number of queries, whatever the number of rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet, Value

from billing.models import Award
from marketplace.accounts.models import Department
from marketplace.catalogue.models import Interface, LifeEvent, ServiceItem
from marketplace.catalogue.querysets import PUBLISHED_STATES, ServiceItemQuerySet
from marketplace.orders.models import DemandOrder
from marketplace.store import policy
from marketplace.store.models import Case, Listing, Review

POPULAR = 6
LISTED = Count("listings", filter=Q(listings__state="listed"), distinct=True)


@dataclass(frozen=True)
class Market:
    """How much of everything there is."""

    items: int
    orders: int
    apps: int
    cases: int
    reviews: int


@dataclass(frozen=True)
class AwardCategory:
    """The awards of one service item in one period."""

    service_item: ServiceItem
    awards: list[Award]


@dataclass(frozen=True)
class AwardPeriod:
    """All categories of one period."""

    period: str
    categories: list[AwardCategory]


def market() -> Market:
    """Return the size of the market in one query."""

    counted = [
        rows.order_by().annotate(what=Value(what)).values("what").annotate(total=Count("pk"))
        for what, rows in (
            ("items", ServiceItem.objects.published()),
            ("orders", DemandOrder.objects.filter(state="open")),
            ("apps", Listing.objects.public()),
            ("cases", Case.objects.decided()),
            ("reviews", Review.objects.public()),
        )
    ]
    return Market(**{row["what"]: row["total"] for row in counted[0].union(*counted[1:], all=True)})


def life_events() -> list[LifeEvent]:
    """Return the life events that have a published item, each with `items`."""
    published = ServiceItem.objects.published().only("pk", "code", "name_zh", "name_en")
    events = LifeEvent.objects.prefetch_related(Prefetch("service_items", queryset=published, to_attr="items"))
    return [event for event in events if event.items]  # type: ignore[attr-defined]


def windows(opened: QuerySet[Any]) -> QuerySet[Department]:
    """Return the departments with an opened window and something published, each with `item_count`."""
    shown = Count("service_items", filter=Q(service_items__state="published"), distinct=True)
    interfaces = Count("interfaces", filter=Q(interfaces__versions__state__in=PUBLISHED_STATES), distinct=True)
    departments = Department.objects.filter(pk__in=opened.values("department"))
    counted = departments.annotate(item_count=shown, interface_count=interfaces)
    return counted.filter(Q(item_count__gt=0) | Q(interface_count__gt=0)).order_by("-item_count", "code")


def popular_items() -> ServiceItemQuerySet:
    """Return the items that most people got done, each with `app_count`."""
    items = ServiceItem.objects.published().select_related("department").annotate(app_count=LISTED)
    return items.annotate(case_count=Count("cases", distinct=True)).order_by("-case_count", "code")[:POPULAR]


def window(department: Department) -> dict[str, object]:
    """Return what a department's window shows."""
    items = ServiceItem.objects.published().filter(department=department).annotate(app_count=LISTED)
    interfaces = Interface.objects.filter(department=department, versions__state__in=PUBLISHED_STATES).distinct()
    return {
        "department": department,
        "items": items.order_by("code"),
        "interfaces": interfaces,
        "orders": DemandOrder.objects.public().filter(department=department).order_by("-opened_at")[:20],
    }


def awards() -> list[AwardPeriod]:
    """Return the public awards by period, then by category."""
    rows = Award.objects.public()
    return [
        AwardPeriod(period, list(_categories(of_period)))
        for period, of_period in groupby(rows, key=lambda award: str(award.settlement.period))
    ]


def _categories(rows: Iterable[Award]) -> Iterable[AwardCategory]:
    for _code, some in groupby(rows, key=lambda award: award.service_item.code):
        made = list(some)
        yield AwardCategory(made[0].service_item, made)


def policy_numbers() -> dict[str, str]:
    """Return the numbers of the store's policy by the names that texts use for them."""
    score = policy.SCORE
    return {
        "m": f"{score.prior_weight.normalize():f}",
        "mu": f"{score.prior_mean.normalize():f}",
        "half_life": str(score.half_life_days),
        "minimum": str(score.minimum_reviews),
        "window_days": str(policy.REVIEW_WINDOW.days),
        "times_days": str(policy.TIMES_WINDOW.days),
        "minimum_times": str(policy.MINIMUM_TIMES),
    }

"""What everybody sees: the apps of a service side by side, one listing with its reviews, how figures come about."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock
from marketplace.store import policy, tags
from marketplace.store.models import LEVELS, Listing, Review
from marketplace.store.services.comparison import SORTS, compare, offers
from marketplace.store.services.indicators import indicators_of
from marketplace.store.services.tallies import day_of

PAGE = 20
SORT_WORDS = {
    "default": _("Suggested"),
    "time": _("Quickest to finish"),
    "score": _("Best judged"),
    "test": _("Best in the test"),
    "data": _("Least data taken"),
}


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """Compare the apps of one service."""
    rows = ServiceItem.objects.visible_to(request.user).select_related("department").prefetch_related("materials")
    item = get_object_or_404(rows, code=code)
    sort = request.GET.get("sort", "default")
    sort = sort if sort in SORTS else "default"
    found, seed = compare(item, sort=sort, now=clock.now())
    context = {
        "item": item,
        "offers": found,
        "sorts": [(key, SORT_WORDS[key]) for key in SORT_WORDS],
        "sort": sort,
        "seed": seed,
        "minimum": policy.SCORE.minimum_reviews,
    }
    return render(request, "store/service.html", context)


@require_safe
def listing(request: HttpRequest, code: str) -> HttpResponse:
    """Show one app: its figures, what it takes, and every review."""
    rows = Listing.objects.visible_to(request.user).exclude(state__in=["refused", "delisted"])
    found = get_object_or_404(rows.select_related("app__vendor", "service_item__department", "version"), app__code=code)
    now = clock.now()
    reviews = Review.objects.filter(app=found.app_id).select_related("citizen", "follow_up", "version")
    if request.GET.get("level") in {"1", "2", "3", "4", "5"}:
        reviews = reviews.filter(app_level=request.GET["level"])
    context = {
        "listing": found,
        "offer": offers([found], now=now)[0],
        "indicators": indicators_of(app=found.app_id, now=now),
        "page": Paginator(reviews, PAGE).get_page(request.GET.get("page")),
        "level": request.GET.get("level", ""),
        "levels": LEVELS,
        "minimum": policy.SCORE.minimum_reviews,
    }
    return render(request, "store/listing.html", context)


@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    """Say how each figure is computed, with the policy in force and today's seed."""
    context = {
        "policy": policy.SCORE,
        "rules": policy,
        "today": day_of(clock.now()),
        "good_tags": tags.GOOD.values(),
        "bad_tags": tags.BAD.values(),
    }
    return render(request, "store/standards.html", context)

"""Puts the apps of one service side by side: what citizens say, how long it takes, what the sandbox found."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from marketplace.catalogue.models import InterfaceVersion, ServiceItem
from marketplace.store import policy, ranking
from marketplace.store.models import Case, Listing, ReviewTally
from marketplace.store.ranking import Score
from marketplace.store.services.tallies import day_of

SORTS = ("default", "score", "time", "test", "data")


@dataclass(frozen=True)
class Times:
    """Completion times in seconds by the nearest-rank method, and of how many cases; None with too few."""

    count: int = 0
    median: int | None = None
    ninetieth: int | None = None


@dataclass(frozen=True)
class Offer:
    """One app as citizens compare it."""

    listing: Listing
    score: Score
    service: Score
    times: Times
    scopes: list[dict[str, str]]
    accessibility: dict[str, object] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The app's code."""
        return self.listing.app.code

    @property
    def accessible(self) -> bool | None:
        """Whether every automatic accessibility check passed; None where none was run."""
        outcomes = [outcome for outcome in self.accessibility.values() if outcome != "skipped"]
        return all(outcome == "passed" for outcome in outcomes) if outcomes else None

    @property
    def took_only_declared(self) -> bool:
        """Whether the sandbox saw the app ask for nothing but what it declared."""
        summary = self.listing.version.certificate_summary
        return bool(summary.get("run")) and "duty.declared_only" not in summary.get("failed_checks", [])

    @property
    def test_score(self) -> object:
        """The sandbox score of the version on offer."""
        return self.listing.version.score


def offers(listings: Iterable[Listing], *, now: datetime) -> list[Offer]:
    """Return the comparison of some listings, in the order given; four queries whatever their number."""
    listings = list(listings)
    apps = [listing.app_id for listing in listings]
    today = day_of(now)
    scores = scores_of(apps, today=today)
    times = times_of([listing.pk for listing in listings], now=now)
    titles = scope_titles()
    return [
        Offer(
            listing=listing,
            score=scores[listing.app_id, "app"],
            service=scores[listing.app_id, "service"],
            times=times.get(listing.pk, Times()),
            scopes=_scopes(listing, titles),
            accessibility=_accessibility(listing),
        )
        for listing in listings
    ]


def compare(service_item: ServiceItem, *, sort: str, now: datetime) -> tuple[list[Offer], str]:
    """Return the offers for a service in the order asked for, and the day's seed."""
    listings = Listing.objects.public().filter(service_item=service_item).select_related("app__vendor", "version")
    found = {offer.code: offer for offer in offers(listings, now=now)}
    seed = ranking.daily_seed(day_of(now), service_item.code)
    return [found[code] for code in _ordered(found, sort, seed)], seed


def _ordered(found: dict[str, Offer], sort: str, seed: str) -> list[str]:
    values = found.items()
    if sort == "score":
        lower = [(code, offer.score.lower if offer.score.enough else None) for code, offer in values]
        return ranking.order_by(lower, descending=True)
    if sort == "time":
        return ranking.order_by([(code, offer.times.median) for code, offer in values], descending=False)
    if sort == "test":
        return ranking.order_by([(code, offer.listing.version.score) for code, offer in values], descending=True)
    if sort == "data":
        return ranking.order_by([(code, len(offer.scopes)) for code, offer in values], descending=False)
    return ranking.default_order({code: offer.score for code, offer in values}, seed)


def scores_of(apps: list[int], *, today: date) -> dict[tuple[int, str], Score]:
    """Return the scores of apps by (app, face), from the daily tallies in one query."""
    rows: dict[tuple[int, str], list[tuple[date, int, int]]] = defaultdict(list)
    tallies = ReviewTally.objects.filter(app__in=apps).values_list("app", "face", "day", "level", "count")
    for app, face, day, level, count in tallies:
        rows[app, face].append((day, level, count))
    return {
        (app, face): ranking.score(ranking.tally(rows[app, face], today), policy.SCORE)
        for app in apps
        for face in ReviewTally.Face.values
    }


def times_of(listings: list[int], *, now: datetime) -> dict[int, Times]:
    """Return median and 90th percentile of the time from launch to completion by listing, in one query.

    Nearest rank: the smallest time that at least half (nine tenths) of the cases didn't exceed.
    """
    ranked = Case.objects.filter(
        listing__in=listings,
        state=Case.State.COMPLETED,
        held=False,
        own_people=False,
        decided_at__gte=now - policy.TIMES_WINDOW,
    ).annotate(
        place=Window(RowNumber(), partition_by=F("listing"), order_by=["handling_seconds", "pk"]),
        n=Window(Count("pk"), partition_by=F("listing")),
    )
    wanted = ranked.filter(Q(place=(F("n") + 1) / 2) | Q(place=(F("n") * 9 + 9) / 10))
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = wanted.order_by("handling_seconds").values_list("listing", "n", "handling_seconds")
    for listing, n, seconds in rows:
        found[listing].append((n, seconds or 0))
    return {listing: _times(rows) for listing, rows in found.items()}


def _times(rows: list[tuple[int, int]]) -> Times:
    count = rows[0][0]
    if count < policy.MINIMUM_TIMES:
        return Times(count=count)
    return Times(count=count, median=rows[0][1], ninetieth=rows[-1][1])


def scope_titles() -> dict[str, dict[str, str]]:
    """Return what each declared scope means, {scope: {"zh", "en"}}, as the interfaces in use name them."""
    found: dict[str, dict[str, str]] = {}
    versions = InterfaceVersion.objects.filter(state__in=["stable", "deprecated"]).order_by("published_at", "pk")
    for titles in versions.values_list("document__x-minshi-scope-titles", flat=True):
        if isinstance(titles, dict):
            found.update(titles)
    return found


def _scopes(listing: Listing, titles: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    declared = listing.version.manifest.get("scopes", [])
    return [titles.get(scope, {"zh": scope, "en": scope}) for scope in declared if isinstance(scope, str)]


def _accessibility(listing: Listing) -> dict[str, object]:
    found = listing.version.certificate_summary.get("accessibility", {})
    return found if isinstance(found, dict) else {}

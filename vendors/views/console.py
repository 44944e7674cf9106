"""The vendor's console: where each company of the person stands on its way to a listing."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.accounts.requests import PersonRequest
from vendors.checklist import Standing, Step, steps_of
from vendors.models import App, AppVersion, Claim, Vendor


@dataclass(frozen=True)
class Board:
    """One company on the console."""

    vendor: Vendor
    claims: list[Claim]
    apps: list[App]
    steps: list[Step]
    may_manage: bool
    may_claim: bool


@require_safe
@login_required
def console(request: PersonRequest) -> HttpResponse:
    """Show every company in which the person has a role."""
    vendors = (
        Vendor.objects.where(request.user, "vendor.view")
        .order_by("registered_at")
        .prefetch_related(
            Prefetch("claims", Claim.objects.standing().select_related("order__department")),
            Prefetch("apps", App.objects.select_related("service_item").prefetch_related("listings")),
            Prefetch("apps__versions", AppVersion.objects.order_by("-uploaded_at", "-pk")),
        )
    )
    managed = set(Vendor.objects.where(request.user, "vendor.manage").values_list("pk", flat=True))
    claiming = set(Vendor.objects.where(request.user, "orders.claim").values_list("pk", flat=True))
    boards = [_board(each, may_manage=each.pk in managed, may_claim=each.pk in claiming) for each in vendors]
    return render(request, "vendors/console.html", {"boards": boards})


def _is_listed(app: App | None) -> bool:
    """The store above keeps the listings; the console only reads whether one is public."""
    listings = getattr(app, "listings", None)
    return listings is not None and any(listing.state == "listed" for listing in listings.all())


def _board(vendor: Vendor, *, may_manage: bool, may_claim: bool) -> Board:
    claims, apps = list(vendor.claims.all()), list(vendor.apps.all())
    app = apps[-1] if apps else None
    standing = Standing(
        vendor=vendor,
        claims=claims,
        app=app,
        versions=list(app.versions.all()) if app else [],
        listed=_is_listed(app),
    )
    return Board(
        vendor=vendor,
        claims=claims,
        apps=apps,
        steps=steps_of(standing),
        may_manage=may_manage,
        may_claim=may_claim,
    )

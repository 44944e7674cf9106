"""A vendor's desks: listings to ask for, newer versions to offer, reviews to answer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from marketplace.store.forms import ReplyForm
from marketplace.store.models import Listing, Review
from marketplace.store.services import reply_to_review, request_listing, serve_version
from vendors.models import App, AppVersion, Vendor

PAGE = 30
ACTIVE = [Listing.State.PENDING, Listing.State.LISTED, Listing.State.SUSPENDED]


@require_safe
@never_cache
@login_required
def listings(request: PersonRequest) -> HttpResponse:
    """Show each app of the person's vendors: its listing, and the version that could be offered."""
    apps = App.objects.where(request.user, "vendor.view").select_related("vendor", "service_item")
    live = {
        each.app_id: each
        for each in Listing.objects.filter(app__in=apps).select_related("version").order_by("requested_at")
    }
    versions = AppVersion.objects.filter(app__in=apps, state="certified").order_by("uploaded_at", "pk")
    newest = {version.app_id: version for version in versions}
    rows = [_row(app, live.get(app.pk), newest.get(app.pk)) for app in apps]
    return render(request, "store/vendor_listings.html", {"rows": rows})


def _row(app: App, listing: Listing | None, newest: AppVersion | None) -> dict[str, object]:
    active = listing if listing and listing.state in ACTIVE else None
    fresh = active is not None and newest is not None and newest.pk != active.version_id
    return {
        "app": app,
        "listing": listing,
        "newest": newest,
        "may_ask": newest is not None and active is None,
        "may_serve": fresh,
    }


@require_POST
@login_required
def ask(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for a listing of a certified version, or let the live listing serve it."""
    version = get_object_or_404(
        AppVersion.objects.where(request.user, "vendor.view").select_related("app__vendor"), pk=pk
    )
    live = Listing.objects.filter(app=version.app, state__in=ACTIVE).first()
    if live:
        serve_version(listing=live, version=version, by=request.user, now=clock.now())
        messages.success(request, _("New cases go to this version from now on."))
    else:
        request_listing(version=version, by=request.user, now=clock.now())
        messages.success(request, _("The operator has your request."))
    return redirect("store:vendor-listings")


@require_safe
@never_cache
@login_required
def reviews(request: PersonRequest) -> HttpResponse:
    """List what citizens say about the vendor's apps, unanswered ones first."""
    mine = Vendor.objects.where(request.user, "vendor.view")
    rows = Review.objects.filter(app__vendor__in=mine).select_related("citizen", "app", "follow_up", "version")
    if "open" in request.GET:
        rows = rows.filter(replied_at=None, removed_at=None)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    answerable = Vendor.objects.where(request.user, "reviews.reply").exists()
    context = {"page": page, "open": "open" in request.GET, "answerable": answerable}
    return render(request, "store/vendor_reviews.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def reply(request: PersonRequest, pk: int) -> HttpResponse:
    """Answer a review in public, once."""
    rows = Review.objects.answerable_by(request.user).select_related("app", "citizen", "case", "version", "follow_up")
    review = get_object_or_404(rows, pk=pk)
    form = ReplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reply_to_review(review=review, by=request.user, text=form.cleaned_data["text"], now=clock.now())
        messages.success(request, _("Your reply is public now."))
        return redirect("store:vendor-reviews")
    return render(request, "store/reply.html", {"review": review, "form": form})

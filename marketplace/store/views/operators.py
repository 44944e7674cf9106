"""The platform's desks: approval of listings, the kill switch, moderation of reviews and held cases."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from marketplace.store.forms import ReasonForm
from marketplace.store.models import Case, Listing, Review
from marketplace.store.services import (
    approve_listing,
    delist_listing,
    hold_review,
    refuse_listing,
    release_case,
    release_review,
    remove_review,
    resume_listing,
    suspend_listing,
)
from marketplace.store.views.gates import platform

PAGE = 30
WITH_REASON = {"refuse": refuse_listing, "suspend": suspend_listing, "delist": delist_listing}
WITHOUT_REASON = {"approve": approve_listing, "resume": resume_listing}
REVIEW_WITH_REASON = {"hold": hold_review, "remove": remove_review}


@require_safe
@platform("listings.decide")
def approvals(request: PersonRequest) -> HttpResponse:
    """List every listing, those that wait first."""
    rows = Listing.objects.decidable_by(request.user).select_related("app__vendor", "service_item", "version")
    context = {
        "waiting": rows.filter(state=Listing.State.PENDING).order_by("requested_at"),
        "page": Paginator(rows.exclude(state="pending").order_by("-requested_at"), PAGE).get_page(
            request.GET.get("page")
        ),
    }
    return render(request, "store/approvals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@platform("listings.decide")
def approval(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one listing with what the operator may do to it, and do it."""
    rows = Listing.objects.decidable_by(request.user)
    listing = get_object_or_404(rows.select_related("app__vendor", "service_item", "version", "requested_by"), pk=pk)
    verb = request.POST.get("verb", "")
    form = ReasonForm(request.POST if verb in WITH_REASON else None)
    if verb in WITHOUT_REASON:
        WITHOUT_REASON[verb](listing=listing, by=request.user, now=clock.now())
        messages.success(request, _("Done. The vendor has been told."))
        return redirect("store:approvals")
    if verb in WITH_REASON and form.is_valid():
        told = WITH_REASON[verb](listing=listing, by=request.user, now=clock.now(), reason=form.cleaned_data["reason"])
        words = ngettext("Done. One citizen was told.", "Done. %(n)s citizens were told.", told or 0)
        messages.success(request, words % {"n": told} if told else _("Done. The vendor has been told."))
        return redirect("store:approvals")
    before = listing.app.listings.exclude(pk=listing.pk).select_related("version").order_by("-requested_at").first()
    open_cases = Case.objects.filter(listing=listing, state__in=Case.OPEN).count()
    context = {"listing": listing, "form": form, "before": before, "open_cases": open_cases}
    return render(request, "store/approval.html", context)


@require_safe
@platform("reviews.moderate")
def moderation(request: PersonRequest) -> HttpResponse:
    """List reviews, held ones first, and held cases."""
    rows = Review.objects.moderatable_by(request.user).select_related("citizen", "app", "case", "follow_up", "version")
    wanted = request.GET.get("q", "").replace("\x00", "")[:100]
    if wanted:
        rows = rows.filter(text__icontains=wanted)
    context = {
        "q": wanted,
        "page": Paginator(rows.order_by("-held", "-submitted_at"), PAGE).get_page(request.GET.get("page")),
        "held_cases": Case.objects.filter(held=True).select_related("service_item", "listing__app")[:PAGE],
    }
    return render(request, "store/moderation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@platform("reviews.moderate")
def moderate(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one review with what a moderator may do to it, and do it."""
    rows = Review.objects.moderatable_by(request.user).select_related("citizen", "app", "case", "follow_up", "version")
    review = get_object_or_404(rows, pk=pk)
    verb = request.POST.get("verb", "")
    form = ReasonForm(request.POST if verb in REVIEW_WITH_REASON else None)
    if verb == "release":
        release_review(review=review, by=request.user, now=clock.now())
        return redirect("store:moderation")
    if verb in REVIEW_WITH_REASON and form.is_valid():
        reason = form.cleaned_data["reason"]
        REVIEW_WITH_REASON[verb](review=review, by=request.user, reason=reason, now=clock.now())
        messages.success(request, _("Done. The public sees it and why."))
        return redirect("store:moderation")
    return render(request, "store/moderate.html", {"review": review, "form": form})


@require_POST
@platform("cases.release")
def release(request: PersonRequest, number: str) -> HttpResponse:
    """Let a held case count again."""
    release_case(case=get_object_or_404(Case, number=number), by=request.user, now=clock.now())
    messages.success(request, _("The case counts again."))
    return redirect("store:moderation")

"""A citizen's own pages: launch, cases with their timeline, reviews."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.context import elder_mode
from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from marketplace.store.forms import AdditionForm, RateForm
from marketplace.store.limits import limited
from marketplace.store.models import Case, FollowUp, Listing, Review
from marketplace.store.policy import REVIEW_WINDOW
from marketplace.store.querysets import CaseQuerySet
from marketplace.store.services import (
    add_to_review,
    close_follow_up,
    launch_case,
    reopen_follow_up,
    submit_review,
    withdraw_case,
)
from marketplace.store.services.cases import enter_again, launch_address
from marketplace.store.services.reviews import may_review

PAGE = 20


def _cases(request: PersonRequest) -> CaseQuerySet:
    rows = Case.objects.visible_to(request.user)
    return rows.select_related("listing__app__vendor", "service_item", "department", "review", "version")


def _send_to_app(case: Case, token: str) -> HttpResponse:
    """Redirect to the app; the page that posted here must allow the app's origin in `form-action`."""
    return HttpResponseRedirect(launch_address(case=case, token=token))


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address, for the content security policy."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


@require_safe
@never_cache
@login_required
def start(request: PersonRequest, code: str) -> HttpResponse:
    """Say where the citizen is about to be sent and what goes along; the button there starts the case."""
    rows = Listing.objects.public().select_related("app__vendor", "service_item__department", "version")
    listing = get_object_or_404(rows, app__code=code)
    response = render(request, "store/start.html", {"listing": listing})
    return _may_send_to(response, listing)


def _may_send_to(response: HttpResponse, listing: Listing) -> HttpResponse:
    """Let the forms of this page lead to the app's origin, and nowhere else than here."""
    if listing.app.address:
        response._csp_update = {"form-action": [origin_of(listing.app.address)]}  # type: ignore[attr-defined]
    return response


@require_POST
@login_required
@limited("launch", "20/m")
def launch(request: PersonRequest, code: str) -> HttpResponse:
    """Start a case and send the citizen to the app."""
    listing = get_object_or_404(Listing.objects.public(), app__code=code)
    case, token = launch_case(
        listing=listing,
        citizen=request.user,
        now=clock.now(),
        language=get_language() or "zh-hans",
        elder=elder_mode(request),
    )
    return _send_to_app(case, token)


@require_POST
@login_required
@limited("launch", "20/m")
def enter(request: PersonRequest, number: str) -> HttpResponse:
    """Go on in the app of an open case."""
    case = get_object_or_404(_cases(request), number=number)
    language = get_language() or "zh-hans"
    elder = elder_mode(request)
    token = enter_again(case=case, citizen=request.user, now=clock.now(), language=language, elder=elder)
    return _send_to_app(case, token)


@require_safe
@never_cache
@login_required
def cases(request: PersonRequest) -> HttpResponse:
    """List the citizen's cases, open ones first."""
    page = Paginator(_cases(request).order_by("-launched_at"), PAGE).get_page(request.GET.get("page"))
    return render(request, "store/cases.html", {"page": page})


@require_safe
@never_cache
@login_required
def case(request: PersonRequest, number: str) -> HttpResponse:
    """Show a case: where it stands, what comes next, whom to call."""
    found = get_object_or_404(_cases(request), number=number)
    now = clock.now()
    context = {
        "case": found,
        "steps": list(found.steps.all()),
        "can_review": may_review(case=found, citizen=request.user, now=now) is None and not hasattr(found, "review"),
        "review_until": found.recorded_at + REVIEW_WINDOW if found.recorded_at else None,
        "overdue": found.due_at is not None and found.is_open and now > found.due_at,
        "app_available": found.listing.state == Listing.State.LISTED,
    }
    response = render(request, "store/case.html", context)
    return _may_send_to(response, found.listing) if found.is_open else response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def withdraw(request: PersonRequest, number: str) -> HttpResponse:
    """Ask once more, then take the case back."""
    found = get_object_or_404(_cases(request), number=number)
    if request.method == "POST":
        withdraw_case(case=found, citizen=request.user, now=clock.now())
        messages.success(request, _("You have withdrawn this application."))
        return redirect("store:case", number=number)
    return render(request, "store/withdraw.html", {"case": found})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@limited("review", "20/h")
def rate(request: PersonRequest, number: str) -> HttpResponse:
    """One screen: two questions with five faces each."""
    found = get_object_or_404(_cases(request), number=number)
    if hasattr(found, "review"):
        return redirect("store:rated", number=number)
    if refusal := may_review(case=found, citizen=request.user, now=clock.now()):
        return render(request, "store/rate.html", {"case": found, "refusal": refusal}, status=403)
    form = RateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        submit_review(case=found, citizen=request.user, now=clock.now(), **form.cleaned_data)
        return redirect("store:rated", number=number)
    return render(request, "store/rate.html", {"case": found, "form": form})


@require_safe
@never_cache
@login_required
def rated(request: PersonRequest, number: str) -> HttpResponse:
    """Confirm what was said and what follows from it."""
    rows = Review.objects.visible_to(request.user).select_related("case__department", "app", "follow_up")
    return render(request, "store/rated.html", {"review": get_object_or_404(rows, case__number=number)})


@require_safe
@never_cache
@login_required
def reviews(request: PersonRequest) -> HttpResponse:
    """List what the citizen said and what became of it."""
    rows = Review.objects.visible_to(request.user).select_related(
        "case__department", "app", "service_item", "follow_up"
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "store/reviews.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@limited("review", "20/h")
def addition(request: PersonRequest, pk: int) -> HttpResponse:
    """Add once to a review."""
    review = get_object_or_404(Review.objects.visible_to(request.user).select_related("app", "case"), pk=pk)
    form = AdditionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        add_to_review(review=review, citizen=request.user, text=form.cleaned_data["text"], now=clock.now())
        messages.success(request, _("Your addition is public now."))
        return redirect("store:reviews")
    return render(request, "store/addition.html", {"review": review, "form": form})


@require_POST
@login_required
def answer(request: PersonRequest, pk: int) -> HttpResponse:
    """The citizen's word on what was put right: content, or not."""
    rows = FollowUp.objects.filter(review__citizen=request.user).select_related("review__case__department")
    follow_up = get_object_or_404(rows, pk=pk)
    verb = close_follow_up if request.POST.get("content") == "yes" else reopen_follow_up
    verb(follow_up=follow_up, by=request.user, now=clock.now())
    messages.success(request, _("Thank you. The department has been told."))
    return redirect("store:reviews")

"""A department's desks: the counter, the daily file, reports that wait for a person, follow-ups with their clocks."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.models import Department
from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from marketplace.core.errors import DomainError
from marketplace.store import progress
from marketplace.store.forms import CaseNumberForm, DecisionFileForm, DecisionForm, KeyForm, MeasureForm, ReasonForm
from marketplace.store.models import Case, CaseStep, DecisionFile, DepartmentKey, FollowUp, IncomingEvent
from marketplace.store.services import (
    call_back_follow_up,
    close_follow_up,
    declare_follow_up_unfounded,
    extend_follow_up,
    import_decisions_csv,
    record_clerk_decision,
    rectify_follow_up,
    register_department_key,
    reopen_follow_up,
    resolve_event,
    verify_follow_up,
)
from marketplace.store.services.decisions import revoke_department_key
from marketplace.store.services.indicators import indicators_of
from marketplace.store.views.gates import department

PAGE = 30
KINDS = {
    Case.State.LAUNCHED: [progress.ACCEPTED, progress.NOT_ACCEPTED, progress.COMPLETED, progress.DENIED],
    Case.State.ACCEPTED: [progress.COMPLETED, progress.DENIED, progress.REQUESTED],
    Case.State.SUPPLEMENT: [progress.RECEIVED, progress.COMPLETED, progress.DENIED],
}
PLAIN_STEPS = {"verify": verify_follow_up, "rectify": rectify_follow_up, "reopen": reopen_follow_up}
PLAIN_STEPS |= {"close": close_follow_up}
REASONED_STEPS = {"unfounded": declare_follow_up_unfounded, "extend": extend_follow_up}


@require_safe
@department("cases.decide")
def clerk(request: PersonRequest) -> HttpResponse:
    """Find a case by the number on the citizen's phone."""
    form = CaseNumberForm(request.GET or None)
    if form.is_bound and form.is_valid():
        found = Case.objects.decidable_by(request.user).filter(number=form.cleaned_data["number"]).first()
        if found:
            return redirect("store:clerk-case", number=found.number)
        form.add_error("number", _("Your department has no case with this number."))
    recent = IncomingEvent.objects.workable_by(request.user).filter(by=request.user).select_related("case")
    return render(request, "store/clerk.html", {"form": form, "recent": recent.order_by("-received_at")[:10]})


@require_http_methods(["GET", "HEAD", "POST"])
@department("cases.decide")
def clerk_case(request: PersonRequest, number: str) -> HttpResponse:
    """Record what the department has done with a case."""
    rows = Case.objects.decidable_by(request.user).select_related("service_item", "department", "listing__app")
    case = get_object_or_404(rows, number=number)
    labels = dict(CaseStep.Kind.choices)
    kinds = [(kind, labels[kind]) for kind in KINDS.get(case.state, [])]
    form = DecisionForm(request.POST or None, kinds=kinds)
    if request.method == "POST" and form.is_valid():
        try:
            record_clerk_decision(case=case, by=request.user, now=clock.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(refusal.field.removeprefix("data/") if "data/" in refusal.field else None, str(refusal))
        else:
            messages.success(request, _("Recorded: %(number)s.") % {"number": case.number})
            return redirect("store:clerk")
    context = {"case": case, "form": form if kinds else None, "steps": case.steps.all()}
    return render(request, "store/clerk_case.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@department("cases.decide")
def decisions(request: PersonRequest) -> HttpResponse:
    """Take in a signed daily file, and show those taken in before."""
    mine = Department.objects.where(request.user, "cases.decide")
    form = DecisionFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        body = get_object_or_404(mine, code=request.POST.get("department", ""))
        try:
            made, fresh = import_decisions_csv(
                department=body,
                content=form.cleaned_data["file"],
                signature=form.cleaned_data["signature"],
                by=request.user,
                now=clock.now(),
            )
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            words = _("Taken in: %(rows)s rows.") if fresh else _("This file was taken in before; nothing changed.")
            messages.success(request, words % {"rows": made.rows})
            return redirect("store:decisions")
    context = {
        "form": form,
        "departments": mine,
        "files": DecisionFile.objects.filter(department__in=mine).select_related("department", "imported_by")[:PAGE],
        "keys": DepartmentKey.objects.filter(department__in=mine).select_related("department"),
        "may_register": Department.objects.where(request.user, "catalogue.publish").exists(),
    }
    return render(request, "store/decisions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@department("catalogue.publish")
def keys(request: PersonRequest) -> HttpResponse:
    """Register a public key, or end one."""
    mine = Department.objects.where(request.user, "catalogue.publish")
    if request.POST.get("revoke"):
        rows = DepartmentKey.objects.filter(department__in=mine).select_related("department")
        revoke_department_key(key=get_object_or_404(rows, pk=request.POST["revoke"]), by=request.user, now=clock.now())
        return redirect("store:decisions")
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        body = get_object_or_404(mine, code=request.POST.get("department", ""))
        try:
            register_department_key(department=body, by=request.user, now=clock.now(), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error("public_key", str(refusal))
        else:
            messages.success(request, _("The key is registered."))
            return redirect("store:decisions")
    return render(request, "store/keys.html", {"form": form, "departments": mine})


@require_safe
@department("cases.decide")
def waiting(request: PersonRequest) -> HttpResponse:
    """List reports that contradict what is known."""
    rows = IncomingEvent.objects.workable_by(request.user).waiting().select_related("case__service_item", "token", "by")
    page = Paginator(rows.order_by("received_at"), PAGE).get_page(request.GET.get("page"))
    return render(request, "store/waiting.html", {"page": page})


@require_POST
@department("cases.decide")
def resolve(request: PersonRequest, pk: int) -> HttpResponse:
    """Decide on one of them."""
    rows = IncomingEvent.objects.workable_by(request.user).select_related("case__department")
    event = get_object_or_404(rows, pk=pk)
    known = IncomingEvent.Resolution
    kept = known.KEPT if request.POST.get("resolution") == "kept" else known.SET_ASIDE
    resolve_event(event=event, resolution=kept, by=request.user, now=clock.now())
    messages.success(request, _("Decided."))
    return redirect("store:waiting")


@require_safe
@department("followups.work")
def follow_ups(request: PersonRequest) -> HttpResponse:
    """List follow-ups, the one whose clock runs out first on top."""
    now = clock.now()
    rows = FollowUp.objects.workable_by(request.user).select_related("review__case", "review__app")
    unfinished = rows.unfinished().order_by("rectify_due_at", "pk")
    shown = rows.exclude(pk__in=unfinished.values("pk")).order_by("-closed_at") if "done" in request.GET else unfinished
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    for follow_up in page:
        follow_up.overdue_now = follow_up.is_overdue(now)
    bodies = Department.objects.where(request.user, "followups.work")
    context = {
        "page": page,
        "done": "done" in request.GET,
        "overdue": unfinished.overdue(now).count(),
        "figures": [(body, indicators_of(department=body.pk, now=now)) for body in bodies],
    }
    return render(request, "store/follow_ups.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@department("followups.work")
def follow_up(request: PersonRequest, pk: int) -> HttpResponse:
    """Work on one follow-up: the next step that it can take."""
    rows = FollowUp.objects.workable_by(request.user).select_related(
        "review__case__department", "review__app", "review__service_item", "review__citizen", "review__version"
    )
    found = get_object_or_404(rows, pk=pk)
    verb, now = request.POST.get("verb", ""), clock.now()
    reason = ReasonForm(request.POST if verb in REASONED_STEPS else None, prefix="reason")
    measure = MeasureForm(request.POST if verb == "call_back" else None, prefix="measure")
    if verb in PLAIN_STEPS:
        PLAIN_STEPS[verb](follow_up=found, by=request.user, now=now)
        return redirect("store:follow-up", pk=pk)
    if verb in REASONED_STEPS and reason.is_valid():
        REASONED_STEPS[verb](follow_up=found, by=request.user, now=now, reason=reason.cleaned_data["reason"])
        return redirect("store:follow-up", pk=pk)
    if verb == "call_back" and measure.is_valid():
        call_back_follow_up(follow_up=found, by=request.user, now=now, measure=measure.cleaned_data["measure"])
        return redirect("store:follow-up", pk=pk)
    context = {
        "follow_up": found,
        "review": found.review,
        "reason": reason,
        "measure": measure,
        "overdue": found.is_overdue(now),
    }
    return render(request, "store/follow_up.html", context)

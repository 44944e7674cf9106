"""The settlement run: its lines and waterfalls, disputes, and each step with who may take it."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing import services
from billing.explanation import explain
from billing.forms import ApproveForm, DecisionForm, LookForm, ReasonForm, attempt, cents
from billing.models import Dispute, Settlement, SettlementLine
from billing.views.desk import finance_person, settlement_of, signed_in
from billing.views.steps import BY_VERB, offered
from marketplace.accounts.models import Department
from marketplace.core import clock

MAY_RECOMPUTE = (Settlement.State.COMPUTED, Settlement.State.PUBLISHED)
BEFORE_APPROVAL = (Settlement.State.DRAFT, *MAY_RECOMPUTE)


@login_required
@require_safe
def settlement(request: HttpRequest, period: str) -> HttpResponse:
    """Show a settlement: where it stands, its lines, departments, disputes, statements, awards, and the next step."""
    row = settlement_of(request, period)
    return render(request, "billing/settlement.html", _context(request, row))


def _context(request: HttpRequest, row: Settlement) -> dict[str, object]:
    made = row.computation if row.version else None
    user = signed_in(request)
    makes = user.has_platform_permission("settlements.make")
    checks = user.has_platform_permission("settlements.approve") and user.pk != row.maker_id
    awards = row.awards.select_related("service_item", "app", "vendor")
    context: dict[str, object] = {
        "settlement": row,
        "made": made,
        "computations": row.computations.select_related("computed_by"),
        "disputes": row.disputes.select_related("app", "line"),
        "awards": awards,
        "files": row.payment_files.select_related("debtor__department"),
        "adjustments": row.adjustments.select_related("app", "dispute"),
        "path": _path(row),
        "buttons": offered(row, awards, makes=makes, checks=checks),
        "may_recompute": makes and row.state in MAY_RECOMPUTE,
        "may_approve": checks and row.state == Settlement.State.CONFIRMED,
        "approves_later": checks and not makes and row.state in BEFORE_APPROVAL,
        "reason_form": ReasonForm(),
    }
    if made is None:
        return context
    outcome = json.loads(made.outcome)
    context["lines"] = made.lines.select_related("app", "vendor", "service_item", "department").order_by("app__code")
    bodies = Department.objects.in_bulk(outcome["departments"], field_name="code")
    context["departments"] = [(bodies[code], sums) for code, sums in outcome["departments"].items()]
    context["statements"] = made.statements.select_related("vendor", "department").order_by("number")
    context["approve_form"] = ApproveForm(initial={"sha256": made.sha256})
    return context


def _path(row: Settlement) -> list[dict[str, object]]:
    """Return the states in order, each with whether it is done or now."""
    order = [state for state in Settlement.State.values if state != Settlement.State.DRAFT]
    reached = order.index(row.state) if row.state in order else -1
    return [
        {
            "label": Settlement.State(state).label,
            "style": "is-done" if at <= reached else "is-now" if at == reached + 1 else "",
        }
        for at, state in enumerate(order)
    ]


@login_required
@require_POST
def move(request: HttpRequest, period: str, verb: str) -> HttpResponse:
    """Take one step of the settlement or its awards."""
    row = settlement_of(request, period)
    if verb not in BY_VERB:
        raise Http404
    BY_VERB[verb].action(settlement=row, by=signed_in(request), now=clock.now())
    messages.success(request, str(BY_VERB[verb].told))
    return redirect("billing:settlement", period=period)


@login_required
@require_POST
def recompute(request: HttpRequest, period: str) -> HttpResponse:
    """Compute again, with a reason."""
    row = settlement_of(request, period)
    form = ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        services.recompute(settlement=row, by=signed_in(request), now=clock.now(), reason=reason)
        messages.success(request, _("A new version is computed; the old one is kept."))
        return redirect("billing:settlement", period=period)
    return render(request, "billing/settlement.html", _context(request, row) | {"reason_form": form}, status=422)


@login_required
@require_POST
def approve(request: HttpRequest, period: str) -> HttpResponse:
    """Approve as the second person, with the hash that was shown."""
    row = settlement_of(request, period)
    form = ApproveForm(request.POST)
    if form.is_valid():
        shown = form.cleaned_data["sha256"]
        services.approve(settlement=row, by=signed_in(request), now=clock.now(), sha256=shown)
        messages.success(request, _("The settlement is approved and posted to the ledger."))
        return redirect("billing:settlement", period=period)
    return render(request, "billing/settlement.html", _context(request, row) | {"approve_form": form}, status=422)


@login_required
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one line's waterfall; finance may free a parked one."""
    rows = SettlementLine.objects.visible_to(request.user)
    row = get_object_or_404(
        rows.select_related("computation__settlement", "app", "vendor", "service_item", "department").distinct(), pk=pk
    )
    may_look = signed_in(request).has_platform_permission("settlements.make") and row.is_parked
    form = LookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        services.look_at_line(line=row, by=signed_in(request), now=clock.now(), note=note)
        return redirect("billing:line", pk=pk)
    context = {"line": row, "steps": explain(row.values), "form": form if may_look else None}
    return render(request, "billing/line.html", context)


@login_required
def dispute(request: HttpRequest, number: str) -> HttpResponse:
    """Show a dispute to finance, and decide it."""
    user = finance_person(request)
    row = get_object_or_404(
        Dispute.objects.visible_to(user).select_related("settlement", "line", "app", "service_item"), number=number
    )
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        granted = None if data["granted"] is None else cents(data["granted"])
        common = {"accept": data["accept"], "decision": data["decision"], "granted_cents": granted}
        done = attempt(
            form, lambda: services.decide_dispute(dispute=row, by=user, now=clock.now(), **common) or row.number
        )
        if done:
            messages.success(request, _("The dispute is decided."))
            return redirect("billing:settlement", period=row.settlement.period)
    may_decide = user.has_platform_permission("disputes.decide") and row.state == Dispute.State.OPEN
    context = {"dispute": row, "form": form if may_decide else None, "steps": explain(row.line.values)}
    return render(request, "billing/dispute.html", context, status=422 if form.errors else 200)

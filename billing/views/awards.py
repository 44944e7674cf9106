"""The awards of a period: how they come out, and one of them, which an objection found right takes back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing import services
from billing.forms import ReasonForm
from billing.models import Award
from billing.services.awards import rankings
from billing.views.desk import finance_person, settlement_of
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock
from vendors.models import App


@login_required
def award(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an award to finance, and take it back with a reason before it is approved."""
    user = finance_person(request)
    rows = Award.objects.visible_to(user).select_related("settlement", "service_item", "app", "vendor")
    row = get_object_or_404(rows, pk=pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw_award(award=row, by=user, now=clock.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("The award is withdrawn."))
        return redirect("billing:settlement", period=row.settlement.period)
    may_withdraw = user.has_platform_permission("settlements.make") and row.can_move(Award.State.WITHDRAWN)
    context = {"award": row, "form": form if may_withdraw else None}
    return render(request, "billing/award.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def award_ranking(request: HttpRequest, period: str) -> HttpResponse:
    """Show how the awards of a period come out, and why others get none."""
    row = settlement_of(request, period)
    found = rankings(settlement=row, now=clock.now()) if row.version else []
    codes = [winner.app for each in found for winner in each.winners]
    codes += [code for each in found for code, _reason in each.not_eligible]
    context = {
        "settlement": row,
        "rankings": found,
        "items": ServiceItem.objects.in_bulk([each.category for each in found], field_name="code"),
        "apps": App.objects.in_bulk(codes, field_name="code"),
    }
    return render(request, "billing/award_ranking.html", context)

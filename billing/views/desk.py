"""The finance desk, tariffs, budgets and the ledger."""

import csv
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing import services
from billing.budgets import encumbered
from billing.forms import BudgetForm, OpenForm, attempt
from billing.models import Account, DepartmentBudget, PaymentFile, Settlement, Tariff, Transfer
from billing.pricing.exact import yuan
from billing.pricing.period import Period
from billing.sealing import sealed_through
from marketplace.accounts.models import User
from marketplace.catalogue.models import ServiceItem
from marketplace.core import clock


def signed_in(request: HttpRequest) -> User:
    """Return the person who is signed in; the page doesn't exist for anybody else."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def finance_person(request: HttpRequest) -> User:
    """Return the signed-in person if they see finance; the page doesn't exist for others."""
    user = signed_in(request)
    if not user.has_platform_permission("finance.view"):
        raise Http404
    return user


def settlement_of(request: HttpRequest, period: str) -> Settlement:
    """Return the settlement of a period, with its tariff; the page doesn't exist for who doesn't see finance."""
    visible = Settlement.objects.visible_to(finance_person(request)).select_related("tariff")
    return get_object_or_404(visible, period=period)


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show settlements, tariffs, budgets and what to do next."""
    user = finance_person(request)
    context = {
        "settlements": Settlement.objects.visible_to(user).select_related("tariff"),
        "tariffs": Tariff.objects.visible_to(user),
        "files": PaymentFile.objects.visible_to(user).select_related("settlement", "debtor__department")[:10],
        "sealed_through": sealed_through(),
        "may_make": user.has_platform_permission("settlements.make"),
        "form": OpenForm(initial=_next_settlement()),
    }
    return render(request, "billing/desk.html", context)


def _next_settlement() -> dict[str, object]:
    """Return what the form proposes: the quarter that ended last, unless it has its settlement."""
    before = Period.quarter_of(Period.quarter_of(clock.today()).first - timedelta(days=1))
    if Settlement.objects.filter(period=before.code).exists():
        return {}
    return {"period": before.code, "tariff": Tariff.objects.in_force(before.first, before.end).first()}


@login_required
@require_POST
def open_settlement(request: HttpRequest) -> HttpResponse:
    """Open the settlement of a period."""
    user = finance_person(request)
    form = OpenForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        made = attempt(form, lambda: services.open_settlement(by=user, now=clock.now(), **data))
        if made:
            return redirect("billing:settlement", period=made.period)
    return render(request, "billing/open.html", {"form": form}, status=422)


@require_safe
def tariff(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Show a tariff: everybody a published one, finance a draft too."""
    row = get_object_or_404(Tariff.objects.visible_to(request.user), code=code, version=version)
    user = request.user if isinstance(request.user, User) else None
    context = {
        "tariff": row,
        "rules": row.read(),
        "items": _with_ranges(row),
        "service_items": ServiceItem.objects.in_bulk(list(row.rules["items"]), field_name="code"),
        "may_propose": user and user.has_platform_permission("tariffs.edit") and row.can_move("proposed"),
        "may_approve": user and user.has_platform_permission("tariffs.approve") and row.can_move("published"),
    }
    return render(request, "billing/tariff.html", context)


def _with_ranges(row: Tariff) -> list[dict[str, Any]]:
    """Return each item with its tiers as (from, to or None, rate as written)."""
    items = []
    for code, rules in sorted(row.rules["items"].items()):
        starts = [tier["from"] for tier in rules["tiers"]]
        ends = [*starts[1:], None]
        tiers = [(start, end, tier["rate"]) for start, end, tier in zip(starts, ends, rules["tiers"], strict=True)]
        items.append({"code": code, "tiers": tiers, "user_rate": rules["user_rate"]})
    return items


@login_required
@require_POST
def propose_tariff(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Put a draft before the second person."""
    row = get_object_or_404(Tariff.objects.visible_to(finance_person(request)), code=code, version=version)
    services.propose_tariff(tariff=row, by=signed_in(request), now=clock.now())
    return redirect("billing:tariff", code=code, version=version)


@login_required
@require_POST
def approve_tariff(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Approve as the second person."""
    row = get_object_or_404(Tariff.objects.visible_to(finance_person(request)), code=code, version=version)
    services.approve_tariff(tariff=row, by=signed_in(request), now=clock.now())
    messages.success(request, _("The tariff is published."))
    return redirect("billing:tariff", code=code, version=version)


@login_required
def budgets(request: HttpRequest) -> HttpResponse:
    """Show the ceilings with what is used of them, and set one."""
    user = finance_person(request)
    form = BudgetForm(request.POST or None, initial={"period": Period.quarter_of(clock.today()).code})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if attempt(form, lambda: services.set_budget(by=user, now=clock.now(), **data)):
            messages.success(request, _("The ceiling is set."))
            return redirect("billing:budgets")
    rows = (
        DepartmentBudget.objects.visible_to(user).select_related("department").order_by("-period", "department__code")
    )
    context = {"rows": _with_use(rows), "form": form, "may_edit": user.has_platform_permission("budgets.edit")}
    return render(request, "billing/budgets.html", context, status=422 if form.errors else 200)


def _with_use(rows: QuerySet[DepartmentBudget]) -> list[dict[str, Any]]:
    shown, used = [], {}
    for row in rows[:40]:
        if row.period not in used:
            period = Period.parse(row.period)
            rules = Tariff.objects.in_force(period.first, period.end).first()
            used[row.period] = encumbered(period, rules) if rules else {}
        spent = used[row.period].get(row.department.code, 0)
        share = spent / row.cents if row.cents else 0
        shown.append({"budget": row, "used": spent, "share": share})
    return shown


@login_required
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """Show the trial balance, or send it as CSV."""
    finance_person(request)
    rows = services.balances()
    if request.GET.get("format") == "csv":
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="trial-balance.csv"'
        writer = csv.writer(response)
        writer.writerow(["account", "debits", "credits"])
        writer.writerows([row.account, yuan(row.debits), yuan(row.credits)] for row in rows)
        return response
    context = {
        "rows": rows,
        "accounts": {account.code: account for account in Account.objects.all()},
        "debits": sum(row.debits for row in rows),
        "credits": sum(row.credits for row in rows),
        "transfers": Transfer.objects.select_related("debit", "credit").order_by("-pk")[:50],
    }
    return render(request, "billing/ledger.html", context)


@login_required
@require_safe
def payment_file(request: HttpRequest, message_id: str) -> HttpResponse:
    """Send a payment file, byte for byte as it was written."""
    row = get_object_or_404(PaymentFile.objects.visible_to(request.user), message_id=message_id)
    response = HttpResponse(row.content.encode(), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{row.message_id}.xml"'
    return response

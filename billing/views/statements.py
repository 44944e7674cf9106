"""Statements: the vendor's and the department's side, with PDF, confirmation, acceptance and disputes."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing import services
from billing.documents.statement_pdf import draw
from billing.explanation import explain
from billing.forms import DisputeForm, InvoiceForm, attempt, cents
from billing.models import Settlement, SettlementLine, Statement
from billing.services.statements import record_invoice
from billing.sheets import sheet_of
from billing.views.desk import signed_in
from marketplace.core import clock


@login_required
@require_safe
def statements(request: HttpRequest) -> HttpResponse:
    """List the statements that concern the person, the newest period first."""
    rows = Statement.objects.visible_to(request.user).current().distinct()
    rows = rows.select_related("vendor", "department", "computation__settlement")
    return render(request, "billing/statements.html", {"rows": rows.order_by("-number")[:200]})


def _statement(request: HttpRequest, number: str) -> Statement:
    rows = Statement.objects.visible_to(request.user).select_related(
        "vendor", "department", "computation__settlement__tariff"
    )
    return get_object_or_404(rows.distinct(), number=number)


@login_required
@require_safe
def statement(request: HttpRequest, number: str) -> HttpResponse:
    """Show a statement with every line's waterfall, and what the person may do with it."""
    row = _statement(request, number)
    return render(request, "billing/statement.html", _context(request, row, _invoice_form(row)))


def _invoice_form(row: Statement, data: QueryDict | None = None) -> InvoiceForm:
    return InvoiceForm(data, required=row.payable_cents > 0)


def _context(request: HttpRequest, row: Statement, form: InvoiceForm) -> dict[str, object]:
    settlement = row.settlement
    confirms = Statement.objects.confirmable_by(request.user).filter(pk=row.pk).exists()
    accepts = Statement.objects.acceptable_by(request.user).filter(pk=row.pk).exists()
    published = settlement.state == Settlement.State.PUBLISHED
    window_open = settlement.dispute_until is not None and clock.now() < settlement.dispute_until
    lines = list(row.lines())
    return {
        "statement": row,
        "settlement": settlement,
        "lines": [(line, explain(line.values)) for line in lines],
        "disputes": settlement.disputes.filter(app__in=[line.app_id for line in lines]).select_related("app"),
        "form": form,
        "may_confirm": confirms and published and row.can_move(Statement.State.CONFIRMED),
        "may_accept": accepts and published and row.can_move(Statement.State.ACCEPTED),
        "may_dispute": confirms and published and window_open,
        "may_invoice": confirms and not row.invoice_number and row.state in {"confirmed", "accepted"},
    }


@login_required
@require_safe
def statement_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Send the statement as PDF in the page's language; the same bytes each time."""
    row = _statement(request, number)
    response = HttpResponse(draw(sheet_of(row)), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{row.number}.pdf"'
    return response


@login_required
@require_POST
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """Confirm for the vendor, or add the invoice number afterwards."""
    row = _statement(request, number)
    form = _invoice_form(row, request.POST)
    if form.is_valid():
        given = form.cleaned_data["invoice_number"]
        act = services.confirm_statement if row.state == Statement.State.ISSUED else record_invoice
        done = attempt(
            form, lambda: act(statement=row, by=signed_in(request), now=clock.now(), invoice_number=given) or row.number
        )
        if done:
            messages.success(request, _("Thank you. The statement is confirmed."))
            return redirect("billing:statement", number=number)
    return render(request, "billing/statement.html", _context(request, row, form), status=422)


@login_required
@require_POST
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Accept for the department."""
    row = _statement(request, number)
    services.accept_statement(statement=row, by=signed_in(request), now=clock.now())
    messages.success(request, _("The statement is accepted."))
    return redirect("billing:statement", number=number)


@login_required
def dispute_line(request: HttpRequest, pk: int) -> HttpResponse:
    """Dispute one line for the vendor."""
    rows = SettlementLine.objects.visible_to(request.user).select_related("computation__settlement", "vendor", "app")
    row = get_object_or_404(rows.distinct(), pk=pk)
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        claim = {"claimed_cents": cents(data["claimed"]), "grounds": data["grounds"], "evidence": data["evidence"]}
        made = attempt(form, lambda: services.open_dispute(line=row, by=signed_in(request), now=clock.now(), **claim))
        if made:
            messages.success(request, _("The dispute is open; finance decides it with reasons."))
            number = row.computation.statements.get(vendor=row.vendor, department=row.department).number
            return redirect("billing:statement", number=number)
    context = {"line": row, "form": form, "steps": explain(row.values)}
    return render(request, "billing/dispute_line.html", context, status=422 if form.errors else 200)

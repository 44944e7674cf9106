"""The vendor's side of an order: claim it, give it back, ask about it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from marketplace.orders.models import DemandOrder
from vendors import services
from vendors.forms import ClaimForm, QuestionForm, attempt
from vendors.models import Claim, Vendor


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def claim(request: PersonRequest, code: str) -> HttpResponse:
    """Claim an order for one of the person's verified companies."""
    order = get_object_or_404(DemandOrder.objects.visible_to(request.user), code=code)
    vendors = Vendor.objects.where(request.user, "orders.claim").filter(state=Vendor.State.VERIFIED)
    form = ClaimForm(request.POST or None, vendors=vendors)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        if attempt(form, lambda: services.claim_order(order=order, **form.cleaned_data, by=request.user, now=now)):
            messages.success(request, _("Your company has claimed the order. Describe the app next."))
            return redirect("vendors:console")
    return render(request, "vendors/claim.html", {"order": order, "form": form, "may": vendors.exists()})


@require_POST
@login_required
def withdraw_claim(request: PersonRequest, claim_id: int) -> HttpResponse:
    """Give an order back."""
    claim = get_object_or_404(Claim.objects.where(request.user, "orders.claim"), pk=claim_id)
    services.withdraw_claim(claim=claim, by=request.user, now=clock.now())
    messages.success(request, _("Your company has given the order back."))
    return redirect("vendors:console")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def ask(request: PersonRequest, code: str) -> HttpResponse:
    """Ask the department about an order."""
    order = get_object_or_404(DemandOrder.objects.visible_to(request.user), code=code)
    vendors = Vendor.objects.where(request.user, "questions.ask").filter(state=Vendor.State.VERIFIED)
    form = QuestionForm(request.POST or None, vendors=vendors)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        if attempt(form, lambda: services.ask_question(order=order, **form.cleaned_data, by=request.user, now=now)):
            messages.success(request, _("Your question is public. You get a notice when the department answers."))
            return redirect("vendors:order_questions", code=code)
    return render(request, "vendors/ask.html", {"order": order, "form": form, "may": vendors.exists()})


def order_questions(request: HttpRequest, code: str) -> HttpResponse:
    """Show the questions about an order and their answers to everybody."""
    order = get_object_or_404(DemandOrder.objects.visible_to(request.user), code=code)
    return render(request, "vendors/order_questions.html", {"order": order, "questions": order.questions.all()})

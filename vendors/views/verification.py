"""The operator's desk for companies: verify, refuse, suspend, resume."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.accounts.models import User
from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from vendors import services
from vendors.forms import ReasonForm, attempt
from vendors.models import Vendor

PAGE = 30
WITH_REASON: dict[str, Callable[..., None]] = {"refuse": services.refuse_vendor, "suspend": services.suspend_vendor}
WITHOUT_REASON: dict[str, Callable[..., None]] = {"verify": services.verify_vendor, "resume": services.resume_vendor}


def _require_operator(user: User) -> None:
    if not user.has_platform_permission("vendors.verify"):
        raise Http404


@require_safe
@login_required
def verification(request: PersonRequest) -> HttpResponse:
    """List companies that wait for verification, the oldest first, and the others below."""
    _require_operator(request.user)
    waiting = Vendor.objects.filter(state=Vendor.State.REGISTERED).order_by("registered_at")
    others = Paginator(Vendor.objects.exclude(state=Vendor.State.REGISTERED).order_by("-registered_at"), PAGE)
    context = {"waiting": waiting, "page": others.get_page(request.GET.get("page"))}
    return render(request, "vendors/verification.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def verify(request: PersonRequest, code: str) -> HttpResponse:
    """Show one company with everything that shares its credit code, and decide."""
    _require_operator(request.user)
    vendor = get_object_or_404(Vendor.objects.select_related("registered_by"), code=code)
    form = ReasonForm(request.POST if request.POST.get("action") in WITH_REASON else None)
    if request.method == "POST" and _decided(request, vendor, form):
        messages.success(request, _("Decided. The company's owners get a notice."))
        return redirect("vendors:verification")
    same_code = Vendor.objects.filter(credit_code=vendor.credit_code).exclude(pk=vendor.pk)
    context = {"vendor": vendor, "form": form, "same_code": same_code, "members": vendor.members.select_related("user")}
    return render(request, "vendors/verify.html", context)


def _decided(request: PersonRequest, vendor: Vendor, form: ReasonForm) -> bool:
    action = request.POST.get("action", "")
    now = clock.now()
    if action in WITHOUT_REASON:
        WITHOUT_REASON[action](vendor=vendor, by=request.user, now=now)
        return True
    if action not in WITH_REASON or not form.is_valid():
        return False
    reason = form.cleaned_data["reason"]
    attempt(form, lambda: WITH_REASON[action](vendor=vendor, reason=reason, by=request.user, now=now))
    return not form.errors

"""The operators' desk of re-tests: what failed and waits for a decision, what is under way, what has expired."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from marketplace.core.errors import DomainError
from sandbox import services
from sandbox.forms.deciding import DecisionForm
from sandbox.models import Certificate, Retest
from sandbox.querysets import may_operate
from vendors.models import AppVersion

PAGE = 25


@require_safe
@never_cache
@login_required
def desk(request: HttpRequest) -> HttpResponse:
    """Show what waits for a decision first, then what is being tested, what has expired, and what was decided."""
    if not may_operate(request.user):
        raise Http404
    now = clock.now()
    related = ("version__app__vendor", "interface_version__interface")
    everything = Retest.objects.visible_to(request.user).select_related(*related)
    failed = everything.filter(state=Retest.State.FAILED).order_by("answer_by", "pk")
    over = everything.exclude(state__in=[Retest.State.FAILED, Retest.State.DUE, Retest.State.TESTING])
    context = {
        "ripe": failed.filter(answer_by__lte=now),
        "told": failed.filter(answer_by__gt=now),
        "open": everything.open(),
        "expired": Certificate.objects.valid()
        .filter(version__state=AppVersion.State.CERTIFIED, expires_at__lte=now)
        .select_related("version__app__vendor"),
        "page": Paginator(over, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "sandbox/retests.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def decide(request: PersonRequest, pk: int) -> HttpResponse:
    """Show one re-test; once the vendor's time is over, let the operator decide."""
    related = ("version__app__vendor", "interface_version__interface", "run")
    retest = get_object_or_404(Retest.objects.visible_to(request.user).select_related(*related), pk=pk)
    now = clock.now()
    ripe = retest.state == Retest.State.FAILED and retest.answer_by is not None and retest.answer_by <= now
    may_decide = may_operate(request.user) and retest.state == Retest.State.FAILED
    if request.method == "POST" and not may_decide:
        raise Http404
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid() and _decided(request, retest, form):
        return redirect("sandbox:retests")
    context = {
        "retest": retest,
        "ripe": ripe,
        "may_decide": may_decide,
        "operates": may_operate(request.user),
        "form": form,
        "certificate": Certificate.objects.valid().filter(version=retest.version_id).first(),
    }
    return render(request, "sandbox/retest.html", context)


@require_POST
@login_required
def ask(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for a re-test of a certified version."""
    if not may_operate(request.user):
        raise Http404
    version = get_object_or_404(AppVersion, pk=pk)
    try:
        services.retest_version(version=version, by=request.user, now=clock.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The version will be tested again; nothing changes until its vendor knows."))
    return redirect("sandbox:retests")


def _decided(request: PersonRequest, retest: Retest, form: DecisionForm) -> bool:
    revoke = form.cleaned_data["decision"] == "revoke"
    decision = services.revoke_after_retest if revoke else services.keep_certificate
    try:
        decision(retest=retest, by=request.user, now=clock.now(), reason=form.cleaned_data["reason"])
    except DomainError as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(
        request, _("The certificate is revoked.") if revoke else _("The certificate stands, and the vendor was told.")
    )
    return True

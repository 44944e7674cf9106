"""Pages on which developers see sample data, send calls to simulated departments, and hold their tokens."""

import shlex

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import PersonRequest
from marketplace.accounts.services import revoke_token
from marketplace.catalogue import openapi
from marketplace.catalogue.models import InterfaceVersion
from marketplace.core import clock
from marketplace.core.errors import DomainError
from sandbox.tryout import departments, limits, services
from sandbox.tryout.departments import PERSON
from sandbox.tryout.forms import CallForm, NewTokenForm, PersonForm
from sandbox.tryout.models import TryCall

RECENT = 20


@require_safe
def interface(request: HttpRequest, code: str, major: int) -> HttpResponse:
    """Show what the operations that need no input answer for a person, and lead to the calls."""
    version = _version(code, major)
    form, person = _person(request)
    sample = departments.sample_of(version, person=person, now=clock.now())
    mine = TryCall.objects.of(request.user, version) if request.user.is_authenticated else TryCall.objects.none()
    context = {
        "version": version,
        "form": form,
        "sample": [(method, path, reply.status, reply.pretty) for method, path, reply in sample],
        "operations": list(enumerate(openapi.described(version.document), start=1)),
        "calls": mine[:RECENT],
        "person": person,
    }
    return render(request, "tryout/interface.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def call(request: PersonRequest, code: str, major: int, position: int) -> HttpResponse:
    """Send one call from a form; the call and its answer are shown afterwards."""
    version = _version(code, major)
    operations = list(openapi.placed_operations(version.document))
    if not 1 <= position <= len(operations):
        raise Http404
    _chosen, person = _person(request)
    operation = operations[position - 1]
    given = request.POST if request.method == "POST" else None
    form = CallForm(given, version=version, operation=operation, person=person)
    if request.method == "POST" and form.is_valid():
        limits.refuse_flood(request, request.user)
        try:
            made = services.call(user=request.user, version=version, sent=form.sent(), now=clock.now())
        except DomainError as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            return redirect("tryout:made", code=code, major=major, pk=made.pk)
    shown = list(openapi.described(version.document))[position - 1]
    context = {"version": version, "form": form, "operation": shown, "position": position}
    return render(request, "tryout/call.html", context, status=422 if form.errors else 200)


@require_safe
@login_required
def made(request: PersonRequest, code: str, major: int, pk: int) -> HttpResponse:
    """Show a call of the developer's own and what was answered."""
    version = _version(code, major)
    found = get_object_or_404(TryCall.objects.of(request.user, version), pk=pk)
    answer = departments.indented(found.answer, found.answer_type)
    context = {"version": version, "call": found, "answer": answer, "curl": _curl(version, found)}
    return render(request, "tryout/made.html", context)


@require_POST
@login_required
def afresh(request: PersonRequest, code: str, major: int) -> HttpResponse:
    """Let the simulated department forget what it took from the developer."""
    services.start_afresh(user=request.user, version=_version(code, major))
    messages.success(request, _("The simulated department has forgotten your calls."))
    return redirect("tryout:interface", code=code, major=major)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@sensitive_variables("secret")
def tokens(request: PersonRequest) -> HttpResponse:
    """List the developer's tokens and issue a new one, shown once."""
    form = NewTokenForm(request.POST or None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            name = form.cleaned_data["name"]
            _token, secret = services.new_token(user=request.user, name=name, now=clock.now())
        except DomainError as refusal:
            form.add_error("name", str(refusal))
        else:
            form = NewTokenForm()
    context = {"form": form, "secret": secret, "tokens": services.tokens_of(request.user), "now": clock.now()}
    answer = render(request, "tryout/tokens.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@login_required
def revoke(request: PersonRequest, pk: int) -> HttpResponse:
    """End one of the developer's own tokens."""
    revoke_token(token=get_object_or_404(services.tokens_of(request.user), pk=pk), by=request.user, now=clock.now())
    messages.success(request, _("The token is revoked."))
    return redirect("tryout:tokens")


def _person(request: HttpRequest) -> tuple[PersonForm, int]:
    """Return the person that the address names, without one the usual one."""
    form = PersonForm({"person": request.GET.get("person", str(departments.usual_person()))})
    return form, form.cleaned_data["person"] if form.is_valid() else departments.usual_person()


def _version(code: str, major: int) -> InterfaceVersion:
    found = services.published(code, major)
    if found is None:
        raise Http404
    return found


def _curl(version: InterfaceVersion, made: TryCall) -> str:
    """Return the command that sends the same call from a shell; every part is quoted for it."""
    url = f"{settings.BASE_URL}/api/v1/try/{version.interface.code}/v{version.major}{made.target}"
    parts = ["curl", "-i", "-X", made.method, "-H", "Authorization: Bearer $MINSHI_TOKEN"]
    parts += ["-H", f"{PERSON}: {made.person}"]
    if made.key:
        parts += ["-H", f"Idempotency-Key: {made.key}"]
    if made.body:
        parts += ["-H", f"Content-Type: {made.content_type}", "--data-raw", made.body]
    quoted = [
        f'"{each}"' if "$MINSHI_TOKEN" in each and each.startswith("Auth") else shlex.quote(each) for each in parts
    ]
    return " ".join([*quoted, shlex.quote(url)])

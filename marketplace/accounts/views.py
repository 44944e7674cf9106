"""A person's own pages: where their roles lead, the account, switches, API tokens."""

from datetime import timedelta
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, translate_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.context import ELDER_COOKIE
from marketplace.accounts.desks import Desk, desks_of
from marketplace.accounts.forms import ProfileForm, TokenForm
from marketplace.accounts.middleware import YEAR, remember_language
from marketplace.accounts.models import ApiToken, Department, User
from marketplace.accounts.services import issue_token, revoke_token
from marketplace.core import clock


def _person(request: HttpRequest) -> User:
    """Return who is signed in; the views that call this are behind login_required."""
    return cast("User", request.user)


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"


def _remember_elder_mode(response: HttpResponse, *, on: bool) -> None:
    value = "1" if on else "0"
    response.set_cookie(ELDER_COOKIE, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


@require_POST
def elder_mode(request: HttpRequest) -> HttpResponse:
    """Switch large text on or off, in the cookie and on the account."""
    wanted = request.POST.get("on") == "1"
    if request.user.is_authenticated and request.user.elder_mode != wanted:
        request.user.elder_mode = wanted
        request.user.save(update_fields=["elder_mode"])
    response = redirect(_next(request))
    _remember_elder_mode(response, on=wanted)
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language and return to the same page in it."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        return redirect(_next(request))
    if request.user.is_authenticated and request.user.language != wanted:
        request.user.language = wanted
        request.user.save(update_fields=["language"])
    response = redirect(translate_url(_next(request), wanted))
    remember_language(response, wanted)
    return response


@require_safe
@login_required
def start(request: HttpRequest) -> HttpResponse:
    """List where the person's roles lead; a citizen without a role goes straight to their cases."""
    wanted = _person(request).language
    if wanted and wanted != translation.get_language() and wanted in dict(settings.LANGUAGES):
        return redirect(translate_url(request.get_full_path(), wanted))
    desks = desks_of(_person(request))
    if len(desks) == 1:
        return redirect(desks[0].url)
    groups: dict[str, list[Desk]] = {}
    for desk in desks:
        groups.setdefault(str(desk.group), []).append(desk)
    return render(request, "accounts/start.html", {"groups": groups.items()})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change name, language and large text."""
    initial = {"language": _person(request).language or translation.get_language()}
    form = ProfileForm(request.POST or None, instance=_person(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        user = form.save()
        messages.success(request, _("Your account is up to date."))
        response = redirect(translate_url(reverse("accounts:profile"), user.language))
        remember_language(response, user.language)
        _remember_elder_mode(response, on=user.elder_mode)
        return response
    publishes = Department.objects.where(_person(request), "catalogue.publish").exists()
    return render(request, "accounts/profile.html", {"form": form, "may_have_tokens": publishes})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@sensitive_variables("secret")
def tokens(request: HttpRequest) -> HttpResponse:
    """List the API tokens of the person's departments and issue a new one, shown once."""
    departments = Department.objects.where(_person(request), "catalogue.publish")
    get_object_or_404(departments.order_by("pk")[:1])
    form = TokenForm(request.POST or None, user=_person(request))
    secret = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        _token, secret = issue_token(
            name=given["name"],
            user=_person(request),
            department=given["department"],
            source=given["source"],
            scopes=given["scopes"],
            now=clock.now(),
            lifetime=timedelta(days=given["days"]),
        )
        form = TokenForm(user=_person(request))
    issued = ApiToken.objects.filter(department__in=departments).select_related("department", "user")
    response = render(
        request, "accounts/tokens.html", {"form": form, "secret": secret, "tokens": issued, "now": clock.now()}
    )
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@login_required
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """End a token of one of the person's departments."""
    departments = Department.objects.where(_person(request), "catalogue.publish")
    token = get_object_or_404(ApiToken, pk=token_id, department__in=departments)
    revoke_token(token=token, by=_person(request), now=clock.now())
    messages.success(request, _("The token is revoked. Systems that use it are refused from now on."))
    return redirect("accounts:tokens")

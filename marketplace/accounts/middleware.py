"""Chooses the language, remembers it, and leads those who need a second factor to set one up."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import trans_real

from marketplace.accounts.desks import needs_second_factor

API = "/api/"
YEAR = 365 * 24 * 3600
SECOND_FACTOR_CHECKED = "second_factor_checked"


class LanguageMiddleware(LocaleMiddleware):
    """Django's own, with the platform's default instead of the browser's wish where nothing was chosen.

    Programs choose by `Accept-Language`: the sentences of the API's problem details follow it.
    """

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of this request."""
        if request.path_info.startswith(API):
            chosen = asked_for(request.headers.get("Accept-Language", ""))
        else:
            from_path = translation.get_language_from_path(request.path_info)
            chosen = from_path or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        translation.activate(chosen if chosen in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Name the language of the answer and remember the one that the address chose.

        Problem details are left alone: a 404 of the API isn't a page that another language might have.
        """
        if response.headers.get("Content-Type", "").startswith("application/problem+json"):
            response.headers.setdefault("Content-Language", translation.get_language())
            patch_vary_headers(response, ["Accept-Language"])
            return response
        response = super().process_response(request, response)
        from_path = translation.get_language_from_path(request.path_info)
        if (
            from_path
            and response.status_code == 200
            and request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != from_path
        ):
            remember_language(response, from_path)
        elif not from_path:
            patch_vary_headers(response, ["Cookie"])
        return response


class SecondFactorMiddleware:
    """Leads staff and owners of vendors who have no second factor to the page where they set one up."""

    FREE_VIEWS = ("mfa_", "account_logout", "account_reauthenticate", "accounts:elder_mode", "accounts:language")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        """Redirect where the platform demands a second factor and the person has none."""
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name.startswith(self.FREE_VIEWS) or request.session.get(SECOND_FACTOR_CHECKED):
            return None
        if needs_second_factor(request.user) and not is_mfa_enabled(request.user):
            messages.warning(request, _("Your role needs a second factor. Set it up now; it takes two minutes."))
            return redirect(reverse("mfa_activate_totp"))
        if is_mfa_enabled(request.user):
            request.session[SECOND_FACTOR_CHECKED] = True
        return None


def asked_for(header: str) -> str:
    """Return the first language of an Accept-Language header that the platform speaks, or its default."""
    for code, _quality in trans_real.parse_accept_lang_header(header.lower()):
        try:
            return trans_real.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def remember_language(response: HttpResponseBase, language: str) -> None:
    """Keep the chosen language in a cookie for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=YEAR,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )

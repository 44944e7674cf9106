"""Chooses the language: the address, then the person's or the visitor's choice, then the browser."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class LanguageMiddleware(LocaleMiddleware):
    """Django's own, with the platform's default instead of the browser's wish where nothing was chosen."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the language of this request."""
        from_path = translation.get_language_from_path(request.path_info)
        chosen = from_path or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        translation.activate(chosen if chosen in known else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    __call__: Callable[[HttpRequest], HttpResponse]

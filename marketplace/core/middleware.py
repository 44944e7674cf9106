"""Turns a refused rule, or a form's address that was opened as a page, into a page that says what to do."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from marketplace.core.errors import DomainError


class DomainErrorMiddleware:
    """Renders DomainError of page views and addresses that only take forms; the API has handlers of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and "text/html" in request.headers.get("Accept", ""):
            page = render(request, "errors/405.html", status=response.status_code)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the error page for a DomainError, nothing for any other error."""
        if not isinstance(exception, DomainError):
            return None
        return render(request, "errors/refused.html", {"error": exception}, status=exception.status)

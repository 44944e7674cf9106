"""Error pages, health and the public keys."""

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from marketplace.core import signing


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form whose token doesn't match."""
    return render(request, "errors/csrf.html", status=403)


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Return 200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})


@require_safe
@cache_control(max_age=300, public=True)
def jwks(request: HttpRequest) -> JsonResponse:
    """Return the platform's public keys."""
    return JsonResponse(signing.public_keys())


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for something the visitor may not do."""
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for something that isn't there, or not for this visitor."""
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for a fault of the platform."""
    return render(request, "errors/500.html", status=500)

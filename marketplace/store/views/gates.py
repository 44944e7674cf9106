"""Lets people in to a desk by what their roles grant; everybody else finds nothing there."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache

from marketplace.accounts.models import Department
from marketplace.accounts.requests import PersonRequest

View = Callable[..., HttpResponse]


def platform(permission: str) -> Callable[[View], View]:
    """Let in people with a platform permission."""
    return _gate(lambda request: request.user.has_platform_permission(permission))


def department(permission: str) -> Callable[[View], View]:
    """Let in people who have the permission in some department."""
    return _gate(lambda request: Department.objects.where(request.user, permission).exists())


def _gate(allowed: Callable[[PersonRequest], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @never_cache
        @login_required
        @wraps(view)
        def inner(request: PersonRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not allowed(request):
                raise Http404
            return view(request, *args, **kwargs)

        return inner

    return decorate

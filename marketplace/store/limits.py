"""Limits how often one person, or one address, may press the buttons that start or publish something."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django_ratelimit.core import is_ratelimited

from marketplace.core.errors import DomainError


class TooOften(DomainError):
    """The same person did it too often."""

    code = "too-often"
    status = 429


View = Callable[..., HttpResponse]


def limited(group: str, rate: str) -> Callable[[View], View]:
    """Refuse the POSTs of a person beyond `rate` (such as "20/m")."""

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            over = is_ratelimited(
                request, group=f"store.{group}", key="user_or_ip", rate=rate, method="POST", increment=True
            )
            if over:
                raise TooOften(_("That was a little too often. Wait a minute and try again."))
            return view(request, *args, **kwargs)

        return inner

    return decorate

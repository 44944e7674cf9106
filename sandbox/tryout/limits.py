"""How often a developer may call simulated departments."""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_ratelimit.core import is_ratelimited

from marketplace.accounts.models import User
from marketplace.core.errors import DomainError

RATE = "120/m"


class TooOften(DomainError):
    """The developer calls too often."""

    code = "too-often"
    status = 429


def refuse_flood(request: HttpRequest, user: User) -> None:
    """Raise TooOften beyond RATE, whichever of the developer's tokens is used."""
    if is_ratelimited(request, group="tryout", key=lambda *_: str(user.pk), rate=RATE, increment=True):
        raise TooOften(
            _("That is more than %(rate)s calls a minute. Wait a little.") % {"rate": RATE.partition("/")[0]}
        )

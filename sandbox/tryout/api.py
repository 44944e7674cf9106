"""The address under which developers call simulated departments with a token of their own."""

from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from marketplace.accounts.models import ApiToken
from marketplace.accounts.tokens import Scope
from marketplace.catalogue import ending
from marketplace.core import clock
from marketplace.core.errors import DomainError, InvalidInput
from sandbox.tryout import limits, services
from sandbox.tryout.departments import PERSON, Sent

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
router = Router(tags=["sandbox"])


class NoInterface(DomainError):
    """No published version answers under this address."""

    code = "no-interface"
    status = 404


@router.api_operation(
    METHODS, "/try/{code}/v{int:major}/{path:rest}", auth=Scope(services.SCOPE), include_in_schema=False
)
def try_call(request: HttpRequest, code: str, major: int, rest: str) -> HttpResponse:
    """Answer as the simulated department does; the header Minshi-Person names a person of the simulated city."""
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    limits.refuse_flood(request, token.user)
    version = services.published(code, major)
    if version is None:
        raise NoInterface(_("No published version of an interface answers under this address."))
    made = services.call(user=token.user, version=version, sent=_sent(request, rest), now=clock.now())
    answer = HttpResponse(made.answer, status=made.status, content_type=made.answer_type)
    answer["Cache-Control"] = "no-store"
    answer["Minshi-Simulated"] = version.version
    return ending.tell(answer, version)


def _sent(request: HttpRequest, rest: str) -> Sent:
    if int(request.META.get("CONTENT_LENGTH") or 0) > services.MOST_BYTES:
        raise services.too_large()
    person = request.headers.get(PERSON, "0")
    if not person.isascii() or not person.isdigit() or len(person) > 6:
        message = _("%(header)s is the number of a person of the simulated city.") % {"header": PERSON}
        raise InvalidInput(message, field=PERSON)
    headers: dict[str, Any] = {name: value for name, value in request.headers.items() if name != "Authorization"}
    return Sent(
        method=str(request.method),
        path="/" + rest,
        query=urlsplit(request.get_full_path()).query,
        content_type=request.headers.get("Content-Type", ""),
        body=request.body,
        key=request.headers.get("Idempotency-Key", ""),
        person=int(person),
        headers=headers,
    )

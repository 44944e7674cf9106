"""The one API: assembles the routers of all layers; errors are RFC 9457 problem details."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from marketplace.catalogue.api import router as catalogue_router
from marketplace.core.errors import DomainError
from marketplace.core.problems import problem
from marketplace.orders.api import router as orders_router
from marketplace.store.api import router as store_router
from sandbox.api import router as sandbox_router
from sandbox.tryout.api import router as tryout_router
from vendors.api import router as vendors_router

api = NinjaAPI(
    title="Minshi API",
    version="1",
    description="Departments report on cases; vendors upload versions and read reports; "
    "everybody reads what is public.",
    urls_namespace="api",
)
api.add_router("", catalogue_router)
api.add_router("", orders_router)
api.add_router("", store_router)
api.add_router("", vendors_router)
api.add_router("", sandbox_router)
api.add_router("", tryout_router)


@api.exception_handler(DomainError)
def _domain_error(request: HttpRequest, error: DomainError) -> HttpResponse:
    return problem(error.code, str(error), status=error.status, field=error.field, **error.extra)


@api.exception_handler(ValidationError)
def _validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    places = [
        {"place": "/".join(str(part) for part in each.get("loc", ())), "detail": each.get("msg", str(each))}
        for each in error.errors
    ]
    return problem("invalid", _("The request doesn't fit the schema."), status=422, errors=places)


@api.exception_handler(AuthenticationError)
def _authentication_error(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem("unauthenticated", _("Send a valid token: Authorization: Bearer mst…."), status=401)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem("not-found", _("There is no such thing, or not for this token."), status=404)


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem("http", str(error), status=error.status_code)

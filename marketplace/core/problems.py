"""RFC 9457 problem details."""

from django.conf import settings
from django.http import JsonResponse
from django.utils.translation import gettext_lazy as _

TITLES = {
    400: _("Bad request"),
    401: _("Not authenticated"),
    403: _("Not allowed"),
    404: _("Not found"),
    409: _("Conflict"),
    413: _("Too large"),
    415: _("Unsupported type"),
    422: _("Invalid"),
    429: _("Too many requests"),
}


def problem(code: str, detail: object, *, status: int, **members: object) -> JsonResponse:
    """Return an `application/problem+json` response whose `type` ends with the stable code.

    Title and detail are (lazily) translated sentences in the language that the caller asked for.
    """
    body = {
        "type": f"{settings.BASE_URL}/problems/{code}",
        "title": TITLES.get(status, _("Error")),
        "status": status,
        "detail": detail,
    } | {name: value for name, value in members.items() if value}
    return JsonResponse(body, status=status, content_type="application/problem+json")

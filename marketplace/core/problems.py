"""RFC 9457 problem details."""

from django.conf import settings
from django.http import JsonResponse

TITLES = {
    400: "Bad request",
    401: "Not authenticated",
    403: "Not allowed",
    404: "Not found",
    409: "Conflict",
    413: "Too large",
    422: "Invalid",
    429: "Too many requests",
}


def problem(code: str, detail: str, *, status: int, **members: object) -> JsonResponse:
    """Return an `application/problem+json` response whose `type` ends with the stable code."""
    body = {
        "type": f"{settings.BASE_URL}/problems/{code}",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
    } | {name: value for name, value in members.items() if value}
    return JsonResponse(body, status=status, content_type="application/problem+json")

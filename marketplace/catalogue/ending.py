"""The HTTP headers that tell machines of a version's announced end (RFC 9745 Deprecation, RFC 8594 Sunset)."""

from datetime import datetime, time, timedelta

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import http_date

from marketplace.catalogue.models import InterfaceVersion


def tell(answer: HttpResponse, version: InterfaceVersion) -> HttpResponse:
    """Put the headers on an answer and return it."""
    for name, value in headers(version).items():
        answer[name] = value
    return answer


def headers(version: InterfaceVersion) -> dict[str, str]:
    """Return the headers, none for a version that goes on.

    The sunset is the end of the last day in the platform's own zone.
    """
    found: dict[str, str] = {}
    if version.deprecated_at is not None:
        found["Deprecation"] = f"@{int(version.deprecated_at.timestamp())}"
    if version.sunset_on is not None:
        after = datetime.combine(version.sunset_on + timedelta(days=1), time.min)
        found["Sunset"] = http_date(timezone.make_aware(after, timezone.get_default_timezone()).timestamp())
    return found

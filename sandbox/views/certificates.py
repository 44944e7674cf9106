"""Public pages of certificates: what one says, and whether it counts."""

import re

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sandbox import certificates, reporting
from sandbox.models import Certificate

DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{64}")


@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Show a certificate to anybody and verify it: by its code, or by the digest of an image."""
    found = _certificate(code)
    verification = certificates.verify(found)
    groups = [
        {"title": reporting.group_title(group), "outcome": outcome}
        for group, outcome in verification.claims.get("groups", {}).items()
    ]
    context = {
        "certificate": found,
        "verification": verification,
        "groups": groups,
        "address": request.build_absolute_uri(reverse("sandbox:certificate", args=[found.code])),
    }
    return render(request, "sandbox/certificate.html", context)


@require_safe
def certificate_jws(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the signed statement itself, for programs that verify it with the platform's public keys."""
    response = HttpResponse(_certificate(code).jws, content_type="application/jose")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _certificate(code: str) -> Certificate:
    all_of_them = Certificate.objects.select_related("version__app__vendor", "run__order__service_item")
    if DIGEST.fullmatch(code):
        digest = code if code.startswith("sha256:") else f"sha256:{code}"
        found = (
            all_of_them.filter(image_digest=digest)
            .order_by(F("revoked_at").asc(nulls_first=True), "-issued_at")
            .first()
        )
    else:
        found = all_of_them.filter(code=code.upper()).first()
    if found is None:
        raise Http404
    return found

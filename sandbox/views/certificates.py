"""Public pages of certificates: what one says and whether it counts, for people with a code, a file or a camera."""

from io import BytesIO

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.accounts.requests import PersonRequest
from marketplace.core import clock
from marketplace.core.errors import DomainError
from sandbox import services
from sandbox.certification import certificates
from sandbox.certification.verification import Verification, verify, verify_statement
from sandbox.certification.words import words_for
from sandbox.forms.deciding import CodeForm, ReasonForm, StatementForm
from sandbox.models import Certificate
from sandbox.runs import reporting

QR_ERROR_CORRECTION = "m"
QR_SCALE = 4


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Let anybody check a certificate: by its code, address or image digest, or by the signed statement itself."""
    asked = CodeForm(request.GET) if "code" in request.GET else CodeForm()
    held = StatementForm(request.POST, request.FILES) if request.method == "POST" else StatementForm()
    context: dict[str, object] = {"code_form": asked, "statement_form": held}
    if asked.is_bound and asked.is_valid():
        found = certificates.find(asked.cleaned_data["code"])
        if found is not None:
            return redirect("sandbox:certificate", found.code)
        asked.add_error("code", _("There is no certificate with this code. Compare it with the paper or the page."))
    elif held.is_bound and held.is_valid():
        image = held.cleaned_data["image"]
        context |= _answer(verify_statement(held.cleaned_data["statement"], now=clock.now(), image=image))
    return render(request, "sandbox/certificate_check.html", context)


@require_safe
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Show a certificate to anybody and verify it: by its code, or by the digest of an image."""
    found = _certificate(code)
    context = _sheet(found) | {"reason_form": ReasonForm() if _may_revoke(request, found) else None}
    return render(request, "sandbox/certificate.html", context)


@require_safe
def printed(request: HttpRequest, code: str) -> HttpResponse:
    """Show a certificate as one sheet of paper with its QR code."""
    found = _certificate(code)
    context = _sheet(found) | {"today": clock.today()}
    return render(request, "sandbox/certificate_print.html", context)


@require_safe
@cache_control(max_age=86400, public=True)
def qr_code(request: HttpRequest, code: str) -> HttpResponse:
    """Return the QR code that leads to the page which verifies the certificate."""
    image = segno.make(address_of(_certificate(code)), error=QR_ERROR_CORRECTION, micro=False)
    drawn = BytesIO()
    image.save(drawn, kind="svg", scale=QR_SCALE, dark="#000", light="#fff")
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")


@require_safe
def certificate_jws(request: HttpRequest, code: str) -> HttpResponse:
    """Hand out the signed statement itself, for programs that verify it with the platform's public keys."""
    found = _certificate(code)
    response = HttpResponse(found.jws, content_type="application/jose")
    response["Content-Disposition"] = f'attachment; filename="certificate-{found.code}.jws"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
@login_required
def revoke(request: PersonRequest, code: str) -> HttpResponse:
    """Revoke a certificate at once, with a reason that the vendor and the public read."""
    found = get_object_or_404(Certificate.objects.revocable_by(request.user).select_related("version__app"), code=code)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the vendor and the public will read it."))
        return redirect("sandbox:certificate", found.code)
    try:
        services.revoke_certificate(
            certificate=found, by=request.user, now=clock.now(), reason=form.cleaned_data["reason"]
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The certificate is revoked; what was listed of it is suspended."))
    return redirect("sandbox:certificate", found.code)


def address_of(found: Certificate) -> str:
    """Return the short address that is printed and drawn: it leads to the page in the reader's language."""
    return settings.BASE_URL + reverse("certificate_link", args=[found.code])


def _sheet(found: Certificate) -> dict[str, object]:
    """Return what the page and the paper of a certificate both say."""
    verification = verify(found, now=clock.now())
    return _answer(verification) | {"groups": _groups(verification), "address": address_of(found)}


def _answer(verification: Verification) -> dict[str, object]:
    return {"verification": verification, "words": words_for(verification), "certificate": verification.certificate}


def _groups(verification: Verification) -> list[dict[str, object]]:
    groups = verification.claims.get("groups", {})
    return [{"title": reporting.group_title(group), "outcome": outcome} for group, outcome in groups.items()]


def _may_revoke(request: HttpRequest, found: Certificate) -> bool:
    return Certificate.objects.revocable_by(request.user).filter(pk=found.pk).exists()


def _certificate(code: str) -> Certificate:
    found = certificates.find(code)
    if found is None:
        raise Http404
    return found

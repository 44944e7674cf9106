"""The sandbox's part of the API: build systems read runs and reports, everybody reads certificates."""

from datetime import datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from ninja.pagination import CursorPagination, paginate
from pydantic import Field

from marketplace.accounts.tokens import Scope
from marketplace.core import clock
from sandbox import kits
from sandbox.certification import certificates
from sandbox.certification.verification import Status, Verification, verify, verify_statement
from sandbox.forms.deciding import LONGEST_STATEMENT
from sandbox.models import Certificate, SandboxRun
from sandbox.querysets import SandboxRunQuerySet
from sandbox.reports.document import Document, sha256_of, to_bytes
from sandbox.reports.renderings.har import har_of
from sandbox.reports.renderings.junit import junit_of
from sandbox.runs import reporting
from sandbox.workers.standing import engine_status
from vendors.models import AppVersion

router = Router(tags=["sandbox"])


class RunOut(Schema):
    """A run and where it stands; while it waits, `waiting_because` says why when it isn't simply its turn."""

    id: int
    reference: str
    kind: str
    order: str = Field(alias="order.code")
    app: str | None
    version: str | None
    state: str
    score: float | None
    pass_mark: float | None
    checks_done: int
    checks_total: int
    failed_checks: list[str]
    waiting_because: str
    plan_sha256: str
    verdict_sha256: str
    certificate: str | None
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @staticmethod
    def resolve_reference(run: SandboxRun) -> str:
        """Return the run's UUID."""
        return str(run.reference)

    @staticmethod
    def resolve_app(run: SandboxRun) -> str | None:
        """Return the code of the app, nothing for a rehearsal."""
        return run.version.app.code if run.version else None

    @staticmethod
    def resolve_version(run: SandboxRun) -> str | None:
        """Return the version's number, nothing for a rehearsal."""
        return run.version.version if run.version else None

    @staticmethod
    def resolve_pass_mark(run: SandboxRun) -> float | None:
        """Return the order's pass mark."""
        return run.plan.get("thresholds", {}).get("pass_mark")

    @staticmethod
    def resolve_checks_done(run: SandboxRun) -> int:
        """Return how many checks have a result."""
        return len(run.results.all())

    @staticmethod
    def resolve_checks_total(run: SandboxRun) -> int:
        """Return how many checks the plan has."""
        return len(run.plan.get("checks", []))

    @staticmethod
    def resolve_failed_checks(run: SandboxRun) -> list[str]:
        """Return the checks that don't hold so far."""
        return [result.code for result in run.results.all() if result.outcome not in ("passed", "advisory")]

    @staticmethod
    def resolve_waiting_because(run: SandboxRun) -> str:
        """Return the platform's one sentence on why nothing happens, empty otherwise."""
        if run.state != SandboxRun.State.QUEUED:
            return ""
        standing = engine_status()
        return "" if standing.available else f"{standing.reason} {standing.remedy}"

    @staticmethod
    def resolve_verdict_sha256(run: SandboxRun) -> str:
        """Return the digest of the verdict, empty while there is none."""
        return run.verdict_digest

    @staticmethod
    def resolve_certificate(run: SandboxRun) -> str | None:
        """Return the code of the certificate that the run brought."""
        found = Certificate.objects.filter(run=run).first()
        return found.code if found else None


class CertificateOut(Schema):
    """What a certificate is worth.

    `status` is valid, revoked, superseded, expired, other_image, unknown (signed by us, not on record) or not_ours;
    only `valid` counts. `jws` is the signed statement itself.
    """

    status: str
    valid: bool
    signed: bool
    revoked: bool
    code: str | None = None
    image_digest: str | None = None
    plan_sha256: str | None = None
    score: float | None = None
    claims: dict[str, Any]
    jws: str | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    revoked_at: datetime | None = None
    revocation_reason: str = ""
    superseded_by: str | None = None


class StatementIn(Schema):
    """A signed statement that somebody holds, and the digest of the image that it should be about."""

    jws: str = Field(max_length=LONGEST_STATEMENT)
    image_digest: str = Field("", pattern="^((sha256:)?[0-9a-f]{64})?$")


def _mine(request: HttpRequest) -> SandboxRunQuerySet:
    user = request.auth.user  # type: ignore[attr-defined]
    runs = SandboxRun.objects.visible_to(user).select_related("version__app", "order")
    return runs.prefetch_related("results")


@router.get(
    "/versions/{version_id}/runs",
    auth=Scope("apps:upload"),
    response=list[RunOut],
    summary="List the sandbox runs of a version, the newest first",
    operation_id="list_runs",
)
@paginate(CursorPagination, ordering=("-pk",))
def list_runs(request: HttpRequest, version_id: int) -> QuerySet[SandboxRun]:
    """List every run of one version."""
    user = request.auth.user  # type: ignore[attr-defined]
    version = get_object_or_404(AppVersion.objects.visible_to(user), pk=version_id)
    return _mine(request).filter(version=version)


@router.get(
    "/runs/{run_id}",
    auth=Scope("apps:upload"),
    response=RunOut,
    summary="Read where a sandbox run stands",
    operation_id="read_run",
)
def read_run(request: HttpRequest, run_id: int) -> SandboxRun:
    """Return one run."""
    return get_object_or_404(_mine(request), pk=run_id)


@router.get(
    "/runs/{run_id}/report",
    auth=Scope("apps:upload"),
    response=dict[str, Any],
    summary="Read the whole report of a finished run",
    description="One canonical document with every check and its evidence (`sandbox/reports/report.schema.json`), byte "
    "for byte what the header `X-Report-SHA256` covers. 404 until the run is over.",
    operation_id="read_report",
)
def read_report(request: HttpRequest, run_id: int) -> HttpResponse:
    """Return the canonical report."""
    document = _finished(request, run_id)
    response = HttpResponse(to_bytes(document), content_type="application/json")
    response["X-Report-SHA256"] = sha256_of(document)
    return response


@router.get(
    "/runs/{run_id}/junit.xml",
    auth=Scope("apps:upload"),
    summary="Read the report of a finished run as JUnit XML",
    description="`application/xml`: a suite a group, a case a check. 404 until the run is over.",
    operation_id="read_junit",
)
def read_junit(request: HttpRequest, run_id: int, language: Literal["zh", "en"] = "zh") -> HttpResponse:
    """Return the report as JUnit XML."""
    return HttpResponse(junit_of(_finished(request, run_id), language=language), content_type="application/xml")


@router.get(
    "/runs/{run_id}/report.har",
    auth=Scope("apps:upload"),
    summary="Read the exchanges of a finished run as an HTTP Archive",
    description="HAR 1.2: what was sent to the app, and the app's calls to departments (`_direction`). "
    "404 until the run is over.",
    operation_id="read_har",
)
def read_har(request: HttpRequest, run_id: int, language: Literal["zh", "en"] = "zh") -> HttpResponse:
    """Return the exchanges as HAR 1.2."""
    return HttpResponse(har_of(_finished(request, run_id), language=language), content_type="application/json")


@router.get(
    "/runs/{run_id}/kit.zip",
    auth=Scope("apps:upload"),
    summary="Download the test kit that repeats a finished run",
    description="`application/zip`: plan, seed, manifest and the checks themselves, for a laptop or a build. "
    "404 until the run is over.",
    operation_id="read_run_kit",
)
def read_run_kit(request: HttpRequest, run_id: int) -> HttpResponse:
    """Return the kit of a run."""
    run = get_object_or_404(_mine(request).finished(), pk=run_id)
    return HttpResponse(kits.kit_of_run(run), content_type="application/zip")


@router.get(
    "/orders/{code}/kit.zip",
    auth=Scope("apps:upload"),
    summary="Download the test kit of an order",
    description="`application/zip`: the order's plan and the checks themselves, to be run before anything is uploaded.",
    operation_id="read_order_kit",
)
def read_order_kit(request: HttpRequest, code: str) -> HttpResponse:
    """Return the kit of an order."""
    user = request.auth.user  # type: ignore[attr-defined]
    return HttpResponse(
        kits.kit_of_order(get_object_or_404(kits.orders_with_a_kit(user), code=code)), content_type="application/zip"
    )


def _finished(request: HttpRequest, run_id: int) -> Document:
    run = get_object_or_404(_mine(request).finished(), pk=run_id)
    return reporting.document(run, run.results.all())


@router.post(
    "/certificates/verify",
    response=CertificateOut,
    summary="Verify a signed statement",
    description="For a program that holds the JWS. It is checked against our keys and our records; no token is needed.",
    operation_id="verify_statement",
)
def verify_given_statement(request: HttpRequest, given: StatementIn) -> dict[str, Any]:
    """Return what the statement is worth."""
    return _answer(verify_statement(given.jws, now=clock.now(), image=given.image_digest))


@router.get(
    "/certificates/{code}",
    response=CertificateOut,
    summary="Verify a test certificate by its code or by the digest of an image",
    operation_id="read_certificate",
)
def read_certificate(request: HttpRequest, code: str, image_digest: str = "") -> dict[str, Any]:
    """Return a certificate and whether it counts (for the image, if one is named); no token is needed."""
    found = certificates.find(code)
    if found is None:
        raise Http404
    return _answer(verify(found, now=clock.now(), image=image_digest))


def _answer(verification: Verification) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "status": verification.status.value,
        "valid": verification.valid,
        "signed": verification.signed,
        "revoked": verification.status == Status.REVOKED,
        "claims": verification.claims,
        "ended_at": verification.since,
        "revocation_reason": verification.reason,
        "superseded_by": verification.successor.code if verification.successor else None,
    }
    found = verification.certificate
    if found is None:
        return answer
    fields = ("code", "image_digest", "plan_sha256", "score", "jws", "issued_at", "expires_at", "revoked_at")
    return answer | {name: getattr(found, name) for name in fields}

"""Issues, finds and revokes certificates: signed statements that one image passed one plan."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from marketplace.core import audit, signing
from sandbox.models import Certificate, SandboxRun
from sandbox.news import tell_members
from sandbox.reports.verdict import Verdict
from vendors.models import AppVersion
from vendors.services import revoke_version

KIND = "minshi-certificate"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 12
DIGEST = re.compile(r"(?:sha256:)?[0-9a-f]{64}")
LONGEST_QUESTION = 300


def groups_of(verdict: Verdict) -> dict[str, str]:
    """Return {group: outcome}: failed when a mandatory check failed, passed when all hold, else partly."""
    groups: dict[str, str] = {}
    for each in verdict.points:
        group = each.duty.code.partition(".")[0]
        holds = each.outcome in ("passed", "advisory")
        found = "passed" if holds else "failed" if each.fails_the_app else "partly"
        worse = ("passed", "partly", "failed")
        groups[group] = max(groups.get(group, "passed"), found, key=worse.index)
    return groups


def issue(*, run: SandboxRun, version: AppVersion, verdict: Verdict, now: datetime) -> Certificate:
    """Sign and store the certificate of a passed run, in the transaction of its verdict.

    An earlier certificate of the same version (a re-test passed) is superseded.
    """
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    expires_at = now + timedelta(days=settings.CERTIFICATE_DAYS)
    claims = {
        "iss": settings.BASE_URL,
        "sub": version.image_digest,
        "jti": code,
        "iat": int(now.timestamp()),
        "exp": int(expires_at.timestamp()),
        "suite": settings.SIGNATURE_SUITE,
        "app": version.app.code,
        "version": version.version,
        "vendor_credit_code": version.app.vendor.credit_code,
        "order": run.order.code,
        "service_item": run.order.service_item.code,
        "plan_sha256": run.plan_sha256,
        "run": str(run.reference),
        "seed": run.seed,
        "score": str(verdict.score),
        "pass_mark": str(verdict.pass_mark),
        "verdict_sha256": verdict.digest,
        "groups": groups_of(verdict),
        "interfaces": {each["code"]: each["version"] for each in run.plan.get("interfaces", [])},
        "queued_at": run.queued_at.isoformat(),
        "issued_at": now.isoformat(),
        "expires_at": expires_at.isoformat(),
    }
    with transaction.atomic():
        for earlier in Certificate.objects.valid().filter(version=version):
            earlier.supersede(by="system:sandbox", now=now)
        jws = signing.sign_claims(claims, kind=KIND)
        made = Certificate.objects.create(
            code=code,
            version=version,
            run=run,
            image_digest=version.image_digest,
            plan_sha256=run.plan_sha256,
            score=verdict.score,
            claims=claims,
            jws=jws,
            kid=str(signing.signing_key().kid),
            issued_at=now,
            expires_at=expires_at,
        )
        after = {"run": run.pk, "code": code, "kid": made.kid}
        audit.record("certificate_issued", made, by="system:sandbox", now=now, after=after)
    return made


def revoke(*, certificate: Certificate, by: object, now: datetime, reason: str) -> bool:
    """End a certificate and its version, and tell the vendor; what is listed of it is suspended with it.

    False, and nothing is changed or told, when the certificate had ended before.
    """
    with transaction.atomic():
        if not certificate.revoke(by=by, now=now, reason=reason):
            return False
        version = AppVersion.objects.select_related("app__vendor").get(pk=certificate.version_id)
        revoke_version(version=version, by=by, now=now, reason=reason[:300])
        told = {"reason": reason[:300], "code": certificate.code}
        tell_members(version, kind="sandbox-revoked", now=now, **told)
    return True


def find(question: str) -> Certificate | None:
    """Return the certificate that a person means: by code (with spaces or hyphens), address or image digest."""
    all_of_them = Certificate.objects.select_related("version__app__vendor", "run__order__service_item")
    asked = question.strip()[:LONGEST_QUESTION].rstrip("/").rpartition("/")[2]
    if DIGEST.fullmatch(asked.lower()):
        digest = "sha256:" + asked.lower().removeprefix("sha256:")
        counting = (F("revoked_at").asc(nulls_first=True), F("superseded_at").asc(nulls_first=True), "-issued_at")
        return all_of_them.filter(image_digest=digest).order_by(*counting).first()
    return all_of_them.filter(code=re.sub(r"[\s-]", "", asked).upper()).first()


def successor_of(certificate: Certificate) -> Certificate | None:
    """Return the certificate that counts instead of a superseded one, of the same version or of the app's newest."""
    valid = Certificate.objects.valid().select_related("version__app")
    same = valid.filter(version=certificate.version_id).exclude(pk=certificate.pk).first()
    if same is not None:
        return same
    newer = {"version__app": certificate.version.app_id, "version__state": AppVersion.State.CERTIFIED}
    return valid.filter(**newer).exclude(pk=certificate.pk).order_by("-issued_at").first()

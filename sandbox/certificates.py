"""The certificate: a signed statement that one image passed one plan, and its verification."""

from __future__ import annotations

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from joserfc.errors import JoseError

from marketplace.core import audit, signing
from sandbox.models import Certificate, SandboxRun
from sandbox.verdict import Verdict
from vendors.models import AppVersion

KIND = "minshi-certificate"
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 12


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

    An earlier valid certificate of the same version (a re-test passed) is revoked as replaced.
    """
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    claims = {
        "iss": settings.BASE_URL,
        "sub": version.image_digest,
        "jti": code,
        "iat": int(now.timestamp()),
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
        "queued_at": run.queued_at.isoformat(),
        "issued_at": now.isoformat(),
    }
    with transaction.atomic():
        for earlier in Certificate.objects.valid().filter(version=version):
            revoke(certificate=earlier, by="system:sandbox", now=now, reason="replaced by a later test")
        made = Certificate.objects.create(
            code=code,
            version=version,
            run=run,
            image_digest=version.image_digest,
            plan_sha256=run.plan_sha256,
            score=verdict.score,
            claims=claims,
            jws=signing.sign_claims(claims, kind=KIND),
            issued_at=now,
        )
        audit.record("certificate_issued", made, by="system:sandbox", now=now, after={"run": run.pk, "code": code})
    return made


def revoke(*, certificate: Certificate, by: object, now: datetime, reason: str) -> None:
    """End a certificate; revoking it again changes nothing."""
    with transaction.atomic():
        open_row = Certificate.objects.valid().filter(pk=certificate.pk)
        if open_row.update(revoked_at=now, revocation_reason=reason[:300]):
            audit.record("certificate_revoked", certificate, by=by, now=now, after={"reason": reason[:100]})
    certificate.refresh_from_db()


@dataclass(frozen=True)
class Verification:
    """What the public page says of a certificate: `valid` only when signed by us, unchanged and not revoked."""

    signed: bool
    unchanged: bool
    revoked: bool
    claims: dict[str, Any]

    @property
    def valid(self) -> bool:
        """Whether the certificate counts."""
        return self.signed and self.unchanged and not self.revoked


def verify(certificate: Certificate) -> Verification:
    """Check the signature, its kind, that the row says what was signed, and that nobody revoked it or its version."""
    claims = read(certificate.jws)
    revoked = certificate.revoked_at is not None or certificate.version.state == AppVersion.State.REVOKED
    if claims is None:
        return Verification(signed=False, unchanged=False, revoked=revoked, claims={})
    said = (certificate.image_digest, certificate.plan_sha256, str(certificate.score), certificate.code)
    signed = tuple(claims.get(name) for name in ("sub", "plan_sha256", "score", "jti"))
    return Verification(signed=True, unchanged=said == signed, revoked=revoked, claims=claims)


def read(token: str) -> dict[str, Any] | None:
    """Return the claims of a certificate of ours, None for anything else (another kind of token of ours included)."""
    try:
        claims = signing.read_claims(token)
        head = token.partition(".")[0]
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (JoseError, ValueError):
        return None
    return claims if header.get("typ") == KIND else None

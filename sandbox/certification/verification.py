"""What a certificate is worth: valid, or the one reason why not; from our records, or from public keys alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from joserfc.errors import JoseError

from marketplace.core import signing
from sandbox.certification import certificates
from sandbox.models import Certificate
from vendors.models import AppVersion


class Status(StrEnum):
    """The one answer; everything but VALID means: don't rely on it."""

    VALID = "valid"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    OTHER_IMAGE = "other_image"
    UNKNOWN = "unknown"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class Verification:
    """The answer with what it rests on; `since` is when the certificate ended, where it did."""

    status: Status
    claims: dict[str, Any] = field(default_factory=dict)
    certificate: Certificate | None = None
    reason: str = ""
    since: datetime | None = None
    successor: Certificate | None = None

    @property
    def valid(self) -> bool:
        """Whether the certificate counts."""
        return self.status == Status.VALID

    @property
    def signed(self) -> bool:
        """Whether one of our keys signed what is claimed."""
        return self.status != Status.NOT_OURS


def verify(certificate: Certificate, *, now: datetime, image: str = "") -> Verification:
    """Check signature and kind, that the row says what was signed, and whether it has ended; `image`: a digest."""
    claims = read(certificate.jws)
    if claims is None or not _says_what_was_signed(certificate, claims):
        return Verification(Status.NOT_OURS, claims or {}, certificate)
    if image and _digest(image) != claims["sub"]:
        return Verification(Status.OTHER_IMAGE, claims, certificate)
    return _standing(certificate, claims, now=now)


def verify_statement(token: str, *, now: datetime, image: str = "") -> Verification:
    """Check a signed statement that somebody holds against our keys and our records."""
    claims = read(token.strip())
    if claims is None:
        return Verification(Status.NOT_OURS)
    found = certificates.find(str(claims.get("jti", "")))
    if found is None:
        return Verification(Status.UNKNOWN, claims)
    if not _says_what_was_signed(found, claims):
        return Verification(Status.NOT_OURS, claims, found)
    return verify(found, now=now, image=image)


def verify_offline(token: str, *, jwks: Mapping[str, Any], now: datetime, image: str = "") -> Verification:
    """Check a signed statement with public keys alone; whether it was revoked or superseded can't be known so."""
    claims = read(token.strip(), jwks)
    if claims is None:
        return Verification(Status.NOT_OURS)
    if image and _digest(image) != claims.get("sub"):
        return Verification(Status.OTHER_IMAGE, claims)
    expires = claims.get("exp")
    if isinstance(expires, int) and now.timestamp() >= expires:
        return Verification(Status.EXPIRED, claims, since=datetime.fromtimestamp(expires, UTC))
    return Verification(Status.VALID, claims)


def read(token: str, jwks: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """Return the claims of a certificate of ours, None for anything else (another kind of token of ours included)."""
    try:
        statement = signing.read(token, jwks)
    except (JoseError, ValueError):
        return None
    return statement.claims if statement.kind == certificates.KIND else None


def _standing(certificate: Certificate, claims: dict[str, Any], *, now: datetime) -> Verification:
    version = certificate.version
    if certificate.revoked_at is not None:
        reason, since = certificate.revocation_reason, certificate.revoked_at
        return Verification(Status.REVOKED, claims, certificate, reason, since)
    if version.state == AppVersion.State.REVOKED:
        return Verification(Status.REVOKED, claims, certificate)
    if certificate.superseded_at is not None or version.state == AppVersion.State.SUPERSEDED:
        successor = certificates.successor_of(certificate)
        return Verification(Status.SUPERSEDED, claims, certificate, "", certificate.superseded_at, successor)
    if certificate.expires_at <= now:
        return Verification(Status.EXPIRED, claims, certificate, "", certificate.expires_at)
    return Verification(Status.VALID, claims, certificate)


def _says_what_was_signed(certificate: Certificate, claims: Mapping[str, Any]) -> bool:
    row = (certificate.image_digest, certificate.plan_sha256, str(certificate.score), certificate.code)
    if row != tuple(claims.get(name) for name in ("sub", "plan_sha256", "score", "jti")):
        return False
    # The first certificates were signed without an end; theirs is in the row alone.
    expires_at = int(certificate.expires_at.timestamp())
    return claims.get("exp", expires_at) == expires_at


def _digest(image: str) -> str:
    return "sha256:" + image.strip().lower().removeprefix("sha256:")

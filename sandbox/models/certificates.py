"""Certificates: signed statements that one image passed one plan."""

from datetime import datetime

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.core import audit
from sandbox.models.runs import SandboxRun
from sandbox.querysets import CertificateQuerySet
from vendors.models import AppVersion


class Certificate(models.Model):
    """A signed statement: this image passed this plan. It is public."""

    code = models.CharField(max_length=20, unique=True)
    version = models.ForeignKey(AppVersion, models.PROTECT, related_name="certificates")
    run = models.OneToOneField(SandboxRun, models.PROTECT, related_name="certificate")
    image_digest = models.CharField(max_length=80, db_index=True)
    plan_sha256 = models.CharField(max_length=64)
    score = models.DecimalField(max_digits=5, decimal_places=2)
    claims = models.JSONField()
    jws = models.TextField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    kid = models.CharField(_("id of the key that signed it"), max_length=64, blank=True)
    superseded_at = models.DateTimeField(_("a later test of the same version took its place"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_reason = models.CharField(max_length=300, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(revoked_at=None, superseded_at=None),
                name="one_valid_certificate_per_version",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revocation_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revocation_reason="")),
                name="revocations_say_why",
            ),
            models.CheckConstraint(
                condition=Q(superseded_at=None) | Q(revoked_at=None), name="certificates_end_in_one_way"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="certificates_expire_later"),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """Return the public address."""
        return reverse("sandbox:certificate", args=[self.code])

    def revoke(self, *, by: object, now: datetime, reason: str) -> bool:
        """End it for a reason; False when it had ended before."""
        changes = {"revoked_at": now, "revocation_reason": reason[:300]}
        return self._end("certificate_revoked", {"reason": reason[:100]}, changes, by=by, now=now)

    def supersede(self, *, by: object, now: datetime) -> bool:
        """A later certificate of the same version takes its place; False when it had ended before."""
        return self._end("certificate_superseded", {}, {"superseded_at": now}, by=by, now=now)

    def _end(
        self, verb: str, told: dict[str, object], changes: dict[str, object], *, by: object, now: datetime
    ) -> bool:
        with transaction.atomic():
            ended = bool(Certificate.objects.valid().filter(pk=self.pk).update(**changes))
            if ended:
                audit.record(verb, self, by=by, now=now, after={"code": self.code} | told)
        self.refresh_from_db()
        return ended

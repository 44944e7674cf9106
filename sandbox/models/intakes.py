"""What became of uploaded archives before an engine saw them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vendors.models import AppVersion


class Intake(models.Model):
    """What became of one archive before the engine saw it; the row is also the claim of the worker that checks it."""

    version = models.OneToOneField(AppVersion, models.CASCADE, related_name="intake")
    worker = models.CharField(max_length=120, blank=True)
    heartbeat_at = models.DateTimeField(_("real time, not the simulated one"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    image_id = models.CharField(max_length=80, blank=True)
    vendor_digest = models.CharField(_("digest under which the vendor built it"), max_length=80, blank=True)
    config = models.JSONField(default=dict)
    volumes = models.JSONField(default=list)
    notes = models.JSONField(_("what intake changed: code, place, params"), default=list)
    uncompressed_bytes = models.PositiveBigIntegerField(default=0)
    rebuilt = models.FileField(upload_to="sandbox/rebuilt/", blank=True)
    sbom = models.FileField(_("bill of materials, CycloneDX"), upload_to="sandbox/sbom/", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(image_id="") | Q(done_at__isnull=False), name="images_come_from_finished_intakes"
            )
        ]

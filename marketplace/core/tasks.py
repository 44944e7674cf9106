"""What the workers do for the core: publish the signed heads of the audit chain."""

import json

from celery import shared_task
from django.conf import settings
from django.db import transaction

from marketplace.core import clock, signing
from marketplace.core.models import AuditHead, AuditStream


@shared_task(name="core.publish_audit_heads")
def publish_audit_heads() -> None:
    """Sign today's heads once; a second call on the same day changes nothing."""
    heads = {head.name: [head.sequence, head.digest] for head in AuditStream.objects.order_by("name")}
    body = json.dumps({"day": clock.today().isoformat(), "heads": heads}, sort_keys=True).encode()
    with transaction.atomic():
        AuditHead.objects.get_or_create(
            day=clock.today(),
            defaults={"heads": heads, "signature": signing.sign_bytes(body), "suite": settings.SIGNATURE_SUITE},
        )

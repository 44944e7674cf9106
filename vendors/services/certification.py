"""What the sandbox hands down about a version that was certified: a renewed certificate, or the end of it."""

from datetime import datetime

from django.db import transaction

from marketplace.core import audit
from vendors.models import AppVersion
from vendors.signals import version_revoked


def renew_certificate(*, version: AppVersion, code: str, by: object, now: datetime) -> None:
    """Let listings link to a later certificate of the same version; nothing else of the version changes."""
    with transaction.atomic():
        found = AppVersion.objects.select_for_update().get(pk=version.pk)
        before = found.certificate_summary.get("certificate")
        summary = found.certificate_summary | {"certificate": code}
        AppVersion.objects.filter(pk=found.pk).update(certificate_summary=summary)
        audit.record("certificate_renewed", found, by=by, now=now, before={"code": before}, after={"code": code})


def revoke_version(*, version: AppVersion, by: object, now: datetime, reason: str) -> bool:
    """End a certified version; `version_revoked` tells the layers above. False when it was none any more."""
    with transaction.atomic():
        found = AppVersion.objects.select_for_update().get(pk=version.pk)
        if found.state != AppVersion.State.CERTIFIED:
            return False
        found.revoke(by=by, now=now, reason=reason)
        version_revoked.send(sender=AppVersion, version=found, now=now, reason=reason)
    return True

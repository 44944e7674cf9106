"""The one sentence on whether the sandbox can work: vendors, operators and `manage.py doctor` all read it here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from sandbox.models import Worker
from sandbox.workers.pulse import beat


@dataclass(frozen=True)
class Standing:
    """Whether runs are taken up, and if not why and what to do (translated)."""

    available: bool
    reason: str = ""
    remedy: str = ""
    detail: str = ""
    version: str = ""


def engine_status() -> Standing:
    """Return how the sandbox stands by what its workers last reported."""
    silent = beat() - timedelta(seconds=settings.SANDBOX_SILENT_SECONDS)
    workers = list(Worker.objects.filter(heartbeat_at__gte=silent).order_by("-available", "-heartbeat_at"))
    if not workers:
        return Standing(
            available=False,
            reason=_("No sandbox worker is running."),
            remedy=_("Start one: celery -A marketplace.config worker -Q sandbox"),
        )
    best = workers[0]
    if best.available:
        return Standing(available=True, version=best.engine_version)
    return Standing(available=False, reason=_(best.reason), remedy=_(best.remedy), detail=best.detail)

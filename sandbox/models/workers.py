"""Sandbox workers as they report themselves."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from marketplace.core import audit


class Worker(models.Model):
    """One sandbox worker as it last reported itself: alive, with or without an engine, self-test passed or not."""

    name = models.CharField(max_length=120, unique=True)
    heartbeat_at = models.DateTimeField(_("real time, not the simulated one"))
    available = models.BooleanField()
    reason = models.CharField(_("why it can't work: message id"), max_length=300, blank=True)
    remedy = models.CharField(_("what to do: message id"), max_length=300, blank=True)
    detail = models.TextField(blank=True)
    engine_version = models.CharField(max_length=60, blank=True)
    self_test = models.JSONField(default=dict)
    self_tested_at = models.DateTimeField(null=True, blank=True)
    engine_host = models.CharField(_("address of its engine"), max_length=300, blank=True)
    slots = models.PositiveSmallIntegerField(_("runs that it takes at a time"), default=0)
    memory_mb = models.PositiveIntegerField(_("memory for its runs; 0: bound by the slots alone"), default=0)
    draining_since = models.DateTimeField(_("an operator lets it take no more work"), null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def drain(self, *, by: object, now: datetime) -> None:
        """Let it finish what it has and take nothing more; draining it again changes nothing."""
        self._set(now, "drained", by=by, now=now)

    def resume(self, *, by: object, now: datetime) -> None:
        """Let it take work again."""
        self._set(None, "resumed", by=by, now=now)

    def _set(self, since: datetime | None, verb: str, *, by: object, now: datetime) -> None:
        with transaction.atomic():
            found = Worker.objects.filter(pk=self.pk, draining_since__isnull=since is not None)
            if found.update(draining_since=since):
                audit.record(verb, self, by=by, now=now, after={"worker": self.name})
        self.refresh_from_db()

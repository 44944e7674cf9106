"""The calls that developers made to simulated departments: their history, and all that a department remembers."""

from django.conf import settings
from django.db import models

from marketplace.catalogue.models import InterfaceVersion
from sandbox.tryout.querysets import TryCallQuerySet


class TryCall(models.Model):
    """One call of one developer; the calls that a department took are played again to know its state."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="try_calls")
    version = models.ForeignKey(InterfaceVersion, models.CASCADE, related_name="try_calls")
    at = models.DateTimeField()
    person = models.PositiveIntegerField(default=0)
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=1000)
    query = models.CharField(max_length=2000, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.TextField(blank=True)
    key = models.CharField(max_length=100, blank=True)
    status = models.PositiveSmallIntegerField()
    taken = models.BooleanField(default=False)
    answer = models.TextField(blank=True)
    answer_type = models.CharField(max_length=100, blank=True)

    objects = TryCallQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "version"])]

    def __str__(self) -> str:
        return f"{self.method} {self.path} → {self.status}"

    @property
    def target(self) -> str:
        """Path and query as they were sent."""
        return f"{self.path}?{self.query}" if self.query else self.path

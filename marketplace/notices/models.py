"""What people were told, and whether they read it."""

from django.conf import settings
from django.db import models

from marketplace.notices.querysets import NoticeQuerySet


class Notice(models.Model):
    """One message to one person; `kind` names its templates, `params` fills them (references, no personal data)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.SlugField(max_length=60)
    params = models.JSONField(default=dict)
    path = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["user", "-created_at"])]

    def __str__(self) -> str:
        return f"{self.kind} → {self.user_id}"

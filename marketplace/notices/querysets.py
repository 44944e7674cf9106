"""Who may read which notices."""

from __future__ import annotations

from datetime import datetime

from django.db import models


class NoticeQuerySet(models.QuerySet):
    """Notices by whom they are for."""

    def visible_to(self, user: object) -> NoticeQuerySet:
        """Return the person's own."""
        return self.filter(user=user) if getattr(user, "is_authenticated", False) else self.none()

    def unread(self) -> NoticeQuerySet:
        """Return those that nobody has read."""
        return self.filter(read_at=None)

    def to_mail(self) -> NoticeQuerySet:
        """Return those that still have to be mailed to somebody who can be."""
        return self.filter(mailed_at=None, user__is_active=True, user__email__gt="")

    def created_between(self, first: datetime, end: datetime) -> NoticeQuerySet:
        """Return those from the half-open span of time."""
        return self.filter(created_at__gte=first, created_at__lt=end)

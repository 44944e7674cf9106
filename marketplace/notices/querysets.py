"""Who may read which notices."""

from __future__ import annotations

from django.db import models


class NoticeQuerySet(models.QuerySet):
    """Notices by whom they are for."""

    def visible_to(self, user: object) -> NoticeQuerySet:
        """Return the person's own."""
        return self.filter(user=user) if getattr(user, "is_authenticated", False) else self.none()

    def unread(self) -> NoticeQuerySet:
        """Return those that nobody has read."""
        return self.filter(read_at=None)

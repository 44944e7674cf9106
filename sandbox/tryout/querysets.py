"""Whose calls are whose."""

from __future__ import annotations

from django.db import models


class TryCallQuerySet(models.QuerySet):
    """Calls by who made them and what they left behind."""

    def of(self, user: object, version: object) -> TryCallQuerySet:
        """Return a developer's own calls to one version."""
        return self.filter(user=user, version=version)

    def taken(self) -> TryCallQuerySet:
        """Return the calls that the department took and remembers, oldest first."""
        return self.filter(taken=True).order_by("pk")

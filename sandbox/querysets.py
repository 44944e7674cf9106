"""Who may see sandbox runs and their reports, and which rows are due."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q

from marketplace.accounts.models import Department
from vendors.querysets import roles_with

ACTIVE = ("queued", "running")


def may_operate(user: object) -> bool:
    """Return whether the person runs the platform's sandbox."""
    return bool(getattr(user, "is_authenticated", False)) and user.has_platform_permission("sandbox.operate")  # type: ignore[attr-defined]


class SandboxRunQuerySet(models.QuerySet):
    """Runs by what a person may see of them and by what a worker has to do."""

    def visible_to(self, user: object) -> SandboxRunQuerySet:
        """Return runs of the person's vendors and rehearsals of their departments; operators see all.

        Auditors of a department see every finished run of its orders: they answer for what was bought.
        """
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if may_operate(user):
            return self.all()
        return self.filter(
            Q(
                version__app__vendor__members__user=user,
                version__app__vendor__members__role__in=roles_with("vendor.view"),
            )
            | Q(kind="rehearsal", order__department__in=Department.objects.where(user, "orders.view"))
            | (~Q(state__in=ACTIVE) & Q(order__department__in=Department.objects.where(user, "audit.view")))
        ).distinct()

    def operable_by(self, user: object) -> SandboxRunQuerySet:
        """Return the runs that the person may cancel or start again."""
        return self.all() if may_operate(user) else self.none()

    def active(self) -> SandboxRunQuerySet:
        """Return runs that aren't over."""
        return self.filter(state__in=ACTIVE)

    def finished(self) -> SandboxRunQuerySet:
        """Return runs that are over, whatever their end."""
        return self.exclude(state__in=ACTIVE)

    def waiting(self) -> SandboxRunQuerySet:
        """Return queued runs, first come first."""
        return self.filter(state="queued").order_by("queued_at", "pk")

    def silent_since(self, moment: datetime) -> SandboxRunQuerySet:
        """Return running runs whose worker gave no sign of life since `moment` (real time)."""
        return self.filter(state="running", heartbeat_at__lt=moment)


class CertificateQuerySet(models.QuerySet):
    """Certificates; all of them are public."""

    def valid(self) -> CertificateQuerySet:
        """Return those that were neither revoked nor superseded; they may have expired."""
        return self.filter(revoked_at=None, superseded_at=None)

    def revocable_by(self, user: object) -> CertificateQuerySet:
        """Return those that the person may revoke."""
        return self.valid() if may_operate(user) else self.none()


class RetestQuerySet(models.QuerySet):
    """Re-tests by what a person may see of them and by what has to be done."""

    def visible_to(self, user: object) -> RetestQuerySet:
        """Return those of the person's vendors; operators see all."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        if may_operate(user):
            return self.all()
        members = {"version__app__vendor__members__user": user}
        return self.filter(**members, version__app__vendor__members__role__in=roles_with("vendor.view")).distinct()

    def decidable_by(self, user: object) -> RetestQuerySet:
        """Return those on which the person may decide, now or once the vendor's time is over."""
        return self.filter(state="failed") if may_operate(user) else self.none()

    def open(self) -> RetestQuerySet:
        """Return those that have no outcome yet."""
        return self.filter(state__in=("due", "testing"))

    def due(self, now: datetime) -> RetestQuerySet:
        """Return those that should be in the queue, the oldest first."""
        return self.filter(state="due", due_at__lte=now).order_by("asked_at", "pk")

"""An app's public presence for a service item."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from marketplace.accounts.models import User
from marketplace.catalogue.models import ServiceItem
from marketplace.core.states import StateMachine, table
from marketplace.store.querysets import ListingQuerySet
from vendors.models import App, AppVersion


class Listing(StateMachine):
    """An app's public presence for a service item."""

    class State(models.TextChoices):
        """Where the listing stands."""

        PENDING = "pending", pgettext_lazy("listing", "waiting for approval")
        LISTED = "listed", pgettext_lazy("listing", "listed")
        REFUSED = "refused", pgettext_lazy("listing", "refused")
        SUSPENDED = "suspended", pgettext_lazy("listing", "suspended")
        DELISTED = "delisted", pgettext_lazy("listing", "delisted")

    TRANSITIONS = table(
        pending="listed refused", listed="suspended delisted", suspended="listed delisted", refused="", delisted=""
    )

    app = models.ForeignKey(App, models.PROTECT, related_name="listings")
    service_item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="listings")
    version = models.ForeignKey(AppVersion, models.PROTECT, related_name="listings")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    listed_at = models.DateTimeField(null=True, blank=True)
    state_reason = models.CharField(max_length=300, blank=True)

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["service_item", "app"]
        constraints = [
            models.UniqueConstraint(
                fields=["app"], condition=Q(state__in=["pending", "listed", "suspended"]), name="one_listing_per_app"
            )
        ]

    def __str__(self) -> str:
        return str(self.app)

    def approve(self, *, by: User, now: datetime) -> None:
        """Show it to citizens."""
        self._move(self.State.LISTED, origin=self.State.PENDING, by=by, now=now, state_reason="", listed_at=now)

    def refuse(self, *, by: User, now: datetime, reason: str) -> None:
        """Turn the request down."""
        self._move(self.State.REFUSED, by=by, now=now, reason=reason, state_reason=reason)

    def suspend(self, *, by: object, now: datetime, reason: str) -> None:
        """Take it off the square at once."""
        self._move(self.State.SUSPENDED, by=by, now=now, reason=reason, state_reason=reason)

    def resume(self, *, by: User, now: datetime) -> None:
        """Show it again."""
        self._move(self.State.LISTED, origin=self.State.SUSPENDED, by=by, now=now, state_reason="")

    def delist(self, *, by: User, now: datetime, reason: str) -> None:
        """End it for good."""
        self._move(self.State.DELISTED, by=by, now=now, reason=reason, state_reason=reason)

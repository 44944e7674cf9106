"""One person getting one service item done through one listing, its timeline and its launch tokens."""

from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.accounts.models import Department, User
from marketplace.catalogue.models import ServiceItem
from marketplace.core import audit
from marketplace.core.states import StateMachine, table
from marketplace.store.models.listings import Listing
from marketplace.store.querysets import CaseQuerySet
from vendors.models import AppVersion


class Case(StateMachine):
    """One person getting one service item done through one listing."""

    class State(models.TextChoices):
        """Where the case stands."""

        LAUNCHED = "launched", pgettext_lazy("case", "started")
        ACCEPTED = "accepted", pgettext_lazy("case", "accepted")
        SUPPLEMENT = "supplement", pgettext_lazy("case", "more material asked for")
        NOT_ACCEPTED = "not_accepted", pgettext_lazy("case", "not accepted")
        COMPLETED = "completed", pgettext_lazy("case", "completed")
        DENIED = "denied", pgettext_lazy("case", "denied")
        WITHDRAWN = "withdrawn", pgettext_lazy("case", "withdrawn")

    class ConfirmedBy(models.TextChoices):
        """By which way the department said so."""

        API = "api", _("the department's system")
        CSV = "csv", _("a signed daily file")
        CLERK = "clerk", _("a clerk")

    TRANSITIONS = table(
        launched="accepted not_accepted withdrawn",
        accepted="supplement completed denied withdrawn",
        supplement="accepted withdrawn",
        not_accepted="",
        completed="",
        denied="",
        withdrawn="",
    )
    DECIDED = (State.COMPLETED, State.DENIED)
    OPEN = (State.LAUNCHED, State.ACCEPTED, State.SUPPLEMENT)
    audit_shards = 16

    number = models.CharField(max_length=24, unique=True)
    citizen = models.ForeignKey(User, models.PROTECT, related_name="cases")
    listing = models.ForeignKey(Listing, models.PROTECT, related_name="cases")
    version = models.ForeignKey(AppVersion, models.PROTECT, related_name="cases")
    service_item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="cases")
    department = models.ForeignKey(Department, models.PROTECT, related_name="cases")
    pseudonym = models.CharField(_("pairwise pseudonym towards the vendor"), max_length=64)
    state = models.CharField(max_length=12, choices=State.choices, default=State.LAUNCHED)
    launched_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("promised"), null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(_("when the platform heard of the decision"), null=True, blank=True)
    confirmed_by = models.CharField(max_length=8, choices=ConfirmedBy.choices, blank=True)
    handling_seconds = models.PositiveBigIntegerField(_("from launch to decision"), null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    remedy = models.CharField(max_length=500, blank=True)
    result = models.CharField(max_length=200, blank=True)
    own_people = models.BooleanField(_("launched by one of the vendor's own people: never counted"), default=False)
    held = models.BooleanField(_("shown, but not counted until a person has decided"), default=False)
    held_reason = models.CharField(max_length=200, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-launched_at"]
        indexes = [
            models.Index(fields=["listing", "state"]),
            models.Index(fields=["citizen", "-launched_at"]),
            models.Index(fields=["department", "state", "decided_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["completed", "denied"])
                | (Q(decided_at__isnull=False) & Q(recorded_at__isnull=False) & ~Q(confirmed_by="")),
                name="decided_cases_say_when_and_by_what",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["not_accepted", "denied"]) | (~Q(reason="") & ~Q(remedy="")),
                name="refusals_have_reason_and_remedy",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        """Whether something may still happen to it."""
        return self.state in self.OPEN

    @property
    def is_decided(self) -> bool:
        """Whether the department granted or denied it."""
        return self.state in self.DECIDED

    def accept(self, *, by: object, now: datetime) -> None:
        """The department takes the case up, or goes on after a supplement."""
        self._move(self.State.ACCEPTED, by=by, now=now)

    def ask_supplement(self, *, by: object, now: datetime) -> None:
        """The department asks for more material; the clock stands still."""
        self._move(self.State.SUPPLEMENT, by=by, now=now, due_at=None)

    def refuse_acceptance(
        self, *, by: object, now: datetime, at: datetime, confirmed_by: str, reason: str, remedy: str
    ) -> None:
        """不予受理: with the reason and the remedy."""
        self._decide(
            self.State.NOT_ACCEPTED, by=by, now=now, at=at, confirmed_by=confirmed_by, reason=reason, remedy=remedy
        )

    def complete(self, *, by: object, now: datetime, at: datetime, confirmed_by: str, result: str = "") -> None:
        """The department granted it."""
        self._decide(self.State.COMPLETED, by=by, now=now, at=at, confirmed_by=confirmed_by, result=result)

    def deny(self, *, by: object, now: datetime, at: datetime, confirmed_by: str, reason: str, remedy: str) -> None:
        """不予许可: with the reason and the remedy."""
        self._decide(self.State.DENIED, by=by, now=now, at=at, confirmed_by=confirmed_by, reason=reason, remedy=remedy)

    def withdraw(self, *, by: User, now: datetime) -> None:
        """The citizen takes it back."""
        self._move(self.State.WITHDRAWN, by=by, now=now, withdrawn_at=now, due_at=None)

    def hold(self, *, by: object, now: datetime, reason: str) -> bool:
        """Set it aside from score and money; return whether that is new. `reason` is shown."""
        return self._set_held(held=True, reason=reason, by=by, now=now)

    def release(self, *, by: object, now: datetime) -> bool:
        """Let it count again; return whether that is new."""
        return self._set_held(held=False, reason="", by=by, now=now)

    def _decide(self, to: str, *, by: object, now: datetime, at: datetime, confirmed_by: str, **words: str) -> None:
        """Move to a final state. The words may hold personal data, so they go beside the audited move."""
        with transaction.atomic():
            type(self).objects.filter(pk=self.pk).update(**words)
            seconds = max(0, int((at - self.launched_at).total_seconds()))
            self._move(
                to, by=by, now=now, decided_at=at, recorded_at=now, confirmed_by=confirmed_by, handling_seconds=seconds
            )
        for name, value in words.items():
            setattr(self, name, value)

    def _set_held(self, *, held: bool, reason: str, by: object, now: datetime) -> bool:
        with transaction.atomic():
            rows = type(self).objects.filter(pk=self.pk, held=not held)
            changed = rows.update(held=held, held_reason=reason) == 1
            if changed:
                audit.record("held" if held else "released", self, by=by, now=now)
        if changed:
            self.held, self.held_reason = held, reason
        return changed


class CaseStep(models.Model):
    """One line of the timeline that the citizen sees."""

    class Kind(models.TextChoices):
        """What happened."""

        LAUNCHED = "launched", _("You started in the app")
        ACCEPTED = "accepted", _("The department accepted the application")
        NOT_ACCEPTED = "not_accepted", _("The department didn't accept the application")
        SUPPLEMENT_REQUESTED = "supplement_requested", _("The department asked for more material")
        SUPPLEMENT_RECEIVED = "supplement_received", _("The department received the material")
        COMPLETED = "completed", _("Done: the department granted it")
        DENIED = "denied", _("The department denied it")
        WITHDRAWN = "withdrawn", _("You withdrew")

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=24, choices=Kind.choices)
    state = models.CharField(max_length=12, choices=Case.State.choices)
    at = models.DateTimeField()
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]


class LaunchToken(models.Model):
    """A single-use token by which a citizen enters an app; only its id is kept."""

    jti = models.CharField(max_length=40, unique=True)
    case = models.ForeignKey(Case, models.CASCADE, related_name="launch_tokens")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

"""What citizens say about finished cases, the tallies of it, and the follow-up that every bad review opens."""

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.accounts.models import User
from marketplace.catalogue.models import ServiceItem
from marketplace.core import audit
from marketplace.core.errors import Conflict
from marketplace.core.states import StateMachine, table
from marketplace.store.models.cases import Case
from marketplace.store.querysets import FollowUpQuerySet, ReviewQuerySet
from vendors.models import App, AppVersion

LEVELS = [
    (5, _("very satisfied")),
    (4, _("satisfied")),
    (3, _("fairly satisfied")),
    (2, _("dissatisfied")),
    (1, _("very dissatisfied")),
]


def _tone(level: int) -> str:
    return "ok" if level >= 4 else "bad" if level <= 2 else "warn"


class Review(models.Model):
    """Two five-level faces of one finished case: the service, and the app."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="review")
    citizen = models.ForeignKey(User, models.PROTECT, related_name="reviews")
    app = models.ForeignKey(App, models.PROTECT, related_name="reviews")
    version = models.ForeignKey(AppVersion, models.PROTECT, related_name="reviews")
    service_item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="reviews")
    service_level = models.PositiveSmallIntegerField(
        choices=LEVELS, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    app_level = models.PositiveSmallIntegerField(
        choices=LEVELS, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    tags = models.JSONField(default=list)
    tags_version = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(max_length=1000, blank=True)
    suggestion = models.TextField(max_length=1000, blank=True)
    submitted_at = models.DateTimeField()
    by_agent = models.BooleanField(default=False)
    held = models.BooleanField(default=False)
    held_reason = models.CharField(max_length=200, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removal_reason = models.CharField(max_length=300, blank=True)
    addition = models.TextField(max_length=1000, blank=True)
    added_at = models.DateTimeField(null=True, blank=True)
    reply = models.TextField(max_length=1000, blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        indexes = [
            models.Index(fields=["app", "-submitted_at"]),
            models.Index(fields=["service_item", "-submitted_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(service_level__range=(1, 5)) & Q(app_level__range=(1, 5)), name="levels_from_one_to_five"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | ~Q(removal_reason=""), name="removals_are_explained"
            ),
        ]

    @property
    def is_bad(self) -> bool:
        """Whether it opens a follow-up: dissatisfied with the service or the app."""
        return min(self.service_level, self.app_level) <= 2

    @property
    def app_tone(self) -> str:
        """Tone of the app's level on a page."""
        return _tone(self.app_level)

    @property
    def service_tone(self) -> str:
        """Tone of the service's level on a page."""
        return _tone(self.service_level)

    @property
    def counts(self) -> bool:
        """Whether it counts for score and money."""
        return self.removed_at is None and not self.held

    def change(self, verb: str, *, by: object, now: datetime, unless: Q, refusal: object, **changes: object) -> None:
        """Set `changes` once: refused with Conflict(`refusal`) where the row has come to fit `unless`; audited."""
        with transaction.atomic():
            if not type(self).objects.filter(~unless, pk=self.pk).update(**changes):
                raise Conflict(refusal, code=f"review-{verb}-refused")
            audit.record(verb, self, by=by, now=now)
        for name, value in changes.items():
            setattr(self, name, value)


class ReviewTally(models.Model):
    """How many counted reviews an app got on a day for one face at one level; rebuildable from the reviews."""

    class Face(models.TextChoices):
        """Which of the two faces."""

        APP = "app", _("the app")
        SERVICE = "service", _("the service")

    app = models.ForeignKey(App, models.CASCADE, related_name="tallies")
    day = models.DateField()
    face = models.CharField(max_length=8, choices=Face.choices)
    level = models.PositiveSmallIntegerField(choices=LEVELS)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["app", "day", "face", "level"], name="tally_once")]


class FollowUp(StateMachine):
    """The ticket that every bad review opens; clocks run in working days."""

    class State(models.TextChoices):
        """Where the follow-up stands."""

        OPEN = "open", pgettext_lazy("follow-up", "to be verified")
        VERIFIED = "verified", pgettext_lazy("follow-up", "verified")
        UNFOUNDED = "unfounded", pgettext_lazy("follow-up", "unfounded")
        RECTIFYING = "rectifying", pgettext_lazy("follow-up", "being put right")
        CALLED_BACK = "called_back", pgettext_lazy("follow-up", "called back")
        CLOSED = "closed", pgettext_lazy("follow-up", "closed")

    TRANSITIONS = table(
        open="verified unfounded",
        verified="rectifying",
        rectifying="called_back",
        called_back="closed rectifying",
        unfounded="",
        closed="",
    )
    TONES = {"open": "warn", "closed": "ok", "unfounded": "idle"}
    CLOCKED = (State.OPEN, State.VERIFIED, State.RECTIFYING)

    review = models.OneToOneField(Review, models.PROTECT, related_name="follow_up")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    verify_due_at = models.DateTimeField()
    rectify_due_at = models.DateTimeField()
    complex_reason = models.CharField(max_length=300, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    rectified_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    measure = models.CharField(_("what was put right"), max_length=1000, blank=True)
    satisfied = models.BooleanField(null=True, blank=True)
    unfounded_reason = models.CharField(max_length=500, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        ordering = ["rectify_due_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="unfounded") | ~Q(unfounded_reason=""), name="unfounded_says_why"
            ),
            models.CheckConstraint(condition=Q(rectify_due_at__gt=F("opened_at")), name="rectify_after_opening"),
        ]

    def __str__(self) -> str:
        return self.review.case.number

    @property
    def tone(self) -> str:
        """Tone of its state on a page: nothing is fine before the citizen has been called back."""
        return self.TONES.get(self.state, "busy")

    def is_overdue(self, now: datetime) -> bool:
        """Return whether a step's clock has run out."""
        if self.state == self.State.OPEN:
            return now >= self.verify_due_at
        return self.state in {self.State.VERIFIED, self.State.RECTIFYING} and now >= self.rectify_due_at

    def verify(self, *, by: User, now: datetime) -> None:
        """The department has looked into it and the complaint holds."""
        self._move(self.State.VERIFIED, by=by, now=now, verified_at=now)

    def declare_unfounded(self, *, by: User, now: datetime, reason: str) -> None:
        """The department has looked into it and the complaint doesn't hold; the public sees the reason."""
        self._move(self.State.UNFOUNDED, by=by, now=now, verified_at=now, closed_at=now, unfounded_reason=reason)

    def rectify(self, *, by: User, now: datetime) -> None:
        """Begin to put it right."""
        self._move(self.State.RECTIFYING, origin=self.State.VERIFIED, by=by, now=now)

    def call_back(self, *, by: User, now: datetime, measure: str) -> None:
        """The citizen was called back and told what was put right; the public sees the measure."""
        self._move(self.State.CALLED_BACK, by=by, now=now, rectified_at=now, measure=measure)

    def reopen(self, *, by: User, now: datetime) -> None:
        """The citizen isn't content: put it right again."""
        self._move(self.State.RECTIFYING, origin=self.State.CALLED_BACK, by=by, now=now, satisfied=False)

    def close(self, *, by: User, now: datetime) -> None:
        """The citizen is content."""
        self._move(self.State.CLOSED, by=by, now=now, satisfied=True, closed_at=now)

    def extend(self, *, by: User, now: datetime, reason: str, due_at: datetime) -> None:
        """Call it complex, once, while it is being worked on: a later date to put it right, with a reason."""
        with transaction.atomic():
            rows = type(self).objects.filter(pk=self.pk, state__in=self.CLOCKED, complex_reason="")
            if not rows.update(complex_reason=reason, rectify_due_at=due_at):
                raise Conflict(_("This follow-up can't be extended (again)."), code="extension-refused")
            audit.record("extended", self, by=by, now=now, before={"due": self.rectify_due_at.isoformat()})
        self.complex_reason, self.rectify_due_at = reason, due_at

    def escalate(self, *, by: object, now: datetime) -> bool:
        """Note that the department's publishers were told that it is overdue; return whether that is new."""
        with transaction.atomic():
            if not type(self).objects.filter(pk=self.pk, escalated_at=None).update(escalated_at=now):
                return False
            audit.record("escalated", self, by=by, now=now)
        self.escalated_at = now
        return True

"""Listings, cases, incoming events, reviews and follow-ups."""

from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import ApiToken, Department, User
from marketplace.catalogue.models import ServiceItem
from marketplace.core.states import StateMachine, table
from marketplace.store.querysets import CaseQuerySet, FollowUpQuerySet, ListingQuerySet, ReviewQuerySet
from vendors.models import App, AppVersion

LEVELS = [
    (5, _("very satisfied")),
    (4, _("satisfied")),
    (3, _("fairly satisfied")),
    (2, _("dissatisfied")),
    (1, _("very dissatisfied")),
]


class Listing(StateMachine):
    """An app's public presence for a service item."""

    class State(models.TextChoices):
        """Where the listing stands."""

        PENDING = "pending", _("waiting for approval")
        LISTED = "listed", _("listed")
        REFUSED = "refused", _("refused")
        SUSPENDED = "suspended", _("suspended")
        DELISTED = "delisted", _("delisted")

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


class Case(StateMachine):
    """One person getting one service item done through one listing."""

    class State(models.TextChoices):
        """Where the case stands."""

        LAUNCHED = "launched", _("started")
        ACCEPTED = "accepted", _("accepted")
        SUPPLEMENT = "supplement", _("more material asked for")
        NOT_ACCEPTED = "not_accepted", _("not accepted")
        COMPLETED = "completed", _("completed")
        DENIED = "denied", _("denied")
        WITHDRAWN = "withdrawn", _("withdrawn")

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
    recorded_at = models.DateTimeField(_("when the platform heard of the decision"), null=True, blank=True)
    confirmed_by = models.CharField(max_length=8, choices=ConfirmedBy.choices, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    remedy = models.CharField(max_length=500, blank=True)
    result = models.CharField(max_length=200, blank=True)

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


class IncomingEvent(models.Model):
    """One CloudEvent (or CSV row, or clerk's act) about a case, as it came in; unique by (source, id)."""

    class Outcome(models.TextChoices):
        """What became of it."""

        APPLIED = "applied", _("applied")
        SUPERSEDED = "superseded", _("superseded by a later one")
        REVIEW = "review", _("waiting for a person")

    source = models.CharField(max_length=200)
    event_id = models.CharField(max_length=120)
    type = models.CharField(max_length=80)
    case = models.ForeignKey(Case, models.PROTECT, related_name="incoming_events")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    token = models.ForeignKey(ApiToken, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    duplicates = models.PositiveIntegerField(default=0)
    late = models.BooleanField(default=False)

    class Meta:
        ordering = ["occurred_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["source", "event_id"], name="event_once_per_source")]


class CaseStep(models.Model):
    """One line of the timeline that the citizen sees."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
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


class FollowUp(StateMachine):
    """The ticket that every bad review opens; clocks run in working days."""

    class State(models.TextChoices):
        """Where the follow-up stands."""

        OPEN = "open", _("to be verified")
        VERIFIED = "verified", _("verified")
        UNFOUNDED = "unfounded", _("unfounded")
        RECTIFYING = "rectifying", _("being put right")
        CALLED_BACK = "called_back", _("called back")
        CLOSED = "closed", _("closed")

    TRANSITIONS = table(
        open="verified unfounded",
        verified="rectifying",
        rectifying="called_back",
        called_back="closed rectifying",
        unfounded="",
        closed="",
    )

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
        return str(self.review.case_id)

    def is_overdue(self, now: datetime) -> bool:
        """Return whether a step's clock has run out."""
        if self.state == self.State.OPEN:
            return now > self.verify_due_at
        return self.state in {self.State.VERIFIED, self.State.RECTIFYING} and now > self.rectify_due_at

"""Vendors, members, claims, questions, apps and versions."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.catalogue.models import ServiceItem
from marketplace.core.bilingual import localized
from marketplace.core.states import StateMachine, table
from marketplace.orders.models import DemandOrder
from vendors.querysets import AppVersionQuerySet, ClaimQuerySet, OwnedByVendorQuerySet, QuestionQuerySet, VendorQuerySet


class Vendor(StateMachine):
    """A company that supplies apps."""

    class State(models.TextChoices):
        """Where the vendor stands."""

        REGISTERED = "registered", _("waiting for verification")
        VERIFIED = "verified", _("verified")
        REFUSED = "refused", _("refused")
        SUSPENDED = "suspended", _("suspended")

    TRANSITIONS = table(registered="verified refused", refused="registered", verified="suspended", suspended="verified")

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    credit_code = models.CharField(max_length=18)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    town = models.CharField(max_length=70, default="澄州市")
    bank_account_encrypted = models.BinaryField(blank=True, default=b"")
    bank_account_masked = models.CharField(max_length=40, blank=True)
    bank_name = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.REGISTERED)
    registered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    registered_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    refusal_reason = models.CharField(max_length=300, blank=True)
    suspension_reason = models.CharField(max_length=300, blank=True)

    objects = VendorQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["credit_code"],
                condition=Q(state__in=["verified", "suspended"]),
                name="credit_code_once_among_verified",
            ),
            models.UniqueConstraint(fields=["registered_by", "credit_code"], name="vendor_registered_once_per_person"),
        ]

    def __str__(self) -> str:
        return localized(self, "name")

    def verify(self, *, by: User, now: datetime) -> None:
        """Confirm that the company is who it says it is; the credit code is its alone from here on."""
        origin = self.State.REGISTERED
        self._move(self.State.VERIFIED, by=by, now=now, origin=origin, verified_at=now, refusal_reason="")

    def refuse(self, *, by: User, now: datetime, reason: str) -> None:
        """Refuse the registration; `reason` is what the vendor reads."""
        self._move(self.State.REFUSED, by=by, now=now, refusal_reason=reason)

    def register_again(self, *, by: User, now: datetime, **changes: Any) -> None:
        """Hand in a refused registration again, with what was wrong put right."""
        self._move(self.State.REGISTERED, by=by, now=now, registered_at=now, **changes)

    def suspend(self, *, by: User, now: datetime, reason: str) -> None:
        """Stop the vendor; `services.suspend_vendor` tells the store."""
        self._move(self.State.SUSPENDED, by=by, now=now, suspension_reason=reason)

    def resume(self, *, by: User, now: datetime) -> None:
        """Let the vendor go on."""
        self._move(self.State.VERIFIED, by=by, now=now, origin=self.State.SUSPENDED, suspension_reason="")


class Member(models.Model):
    """One role of one person in one vendor."""

    class Role(models.TextChoices):
        """Roles of a vendor; what they may do is in accounts/permissions.py."""

        OWNER = "owner", _("owner")
        DEVELOPER = "developer", _("developer")
        FINANCE = "finance", _("finance")
        VIEWER = "viewer", _("viewer")

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="members")
    user = models.ForeignKey(User, models.CASCADE, related_name="vendor_memberships")
    role = models.CharField(max_length=12, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vendor", "user", "role"], name="vendor_role_once")]


class Claim(StateMachine):
    """A vendor takes an order and accepts its tariff and data terms."""

    class State(models.TextChoices):
        """Where the claim stands."""

        ACTIVE = "active", _("active")
        DELIVERED = "delivered", _("delivered")
        WITHDRAWN = "withdrawn", _("withdrawn")

    TRANSITIONS = table(active="delivered withdrawn", delivered="", withdrawn="")

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="claims")
    order = models.ForeignKey(DemandOrder, models.PROTECT, related_name="claims")
    claimed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    claimed_at = models.DateTimeField()
    accepted_tariff = models.CharField(_("tariff accepted with the claim"), max_length=40, blank=True)
    accepted_terms = models.CharField(_("data-processing terms accepted with the claim"), max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.ACTIVE)

    objects = ClaimQuerySet.as_manager()

    class Meta:
        ordering = ["claimed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["vendor", "order"], condition=~Q(state="withdrawn"), name="one_claim_per_vendor_and_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.vendor} / {self.order.code}"

    def deliver(self, *, by: object, now: datetime) -> None:
        """The vendor's app is on offer."""
        self._move(self.State.DELIVERED, by=by, now=now)

    def withdraw(self, *, by: User, now: datetime) -> None:
        """Give the order back."""
        self._move(self.State.WITHDRAWN, by=by, now=now)


class Question(models.Model):
    """A vendor's question about an order; public, without the asker's name, once asked."""

    order = models.ForeignKey(DemandOrder, models.PROTECT, related_name="questions")
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="questions")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    text = models.TextField(max_length=2000)
    due_at = models.DateTimeField()
    answer = models.TextField(max_length=4000, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | (Q(answered_at__isnull=False) & ~Q(answer="")),
                name="answered_questions_have_answers",
            )
        ]


class App(models.Model):
    """What one vendor supplies for one service item."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="apps")
    service_item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="apps")
    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    summary_zh = models.CharField(max_length=200, blank=True)
    summary_en = models.CharField(max_length=200, blank=True)
    accent = models.CharField(max_length=7, default="#0b5a6b")
    support_contact = models.CharField(max_length=120, blank=True)
    privacy_zh = models.TextField(blank=True)
    privacy_en = models.TextField(blank=True)
    address = models.URLField(_("where the vendor hosts the app"), blank=True)
    created_at = models.DateTimeField()

    objects = OwnedByVendorQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [models.UniqueConstraint(fields=["vendor", "service_item"], name="one_app_per_vendor_and_item")]

    def __str__(self) -> str:
        return localized(self, "name")


class AppVersion(StateMachine):
    """One submitted image of an app, and the summary of its certificate."""

    class State(models.TextChoices):
        """Where the version stands."""

        UPLOADED = "uploaded", _("uploaded")
        REFUSED = "refused", _("refused at intake")
        QUEUED = "queued", _("waiting for the sandbox")
        TESTING = "testing", _("in the sandbox")
        CERTIFIED = "certified", _("passed")
        FAILED = "failed", _("failed")
        SUPERSEDED = "superseded", _("superseded")
        REVOKED = "revoked", _("revoked")

    TRANSITIONS = table(
        uploaded="refused queued",
        refused="",
        queued="testing refused",
        testing="certified failed queued",
        certified="superseded revoked",
        failed="",
        superseded="",
        revoked="",
    )

    app = models.ForeignKey(App, models.PROTECT, related_name="versions")
    order = models.ForeignKey(DemandOrder, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=40)
    archive = models.FileField(upload_to="archives/", blank=True)
    archive_sha256 = models.CharField(max_length=64)
    archive_bytes = models.PositiveBigIntegerField()
    image_digest = models.CharField(max_length=80, blank=True)
    manifest = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    refusal = models.JSONField(_("why intake refused it: code, place, params"), default=dict, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    certified_at = models.DateTimeField(null=True, blank=True)
    plan_sha256 = models.CharField(max_length=64, blank=True)
    certificate_summary = models.JSONField(
        _("what a listing shows of the test: groups, observed scopes, accessibility, run"), default=dict, blank=True
    )

    objects = AppVersionQuerySet.as_manager()

    class Meta:
        ordering = ["app", "-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["app", "version"], condition=~Q(state="refused"), name="one_submission_per_version"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["certified", "superseded", "revoked"])
                | (Q(score__isnull=False) & ~Q(image_digest="") & Q(certified_at__isnull=False)),
                name="certified_versions_have_a_score_and_a_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.app} {self.version}"

    def refuse(self, *, now: datetime, refusal: dict[str, object], by: object = "system:intake") -> None:
        """Refuse at intake: {"code", "place", "params"}."""
        self._move(self.State.REFUSED, by=by, now=now, reason=str(refusal.get("code", "")), refusal=refusal)

    def queue(self, *, now: datetime, by: object = "system:sandbox", **changes: Any) -> None:
        """Wait for the sandbox, the first time or again after a platform fault; `image_digest` comes with the first."""
        self._move(self.State.QUEUED, by=by, now=now, **changes)

    def start_testing(self, *, now: datetime, by: object = "system:sandbox") -> None:
        """A worker has taken it up."""
        self._move(self.State.TESTING, by=by, now=now)

    def certify(self, *, now: datetime, by: object = "system:sandbox", **changes: Any) -> None:
        """It passed; `changes` carry score, plan_sha256, certificate_summary."""
        self._move(self.State.CERTIFIED, by=by, now=now, certified_at=now, **changes)

    def fail(self, *, now: datetime, by: object = "system:sandbox", **changes: Any) -> None:
        """It failed."""
        self._move(self.State.FAILED, by=by, now=now, **changes)

    def supersede(self, *, now: datetime, by: object) -> None:
        """A newer version took its place."""
        self._move(self.State.SUPERSEDED, by=by, now=now)

    def revoke(self, *, now: datetime, by: object, reason: str) -> None:
        """The certificate no longer counts."""
        self._move(self.State.REVOKED, by=by, now=now, reason=reason)

"""Service items, interfaces and their versions, life events."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelsearch import index

from marketplace.accounts.models import Department, User
from marketplace.catalogue import bigrams
from marketplace.catalogue.querysets import InterfaceQuerySet, InterfaceVersionQuerySet, ServiceItemQuerySet
from marketplace.core.bilingual import localized
from marketplace.core.states import StateMachine, table


class ServiceItem(index.Indexed, StateMachine):
    """One thing a person can get done; fields after GB/T 39046-2020."""

    class State(models.TextChoices):
        """Where the item stands."""

        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    TRANSITIONS = table(draft="published", published="retired", retired="")

    department = models.ForeignKey(Department, models.PROTECT, related_name="service_items")
    code = models.CharField(_("implementation code"), max_length=40, unique=True)
    base_code = models.CharField(_("base code"), max_length=40)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    summary_zh = models.CharField(max_length=300)
    summary_en = models.CharField(max_length=300)
    item_type = models.CharField(max_length=2, default="20")
    level = models.CharField(max_length=1, default="3")
    targets = models.JSONField(default=list)
    handling_forms = models.JSONField(default=list)
    case_type = models.CharField(max_length=1, default="2")
    legal_basis_zh = models.TextField(blank=True)
    legal_basis_en = models.TextField(blank=True)
    conditions_zh = models.TextField(blank=True)
    conditions_en = models.TextField(blank=True)
    legal_limit = models.PositiveSmallIntegerField(_("legal time limit in working days"), null=True, blank=True)
    promised_limit = models.PositiveSmallIntegerField(_("promised time limit in working days"), null=True, blank=True)
    fee_charged = models.BooleanField(null=True, blank=True)
    fee_basis_zh = models.CharField(max_length=300, blank=True)
    fee_basis_en = models.CharField(max_length=300, blank=True)
    result_zh = models.CharField(max_length=120, blank=True)
    result_en = models.CharField(max_length=120, blank=True)
    guide_zh = models.TextField(blank=True)
    guide_en = models.TextField(blank=True)
    consultation_phone = models.CharField(max_length=40, blank=True)
    complaint_phone = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)

    objects = ServiceItemQuerySet.as_manager()

    # The services put an item into the index; saving one doesn't.
    search_auto_update = False
    search_fields = [
        index.SearchField("title", boost=10),
        index.SearchField("search_text"),
        index.FilterField("state"),
        index.FilterField("department_id"),
    ]

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return localized(self, "name")

    def title(self) -> str:
        """The names as the search index keeps them: Chinese cut into one and two characters."""
        return bigrams.indexed(f"{self.name_zh} {self.name_en}")

    def search_text(self) -> str:
        """The texts that citizens' words may come from, cut the same way."""
        texts = (self.summary_zh, self.summary_en, self.result_zh, self.result_en, self.department.name_zh)
        return bigrams.indexed(" ".join(texts))

    def publish(self, *, by: User, now: datetime) -> None:
        """Show it to citizens; `services.items.publish_item` checks first that it is complete."""
        self._move(self.State.PUBLISHED, by=by, now=now, published_at=now)

    def retire(self, *, by: User, now: datetime) -> None:
        """Take it off the public pages for good."""
        self._move(self.State.RETIRED, by=by, now=now)


class Material(models.Model):
    """One thing the applicant must bring, or that a department interface supplies instead."""

    service_item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="materials")
    position = models.PositiveSmallIntegerField(default=0)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    issuer_zh = models.CharField(max_length=120, blank=True)
    issuer_en = models.CharField(max_length=120, blank=True)
    originals = models.PositiveSmallIntegerField(default=1)
    copies = models.PositiveSmallIntegerField(default=0)
    required = models.BooleanField(default=True)
    supplied_by = models.ForeignKey("Interface", models.SET_NULL, null=True, blank=True, related_name="supplies")
    undertaking = models.BooleanField(_("may be replaced by a signed undertaking"), default=False)

    class Meta:
        ordering = ["position", "pk"]


class ProcessStep(models.Model):
    """One step of the item's process, in the hands of one department."""

    service_item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    department = models.ForeignKey(Department, models.PROTECT, related_name="process_steps")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    days = models.PositiveSmallIntegerField(_("working days"), default=1)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["service_item", "position"], name="process_step_position_once")]


class LifeEvent(models.Model):
    """一件事: items that people need together."""

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    service_items = models.ManyToManyField(ServiceItem, related_name="life_events")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return localized(self, "name")


class Interface(models.Model):
    """A department's published API."""

    class Access(models.TextChoices):
        """Sharing class of the data behind the interface."""

        UNCONDITIONAL = "unconditional", _("shared unconditionally")
        CONDITIONAL = "conditional", _("shared on conditions")
        NOT_SHARED = "not_shared", _("not shared")

    department = models.ForeignKey(Department, models.PROTECT, related_name="interfaces")
    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    summary_zh = models.CharField(max_length=300, blank=True)
    summary_en = models.CharField(max_length=300, blank=True)
    access = models.CharField(max_length=20, choices=Access.choices, default=Access.UNCONDITIONAL)

    objects = InterfaceQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return localized(self, "name")


class InterfaceVersion(StateMachine):
    """One OpenAPI document of an interface; it never changes once it is beyond draft."""

    class State(models.TextChoices):
        """Life of a version."""

        DRAFT = "draft", _("draft")
        ALPHA = "alpha", _("alpha")
        BETA = "beta", _("beta")
        STABLE = "stable", _("stable")
        DEPRECATED = "deprecated", _("deprecated")
        RETIRED = "retired", _("retired")

    TRANSITIONS = table(
        draft="alpha beta stable",
        alpha="beta stable retired",
        beta="stable retired",
        stable="deprecated",
        deprecated="retired",
        retired="",
    )

    interface = models.ForeignKey(Interface, models.PROTECT, related_name="versions")
    version = models.CharField(max_length=40)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    scopes = models.JSONField(_("personal data the interface reveals"), default=list)
    changes = models.JSONField(_("against the last stable version: rule, place, name, breaking"), default=list)
    compared_with = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    deprecated_at = models.DateTimeField(null=True, blank=True)
    sunset_on = models.DateField(null=True, blank=True)
    advice = models.CharField(_("what to use instead"), max_length=300, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=300, blank=True)

    objects = InterfaceVersionQuerySet.as_manager()

    class Meta:
        ordering = ["interface", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["interface", "version"], name="interface_version_once"),
            models.CheckConstraint(
                condition=~Q(state="deprecated") | Q(sunset_on__isnull=False), name="deprecated_has_sunset"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.interface.code} {self.version}"

    @property
    def major(self) -> int:
        """The major number, which is part of the address of the interface."""
        return int(self.version.split(".")[0])

    def scope_titles(self) -> list[dict[str, str]]:
        """Return the personal data that the interface reveals: {"code", "zh", "en"} each."""
        titles = self.document.get("x-minshi-scope-titles")
        given = titles if isinstance(titles, dict) else {}
        known = {code: texts for code, texts in given.items() if isinstance(texts, dict)}
        return [{"zh": code, "en": code} | known.get(code, {}) | {"code": code} for code in self.scopes]

    def publish(self, *, by: User, now: datetime, state: str = State.STABLE) -> None:
        """Publish as alpha, beta or stable."""
        self._move(state, by=by, now=now, published_at=now)

    def deprecate(self, *, by: User, now: datetime, sunset_on: date, advice: str = "") -> None:
        """Announce the end of the version."""
        self._move(self.State.DEPRECATED, by=by, now=now, deprecated_at=now, sunset_on=sunset_on, advice=advice)

    def retire(self, *, by: User, now: datetime, reason: str = "") -> None:
        """End the version."""
        self._move(self.State.RETIRED, by=by, now=now, reason=reason, retired_at=now, end_reason=reason)


class SearchWish(models.Model):
    """A query that found nothing, shown to departments as a wish."""

    query = models.CharField(max_length=100, unique=True)
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-times", "-last_at"]

    def __str__(self) -> str:
        return self.query


class Synonym(models.Model):
    """Another word that citizens use for a word of the catalogue."""

    word = models.CharField(max_length=40, unique=True)
    means = models.CharField(max_length=120)

    class Meta:
        ordering = ["word"]
        verbose_name = _("synonym")

    def __str__(self) -> str:
        return f"{self.word} → {self.means}"

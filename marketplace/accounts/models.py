"""People, departments, memberships and API tokens."""

import hashlib
import secrets
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.permissions import PLATFORM_ROLES
from marketplace.accounts.querysets import DepartmentQuerySet, UserManager
from marketplace.core.bilingual import localized


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, by e-mail or phone."""

    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    phone = models.CharField(_("phone"), max_length=20, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    language = models.CharField(_("preferred language"), max_length=10, blank=True)
    elder_mode = models.BooleanField(_("large text"), default=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        constraints = [
            models.CheckConstraint(condition=Q(email__isnull=False) | Q(phone__isnull=False), name="user_reachable")
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or str(self.pk)

    @property
    def audit_name(self) -> str:
        """The name under which the audit chain knows this person."""
        return f"user:{self.pk}"

    def has_platform_permission(self, permission: str) -> bool:
        """Return whether one of the person's platform roles grants it."""
        roles = [role for role, granted in PLATFORM_ROLES.items() if permission in granted]
        return self.is_active and self.platform_memberships.filter(role__in=roles).exists()

    def can_in(self, department: "Department", permission: str) -> bool:
        """Return whether one of the person's roles in the department grants it."""
        return self.is_active and Department.objects.where(self, permission).filter(pk=department.pk).exists()


class Department(models.Model):
    """A public body that owns service items."""

    class Level(models.TextChoices):
        """行政层级."""

        NATIONAL = "1", _("national")
        PROVINCE = "2", _("province")
        PREFECTURE = "3", _("prefecture")
        COUNTY = "4", _("county")
        TOWNSHIP = "5", _("township")

    code = models.SlugField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    monogram = models.CharField(max_length=2, blank=True)
    credit_code = models.CharField(max_length=18, unique=True)
    level = models.CharField(max_length=1, choices=Level.choices, default=Level.PREFECTURE)
    region_code = models.CharField(max_length=12, default="990100")
    town = models.CharField(max_length=70, default="澄州市")
    phone = models.CharField(max_length=30, default="12345")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return localized(self, "name")


class DepartmentMembership(models.Model):
    """One role of one person in one department."""

    class Role(models.TextChoices):
        """Roles of a department; what they may do is in accounts/permissions.py."""

        EDITOR = "editor", _("editor")
        PUBLISHER = "publisher", _("publisher")
        AUDITOR = "auditor", _("auditor")

    department = models.ForeignKey(Department, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="department_memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["department", "user", "role"], name="department_role_once")]


class PlatformMembership(models.Model):
    """One platform role of one person."""

    class Role(models.TextChoices):
        """Roles of the platform; what they may do is in accounts/permissions.py."""

        OPERATOR = "operator", _("operator")
        MODERATOR = "moderator", _("moderator")
        FINANCE_MAKER = "finance_maker", _("finance maker")
        FINANCE_CHECKER = "finance_checker", _("finance checker")
        AUDITOR = "auditor", _("auditor")

    user = models.ForeignKey(User, models.CASCADE, related_name="platform_memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="platform_role_once")]


class ApiToken(models.Model):
    """A bearer token; only its prefix and SHA-256 are stored, the token itself is shown once.

    A token of a department's system carries `department` and the CloudEvents `source` that belongs to it.
    """

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    sha256 = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, models.CASCADE, related_name="platform_tokens")
    department = models.ForeignKey(Department, models.CASCADE, null=True, blank=True, related_name="api_tokens")
    source = models.CharField(max_length=200, blank=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def audit_name(self) -> str:
        """The name under which the audit chain knows this token."""
        return f"token:{self.prefix}"

    @staticmethod
    def fresh_secret() -> tuple[str, str, str]:
        """Return (prefix, full token, SHA-256 hex of the full token)."""
        prefix = "mst" + secrets.token_hex(4)
        token = f"{prefix}.{secrets.token_urlsafe(32)}"
        return prefix, token, hashlib.sha256(token.encode()).hexdigest()

    def is_valid(self, now: datetime) -> bool:
        """Return whether the token may still be used."""
        return self.revoked_at is None and now < self.expires_at and self.user.is_active

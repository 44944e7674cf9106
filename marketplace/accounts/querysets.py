"""Who may see which accounts and departments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from marketplace.accounts.permissions import DEPARTMENT_ROLES

if TYPE_CHECKING:
    from marketplace.accounts.models import User


class UserManager(BaseUserManager["User"]):
    """Creates people by e-mail or phone."""

    use_in_migrations = True

    def create_user(self, email: str | None = None, password: str | None = None, **fields: object) -> User:
        """Return a new person; without a password nobody can sign in locally as them."""
        user = self.model(email=self.normalize_email(email) if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        """Return a new administrator."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class DepartmentQuerySet(models.QuerySet):
    """Departments by what a person may do there."""

    def where(self, user: object, permission: str) -> DepartmentQuerySet:
        """Return the departments in which one of the person's roles has the permission."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        roles = [role for role, granted in DEPARTMENT_ROLES.items() if permission in granted]
        return self.filter(memberships__user=user, memberships__role__in=roles).distinct()

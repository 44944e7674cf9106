"""Issues and revokes API tokens and grants roles, each audited."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from marketplace.accounts.models import ApiToken, Department, DepartmentMembership, PlatformMembership, User
from marketplace.core import audit

LAST_USE_RESOLUTION = timedelta(minutes=1)


def issue_token(
    *,
    name: str,
    user: User,
    scopes: list[str],
    now: datetime,
    lifetime: timedelta = timedelta(days=365),
    department: Department | None = None,
    source: str = "",
) -> tuple[ApiToken, str]:
    """Return the stored token and its secret, which is never shown again."""
    prefix, secret, sha256 = ApiToken.fresh_secret()
    with transaction.atomic():
        token = ApiToken.objects.create(
            name=name,
            prefix=prefix,
            sha256=sha256,
            user=user,
            department=department,
            source=source,
            scopes=sorted(scopes),
            created_at=now,
            expires_at=now + lifetime,
        )
        audit.record("token_issued", token, by=user, now=now, after={"scopes": token.scopes, "source": source})
    return token, secret


def revoke_token(*, token: ApiToken, by: User, now: datetime) -> None:
    """End a token at once; revoking it again changes nothing."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            audit.record("token_revoked", token, by=by, now=now)


def find_token(*, secret: str, now: datetime) -> ApiToken | None:
    """Return the valid token with this secret, noting its use at most once a minute; None otherwise."""
    sha256 = hashlib.sha256(secret.encode()).hexdigest()
    token = ApiToken.objects.select_related("user", "department").filter(sha256=sha256).first()
    if token is None or not token.is_valid(now):
        return None
    if token.last_used_at is None or now - token.last_used_at > LAST_USE_RESOLUTION:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token


def grant_department_role(*, department: Department, user: User, role: str, by: object, now: datetime) -> None:
    """Give a person a role in a department; giving it again changes nothing."""
    with transaction.atomic():
        membership, created = DepartmentMembership.objects.get_or_create(department=department, user=user, role=role)
        if created:
            after = {"user": user.pk, "role": role, "department": department.code}
            audit.record("role_granted", membership, by=by, now=now, after=after)


def grant_platform_role(*, user: User, role: str, by: object, now: datetime) -> None:
    """Give a person a platform role; giving it again changes nothing."""
    with transaction.atomic():
        membership, created = PlatformMembership.objects.get_or_create(user=user, role=role)
        if created:
            audit.record("role_granted", membership, by=by, now=now, after={"user": user.pk, "role": role})

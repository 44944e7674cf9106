"""Which signing key is the platform's: it is known by one row, so a host that made a key of its own is found out."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from marketplace.core import audit, signing
from marketplace.core.models import SigningKey


def is_known(*, now: datetime) -> bool:
    """Return whether this host signs with the platform's key; the first host that asks makes its own the platform's."""
    kid = str(signing.signing_key().kid)
    active = SigningKey.objects.filter(retired_at=None).values_list("kid", flat=True).first()
    if active is None:
        with suppress(IntegrityError):
            adopt(by="system:core", now=now)
        active = SigningKey.objects.filter(retired_at=None).values_list("kid", flat=True).first()
    return active == kid


def rotate(*, by: object, now: datetime) -> tuple[str, str]:
    """Let a fresh key sign; the old one verifies what it signed until the last of it has expired.

    Returns (old kid, new kid). Nothing is changed when the files can't be written.
    """
    needed_until = now + timedelta(days=settings.SIGNATURES_LAST_DAYS)
    with _alone(), transaction.atomic():
        old, fresh = signing.replace_key(now=now, needed_until=needed_until)
        _retire_rows(by=by, now=now, needed_until=needed_until, known=old)
        _add_row(fresh, by=by, now=now)
    return old, fresh


def adopt(*, by: object, now: datetime) -> str:
    """Make the key of this host the platform's, as after restoring it from a backup; returns its kid."""
    kid = str(signing.signing_key().kid)
    with transaction.atomic():
        if SigningKey.objects.filter(kid=kid, retired_at=None).exists():
            return kid
        _retire_rows(by=by, now=now, needed_until=now + timedelta(days=settings.SIGNATURES_LAST_DAYS))
        _add_row(kid, by=by, now=now)
    return kid


def _retire_rows(*, by: object, now: datetime, needed_until: datetime, known: str = "") -> None:
    if known:
        SigningKey.objects.get_or_create(kid=known, defaults={"made_at": now})
    for row in SigningKey.objects.select_for_update().filter(retired_at=None):
        SigningKey.objects.filter(pk=row.pk).update(retired_at=now, needed_until=needed_until)
        after = {"kid": row.kid, "needed_until": needed_until.isoformat()}
        audit.record("signing_key_retired", row, by=by, now=now, after=after)


def _add_row(kid: str, *, by: object, now: datetime) -> None:
    row, made = SigningKey.objects.get_or_create(kid=kid, defaults={"made_at": now})
    if not made:
        SigningKey.objects.filter(pk=row.pk).update(retired_at=None, needed_until=None)
    audit.record("signing_key_active", row, by=by, now=now, after={"kid": kid})


@contextmanager
def _alone() -> Iterator[None]:
    """Keep two rotations on one machine apart."""
    path = Path(settings.SIGNING_KEY_FILE)
    with path.with_name(f"{path.name}.lock").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield

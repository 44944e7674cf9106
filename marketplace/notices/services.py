"""Tells people things: in the site at once, by mail from a worker."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from marketplace.accounts.models import User
from marketplace.core.dispatch import enqueue_on_commit
from marketplace.notices.models import Notice
from marketplace.notices.tasks import mail_notice


def notify(
    *, users: Iterable[User], kind: str, now: datetime, params: dict[str, object] | None = None, path: str = ""
) -> list[Notice]:
    """Leave a notice for each person and mail those who have an address, once the transaction commits.

    `kind` names the templates `notices/<kind>.txt` (first line: subject) in `templates/`.
    """
    rows = [Notice(user=user, kind=kind, params=params or {}, path=path, created_at=now) for user in set(users)]
    with transaction.atomic():
        for row in rows:
            row.save()
            if row.user.email:
                enqueue_on_commit(mail_notice, row.pk)
    return rows


def mark_read(*, notices: QuerySet[Notice], now: datetime) -> int:
    """Note that the person has read them; return how many were new."""
    return notices.filter(read_at=None).update(read_at=now)

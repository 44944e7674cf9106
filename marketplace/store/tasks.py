"""What the workers do for the store: escalate follow-ups whose clock has run out."""

from datetime import datetime

from celery import shared_task
from django.db import transaction

from marketplace.accounts.models import DepartmentMembership
from marketplace.core import clock
from marketplace.notices.services import notify
from marketplace.store.links import page_for
from marketplace.store.models import FollowUp


@shared_task(name="store.mark_overdue_follow_ups")
def mark_overdue_follow_ups() -> int:
    """Tell the publishers of each overdue follow-up's department, once; return how many were new."""
    now = clock.now()
    rows = FollowUp.objects.overdue(now).filter(escalated_at=None).select_related("review__case")
    return sum(_escalate(follow_up, now) for follow_up in rows)


def _escalate(follow_up: FollowUp, now: datetime) -> bool:
    with transaction.atomic():
        if not follow_up.escalate(by="system:beat", now=now):
            return False
        case = follow_up.review.case
        publishers = DepartmentMembership.objects.filter(
            department=case.department_id, role=DepartmentMembership.Role.PUBLISHER
        ).select_related("user")
        for member in publishers:
            path = page_for(member.user, "follow-up", follow_up.pk)
            params: dict[str, object] = {"number": case.number}
            notify(users=[member.user], kind="follow-up-overdue", now=now, params=params, path=path)
    return True

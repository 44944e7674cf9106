"""Hears from the store that a case is decided, held or released, and keeps its usage fact in the same transaction."""

from datetime import datetime

from django.dispatch import receiver

from billing.services.facts import follow_case, record_fact
from marketplace.store.models import Case
from marketplace.store.signals import case_decided, case_hold_changed


@receiver(case_decided)
def write_usage_fact(sender: object, *, case: Case, now: datetime, **kwargs: object) -> None:
    """Write the fact once; the signal may come again."""
    record_fact(case=case, now=now)


@receiver(case_hold_changed)
def hold_or_release_fact(sender: object, *, case: Case, now: datetime, **kwargs: object) -> None:
    """Let the fact follow the case."""
    follow_case(case=case, now=now)

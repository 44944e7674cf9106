"""Hears from the store that a case is decided and writes its usage fact in the same transaction."""

from datetime import datetime

from django.dispatch import receiver

from billing.services.facts import record_fact
from marketplace.store.models import Case
from marketplace.store.signals import case_decided


@receiver(case_decided)
def write_usage_fact(sender: object, *, case: Case, now: datetime, **kwargs: object) -> None:
    """Write the fact once; the signal may come again."""
    record_fact(case=case, now=now)

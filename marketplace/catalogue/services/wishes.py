"""Notes queries that found nothing, so that departments see what citizens miss."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from marketplace.catalogue import bigrams
from marketplace.catalogue.models import SearchWish

MAX_WISHES = 5000
MAX_QUERY = 100


def note_wish(*, query: str, now: datetime) -> None:
    """Count a query that found nothing. Digits aren't kept: they name people. Stops growing at MAX_WISHES."""
    wording = "".join(character for character in query if not character.isdigit())
    wording = " ".join(wording.split())[:MAX_QUERY]
    if not bigrams.asked(wording):
        return
    with transaction.atomic():
        if SearchWish.objects.filter(query=wording).update(times=F("times") + 1, last_at=now):
            return
        if SearchWish.objects.count() < MAX_WISHES:
            SearchWish.objects.get_or_create(query=wording, defaults={"last_at": now})

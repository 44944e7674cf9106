"""Teaches the search the words that citizens use, and takes them back."""

from datetime import datetime

from django.db import transaction

from marketplace.accounts.models import User
from marketplace.catalogue.models import Synonym
from marketplace.core import audit


def add_synonym(*, word: str, means: str, by: User, now: datetime) -> Synonym:
    """Return the synonym; a word that is there already gets the new meaning."""
    with transaction.atomic():
        synonym, _created = Synonym.objects.update_or_create(word=word, defaults={"means": means})
        audit.record("synonym_put", synonym, by=by, now=now, after={"word": word, "means": means})
    return synonym


def remove_synonym(*, synonym: Synonym, by: User, now: datetime) -> None:
    """Forget a synonym."""
    with transaction.atomic():
        audit.record("synonym_removed", synonym, by=by, now=now, before={"word": synonym.word})
        synonym.delete()

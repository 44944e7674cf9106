"""Finds service items by citizens' words: all terms of the query, then any; synonyms help."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from modelsearch.backends import get_search_backend
from modelsearch.query import PlainText

from marketplace.catalogue import bigrams
from marketplace.catalogue.models import ServiceItem, Synonym
from marketplace.catalogue.querysets import ServiceItemQuerySet

MAX_QUERY = 100
MAX_TERMS = 24
DEFAULT_LIMIT = 20


@dataclass(frozen=True)
class Found:
    """What a search gave: the items, best first, and the words that were looked for besides the query's own."""

    query: str
    items: Sequence[ServiceItem]
    also_searched: tuple[str, ...] = ()


def index_item(item: ServiceItem) -> None:
    """Put the item into the index, or take it out when citizens can't get it done."""
    backend = get_search_backend()
    if item.state == ServiceItem.State.PUBLISHED:
        backend.add(item)
    else:
        backend.delete(item)


def search(query: str, *, among: ServiceItemQuerySet | None = None, limit: int = DEFAULT_LIMIT) -> Found:
    """Return at most `limit` published items for the words: those with all terms first, then those with any."""
    query = " ".join(query.split())[:MAX_QUERY]
    synonyms = _synonyms(query)
    wordings = [query, *(means for _, means in synonyms)]
    if synonyms:
        wordings.append(_replaced(query, synonyms))
    found: dict[int, ServiceItem] = {}
    for operator in ("and", "or"):
        for wording in reversed(wordings):
            for item in _matching(wording, operator, among):
                found.setdefault(item.pk, item)
            if len(found) >= limit:
                break
    return Found(query, list(found.values())[:limit], tuple(means for _, means in synonyms))


def _synonyms(query: str) -> list[tuple[str, str]]:
    listed = Synonym.objects.values_list("word", "means")
    return [(word, means) for word, means in listed if word.lower() in query.lower()]


def _replaced(query: str, synonyms: Iterable[tuple[str, str]]) -> str:
    for word, means in synonyms:
        query = query.replace(word, f" {means} ")
    return query


def _matching(wording: str, operator: str, among: ServiceItemQuerySet | None) -> list[ServiceItem]:
    terms = bigrams.asked(wording)[:MAX_TERMS]
    if not terms:
        return []
    items = (ServiceItem.objects.all() if among is None else among).published().select_related("department")
    return list(get_search_backend().search(PlainText(" ".join(terms), operator=operator), items)[:DEFAULT_LIMIT])

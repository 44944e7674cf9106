"""Step 1: which decided cases count, how many per app and item, and how many applicants came through each app.

This is the definition. The platform counts large periods with the same rule as one query on a column store
(`billing.aggregation`); a test compares the two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from billing.pricing.facts import Fact, Register, Usage


def unique(facts: Iterable[Fact]) -> list[Fact]:
    """One fact per case, over the whole period: the countable one before a held one, then the earliest."""
    best: dict[str, Fact] = {}
    for fact in sorted(facts, key=_preference, reverse=True):
        best[fact.case] = fact
    return sorted(best.values(), key=lambda fact: (fact.decided_at, fact.case))


def _preference(fact: Fact) -> tuple[bool, int, str, str, str, bool]:
    return fact.held, fact.decided_at, fact.app, fact.service_item, fact.applicant, fact.late


def count(facts: Iterable[Fact], cap_per_citizen: int, register: Register) -> list[Usage]:
    """Usage per (app, item), sorted. At most `cap_per_citizen` cases per applicant and item count, over all apps.

    The earliest cases come first, ties by case number. Held cases are shown and don't count.
    """
    decided: Counter[tuple[str, str]] = Counter()
    billable: Counter[tuple[str, str]] = Counter()
    applicants: Counter[tuple[str, str]] = Counter()
    held: Counter[tuple[str, str]] = Counter()
    late: Counter[tuple[str, str]] = Counter()
    for fact, nth in _numbered(unique(facts), register):
        pair = fact.app, fact.service_item
        decided[pair] += 1
        late[pair] += fact.late
        held[pair] += fact.held
        billable[pair] += 0 < nth <= cap_per_citizen
        applicants[pair] += nth == 1
    columns = decided, billable, applicants, held, late
    return [Usage(*pair, *(column[pair] for column in columns)) for pair in sorted(decided)]


def _numbered(facts: Iterable[Fact], register: Register) -> Iterator[tuple[Fact, int]]:
    """Each fact with its number among the countable cases of its applicant and item (0 when held)."""
    seen: Counter[tuple[str, str]] = Counter()
    for fact in facts:
        register.check(fact.app, fact.service_item, row=fact.case)
        if fact.held:
            yield fact, 0
            continue
        key = fact.applicant, fact.service_item
        seen[key] += 1
        yield fact, seen[key]

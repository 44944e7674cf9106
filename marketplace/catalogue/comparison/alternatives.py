"""Finds which alternative of `oneOf` or `anyOf` became which: by name, sameness, fewest differences (pure)."""

from collections.abc import Callable, Mapping
from typing import Any

from marketplace.catalogue.comparison.schemas import Located, follow

MAX_TRIALS = 2  # how deep alternatives within alternatives are tried out
MAX_TRIED = 36  # pairs
MAX_MATCHED = 400  # pairs
MAX_SAME = 2000  # pairs of values
Couple = tuple[Located, Located]
TEXTS = {"title", "description", "example", "examples", "summary", "externalDocs", "$comment"}
NAMED = ("/properties", "/patternProperties", "/mapping", "/dependentSchemas")


def title(part: Located) -> str:
    """Return what an alternative is called: the last name of its reference, its title, or its place."""
    if isinstance(part.value, dict):
        if isinstance(part.value.get("$ref"), str):
            return str(part.value["$ref"].rpartition("/")[2])
        if isinstance(part.value.get("title"), str):
            return str(part.value["title"])[:80]
    return part.place.rpartition("/")[2]


def _key(part: Located) -> str:
    named = isinstance(part.value, dict) and ("$ref" in part.value or "title" in part.value)
    return title(part) if named else ""


def matched(
    before: Mapping[str, Any], after: Mapping[str, Any], old: list[Located], new: list[Located]
) -> tuple[list[Couple], list[Located], list[Located]]:
    """Return those that have the same name or mean the same, and what is left on each side."""
    couples: list[Couple] = []
    gone: list[Located] = []
    named = {_key(other): other for other in reversed(new) if _key(other)}
    for each in old:
        found = named.pop(_key(each), None)
        if found is None:
            gone.append(each)
        else:
            couples.append((each, found))
    taken = {other.place for _each, other in couples}
    left = [other for other in new if other.place not in taken]
    for each in list(gone) if len(gone) * len(left) <= MAX_MATCHED else ():
        found = next((other for other in left if same(before, after, each, other)), None)
        if found is not None:
            left.remove(found)
            gone.remove(each)
            couples.append((each, found))
    return couples, gone, left


def nearest(
    gone: list[Located], left: list[Located], breaks: Callable[[Located, Located], int]
) -> tuple[list[Couple], list[Located], list[Located]]:
    """Return the couples with the fewest breaking changes between them, and what is left on each side."""
    couples: list[Couple] = []
    gone, left = list(gone), list(left)
    costs = sorted((breaks(one, other), n, m) for n, one in enumerate(gone) for m, other in enumerate(left))
    taken_old, taken_new = set[int](), set[int]()
    for cost, n, m in costs:
        renamed = _key(gone[n]) and _key(left[m])
        if cost and renamed:  # two names and two meanings: one went, the other came
            continue
        if n not in taken_old and m not in taken_new:
            taken_old.add(n)
            taken_new.add(m)
            couples.append((gone[n], left[m]))
    return (
        couples,
        [each for n, each in enumerate(gone) if n not in taken_old],
        [each for m, each in enumerate(left) if m not in taken_new],
    )


def same(before: Mapping[str, Any], after: Mapping[str, Any], old: Located, new: Located) -> bool:
    """Return whether two parts mean the same, whatever their references are called; texts don't count."""
    waiting, seen = [(old, new)], set[tuple[str, str]]()
    while waiting:
        one, other = waiting.pop()
        one, other = follow(before, one), follow(after, other)
        if (one.place, other.place) in seen:
            continue
        seen.add((one.place, other.place))
        if len(seen) > MAX_SAME:
            return False
        if isinstance(one.value, dict) and isinstance(other.value, dict):
            ignored = set() if one.place.endswith(NAMED) else TEXTS
            keys = one.value.keys() - ignored
            if keys != other.value.keys() - ignored:
                return False
            waiting += [(one.inner(key), other.inner(key)) for key in keys]
        elif isinstance(one.value, list) and isinstance(other.value, list):
            if len(one.value) != len(other.value):
                return False
            waiting += [(one.inner(n), other.inner(n)) for n in range(len(one.value))]
        elif one.value != other.value:
            return False
    return True

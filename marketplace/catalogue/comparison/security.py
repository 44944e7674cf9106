"""Compares who may call an operation: sign-in schemes and their scopes (pure).

`security` is a list of ways, each one a set of schemes with scopes. A caller goes one of the ways: every old way must
still be enough.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from marketplace.catalogue import places
from marketplace.catalogue.comparison.rules import Change
from marketplace.catalogue.comparison.values import Pair
from marketplace.catalogue.openapi import Placed

Way = dict[str, frozenset[str]]
_TOLD = ("description",)


def compare_security(pair: Pair, old: Placed, new: Placed) -> Iterator[Change]:
    """Yield what changed about who may call the operation."""
    was, now = _ways(pair.before, old.operation), _ways(pair.after, new.operation)
    place = f"{new.place}/security" if "security" in new.operation else new.place
    for way in was:
        if not any(_suffices(way, other) for other in now):
            yield _lost(pair, way, now, place)
    if any(not any(_suffices(way, other) for other in was) for way in now) and all(
        any(_suffices(way, other) for other in now) for way in was
    ):
        yield pair.change("security-relaxed", place)
    used = {name for way in was for name in way} & {name for way in now for name in way}
    for name in sorted(used):
        one, other = (_scheme(document, name) for document in (pair.before, pair.after))
        if one != other:
            yield pair.change("security-scheme-changed", f"/components/securitySchemes/{name}", name=name)


def _ways(document: Mapping[str, Any], operation: Mapping[str, Any]) -> list[Way]:
    listed = operation.get("security", document.get("security"))
    ways = [
        {str(name): frozenset(map(str, scopes or [])) for name, scopes in way.items()}
        for way in listed or []
        if isinstance(way, dict)
    ]
    return ways or [{}]


def _suffices(way: Way, wanted: Way) -> bool:
    """Return whether who goes one way has all that another way asks for."""
    return all(name in way and scopes <= way[name] for name, scopes in wanted.items())


def _lost(pair: Pair, way: Way, now: list[Way], place: str) -> Change:
    if not way:
        asked = sorted({name for each in now for name in each})
        return pair.change("security-demanded", place, name=", ".join(asked))
    same = next((each for each in now if each.keys() <= way.keys()), None)
    if same is not None:
        more = sorted(scope for name, scopes in same.items() for scope in scopes - way[name])
        return pair.change("security-scope-demanded", place, name=", ".join(more))
    return pair.change("security-way-removed", place, name=" + ".join(sorted(way)))


def _scheme(document: Mapping[str, Any], name: str) -> Any:
    found = ((document.get("components") or {}).get("securitySchemes") or {}).get(name)
    found = places.resolved(document, found)
    if not isinstance(found, dict):
        return found
    kept = {key: value for key, value in found.items() if key not in _TOLD and not key.startswith("x-")}
    if isinstance(kept.get("flows"), dict):
        kept["flows"] = sorted(kept["flows"])  # addresses of the flows may move; the scopes are in the operations
    return kept

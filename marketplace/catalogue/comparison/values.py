"""Compares what may be sent or read, one pair of schemas after the other (pure).

A request may only take more than before, an answer may only say less: what goes the other way breaks apps.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from marketplace.catalogue.comparison import alternatives
from marketplace.catalogue.comparison.rules import Change
from marketplace.catalogue.comparison.schemas import LIMITS_DOWN, LIMITS_UP, Located, View, common, follow, view

MAX_PAIRS = 60_000
MAX_SHOWN = 120
WIDER_FORMATS = {("int32", "int64"), ("float", "double")}
_WORDS = {
    "maxLength": "max-length",
    "maximum": "maximum",
    "maxItems": "max-items",
    "maxProperties": "max-properties",
    "minLength": "min-length",
    "minimum": "minimum",
    "minItems": "min-items",
    "minProperties": "min-properties",
}


@dataclass
class Budget:
    """How many pairs of schemas may still be compared; what is over is said once."""

    left: int = MAX_PAIRS
    told: bool = False


@dataclass(frozen=True)
class Pair:
    """Two documents, the side that is looked at, the operation, and the pairs of schemas already compared."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    sends: bool = False
    where: str = ""
    name: str = ""
    seen: set[tuple[str, str, bool]] = field(default_factory=set)
    budget: Budget = field(default_factory=Budget)
    trials: int = 0

    def on(self, **changed: Any) -> "Pair":
        """Return the same pair of documents, looked at elsewhere."""
        return replace(self, **changed)

    def rule(self, word: str) -> str:
        """Return the rule of this side."""
        return f"request-{word}" if self.sends else f"response-{word}"

    def change(self, rule: str, place: str, **said: Any) -> Change:
        """Return a change with what this pair knows about it."""
        return Change(rule, place, **({"name": self.name, "where": self.where} | said))


def shown(value: Any) -> str:
    """Return a value of a document as the sentence shows it, cut to a readable length."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    elif isinstance(value, float):
        value = round(value, 6)
    text = str(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


@dataclass(frozen=True)
class Next:
    """Two schemas that are still to be compared; they wait in a list, so that no chain of them is too long."""

    pair: Pair
    old: Located
    new: Located


Found = Iterator[Change | Next]


def compare_schemas(pair: Pair, old: Located, new: Located) -> Iterator[Change]:
    """Yield the changes from one schema to the next; each pair of places is looked at once."""
    waiting = [Next(pair, old, new)]
    while waiting:
        there = waiting.pop()
        following: list[Next] = []
        for each in _of_both(there.pair, there.old, there.new):
            if isinstance(each, Next):
                following.append(each)
            else:
                yield each
        waiting += reversed(following)


def _of_both(pair: Pair, old: Located, new: Located) -> Found:
    key = (follow(pair.before, old).place, follow(pair.after, new).place, pair.sends)
    if key in pair.seen:
        return
    pair.seen.add(key)
    pair.budget.left -= 1
    if pair.budget.left < 0:
        if not pair.budget.told:
            pair.budget.told = True
            yield pair.change("comparison-cut", new.place)
        return
    was, now = view(pair.before, old, sends=pair.sends), view(pair.after, new, sends=pair.sends)
    if bool(was.alternatives) != bool(now.alternatives):
        yield from _alternatives(pair, (follow(pair.before, old), was), (follow(pair.after, new), now))
        return
    yield from _of_one(pair, was, now)
    if was.alternatives:
        yield from _alternatives(pair, (old, was), (new, now))


def _of_one(pair: Pair, was: View, now: View) -> Found:
    yield from _types(pair, was, now)
    yield from _enums(pair, was, now)
    yield from _limits(pair, was, now)
    yield from _texts(pair, was, now)
    yield from _fields(pair, was, now)
    yield from _additional(pair, was, now)
    yield from _notes(pair, was, now)
    if was.items is not None and now.items is not None:
        yield Next(pair, was.items, now.items)


def _types(pair: Pair, was: View, now: View) -> Iterator[Change]:
    old, new = was.types, now.types
    texts = {"was": ", ".join(sorted(old or {"any"})), "now": ", ".join(sorted(new or {"any"}))}
    if _takes_all(new, old) and _takes_all(old, new):
        pass
    elif pair.sends:
        rule = "request-type-widened" if _takes_all(new, old) else "request-type-changed"
        yield pair.change(rule, now.place, **texts)
    else:
        rule = "response-type-narrowed" if _takes_all(old, new) else "response-type-changed"
        yield pair.change(rule, now.place, **texts)
    if old is None or new is None or was.null == now.null:
        return
    words = ("null-accepted", "null-refused") if pair.sends else ("null-possible", "null-gone")
    yield pair.change(pair.rule(words[0] if now.null else words[1]), now.place)


def _takes_all(wide: set[str] | None, narrow: set[str] | None) -> bool:
    """Return whether every value of the narrow types is one of the wide ones."""
    if wide is None:
        return True
    return narrow is not None and narrow <= (wide | {"integer"} if "number" in wide else wide)


def _enums(pair: Pair, was: View, now: View) -> Iterator[Change]:
    old, new = was.enum, now.enum
    if old is None and new is None:
        return
    gone = [] if new is None or old is None else common(old, new, inside=False)
    more = [] if new is None or old is None else common(new, old, inside=False)
    removed, added = pair.rule("value-removed"), pair.rule("value-added")
    if gone or old is None:
        yield pair.change(removed, now.place, was=_list(gone) or "*", now=_list(new))
    if more or new is None:
        yield pair.change(added, now.place, was=_list(old), now=_list(more) or "*")


def _list(values: list[Any] | None) -> str:
    return shown(", ".join(str(each) for each in values or []))


def _limits(pair: Pair, was: View, now: View) -> Iterator[Change]:
    for limit in (*LIMITS_UP, *LIMITS_DOWN):
        old, new = was.limits.get(limit), now.limits.get(limit)
        if limit in {"minLength", "minItems", "minProperties"}:
            old, new = old or 0, new or 0
        if old == new:
            continue
        yield _limit(pair, limit, old, new, now.place)
    if was.multiple != now.multiple:
        tighter = was.multiple is None or (now.multiple is not None and (now.multiple / was.multiple).is_integer())
        texts = {"was": shown(was.multiple or "—"), "now": shown(now.multiple or "—")}
        relaxed = not tighter and (now.multiple is None or (was.multiple or 0) / now.multiple % 1 == 0)
        if relaxed if pair.sends else tighter:
            yield pair.change("request-limit-relaxed" if pair.sends else "response-limit-tightened", now.place, **texts)
        else:
            yield pair.change(pair.rule("multiple-changed"), now.place, **texts)
    if was.unique != now.unique:
        strict = now.unique
        words = (
            ("unique-items-demanded", "limit-relaxed") if pair.sends else ("limit-tightened", "unique-items-dropped")
        )
        yield pair.change(
            pair.rule(words[0] if strict else words[1]), now.place, was=str(was.unique), now=str(now.unique)
        )


def _limit(pair: Pair, limit: str, old: float | None, new: float | None, place: str) -> Change:
    upper = limit in LIMITS_UP
    tighter = old is None if new is None or old is None else new < old if upper else new > old
    texts = {"was": "—" if old is None else shown(old), "now": "—" if new is None else shown(new)}
    if pair.sends and not tighter:
        return pair.change("request-limit-relaxed", place, **texts)
    if not pair.sends and tighter:
        return pair.change("response-limit-tightened", place, **texts)
    falls = upper == tighter
    return pair.change(pair.rule(f"{_WORDS[limit]}-{'reduced' if falls else 'raised'}"), place, **texts)


def _texts(pair: Pair, was: View, now: View) -> Iterator[Change]:
    if was.patterns != now.patterns:
        texts = {"was": _list(sorted(was.patterns)) or "—", "now": _list(sorted(now.patterns)) or "—"}
        if pair.sends:
            yield pair.change(
                "request-limit-relaxed" if now.patterns < was.patterns else "request-pattern-changed",
                now.place,
                **texts,
            )
        else:
            yield pair.change(
                "response-limit-tightened" if was.patterns < now.patterns else "response-pattern-changed",
                now.place,
                **texts,
            )
    if was.format == now.format:
        return
    texts = {"was": was.format or "—", "now": now.format or "—"}
    if pair.sends:
        wider = not now.format or (was.format, now.format) in WIDER_FORMATS
        yield pair.change("request-format-relaxed" if wider else "request-format-changed", now.place, **texts)
    else:
        tighter = not was.format or (now.format, was.format) in WIDER_FORMATS
        yield pair.change("response-format-tightened" if tighter else "response-format-changed", now.place, **texts)


def _fields(pair: Pair, was: View, now: View) -> Found:
    for name, new in now.properties.items():
        if name not in was.properties:
            yield _new_field(pair, name, new, was, now)
    for name, old in was.properties.items():
        if name not in now.properties:
            yield _lost_field(pair, name, old, now)
            continue
        there = now.properties[name]
        if (name in was.required) != (name in now.required):
            yield _duty(pair, name, there.place, required=name in now.required)
        yield Next(pair.on(name=name), old, there)
    nameless = now.required - was.required - now.properties.keys() - was.properties.keys()
    if pair.sends:
        for name in sorted(nameless):
            yield pair.change("request-field-required", now.place, name=name)


def _new_field(pair: Pair, name: str, new: Located, was: View, now: View) -> Change:
    if not pair.sends:
        return pair.change("response-field-added", new.place, name=name)
    if name not in now.required:
        return pair.change("request-field-added", new.place, name=name)
    known = name in was.required
    return pair.change("request-field-added" if known else "request-field-required-added", new.place, name=name)


def _lost_field(pair: Pair, name: str, old: Located, now: View) -> Change:
    if not pair.sends:
        return pair.change("response-field-removed", old.place, name=name)
    refused = now.additional is False
    return pair.change("request-field-refused" if refused else "request-field-removed", old.place, name=name)


def _duty(pair: Pair, name: str, place: str, *, required: bool) -> Change:
    return pair.change(pair.rule("field-required" if required else "field-optional"), place, name=name)


def _additional(pair: Pair, was: View, now: View) -> Found:
    old, new = was.additional, now.additional
    if isinstance(old, Located) and isinstance(new, Located):
        yield Next(pair, old, new)
    elif (old is not False and new is False) or (old is True and isinstance(new, Located)):
        yield pair.change(pair.rule("additional-closed"), now.place)
    elif (old is False and new is not False) or (isinstance(old, Located) and new is True):
        yield pair.change(pair.rule("additional-opened"), now.place)


def _notes(pair: Pair, was: View, now: View) -> Iterator[Change]:
    if now.deprecated and not was.deprecated:
        yield pair.change(pair.rule("field-deprecated"), now.place)
    if pair.sends and was.default != now.default:
        yield pair.change("request-default-changed", now.place, was=shown(was.default), now=shown(now.default))
    for name in sorted(was.opaque.keys() | now.opaque.keys()):
        old, new = was.opaque.get(name), now.opaque.get(name)
        if old is None or new is None or not alternatives.same(pair.before, pair.after, old, new):
            yield pair.change(pair.rule("rule-changed"), now.place, was=name, now=name)


def _alternatives(pair: Pair, old: tuple[Located, View], new: tuple[Located, View]) -> Found:
    was, now = old[1], new[1]
    before = _choices(*old, alone=not now.alternatives)
    after = _choices(*new, alone=not was.alternatives)
    gone: list[Located] = []
    more: list[Located] = []
    if pair.sends and not now.alternatives:
        both = [(each, after[0]) for each in before]
    elif not pair.sends and not was.alternatives:
        both = [(before[0], each) for each in after]
    else:
        both, gone, more = alternatives.matched(pair.before, pair.after, before, after)
        if gone and more and pair.trials < alternatives.MAX_TRIALS and len(gone) * len(more) <= alternatives.MAX_TRIED:
            found, gone, more = alternatives.nearest(gone, more, lambda a, b: _breaks(pair, a, b))
            both += found
    for one, other in both:
        yield Next(pair, one, other)
    for each in gone:
        yield pair.change(pair.rule("alternative-removed"), each.place, now=alternatives.title(each))
    for each in more:
        yield pair.change(pair.rule("alternative-added"), each.place, now=alternatives.title(each))
    yield from _discriminators(pair, was, now)


def _choices(part: Located, seen: View, *, alone: bool) -> list[Located]:
    """Return the alternatives of a schema; where the other side has none, each one with what stands beside them."""
    if not seen.alternatives:
        return [part]
    rest = {name: value for name, value in part.value.items() if name not in {"oneOf", "anyOf", "discriminator"}}
    if not alone or not rest:
        return seen.alternatives
    return [Located(each.place, {"allOf": [rest, each.value]}) for each in seen.alternatives]


def _breaks(pair: Pair, old: Located, new: Located) -> int:
    """Return how many breaking changes lie between two alternatives, without noting that they were compared."""
    pair.budget.left -= 1 + len(pair.seen) // 100  # what the copy of `seen` costs
    if pair.budget.left < 0:
        return 1
    trial = pair.on(seen=set(pair.seen), trials=pair.trials + 1)
    return sum(change.breaking for change in compare_schemas(trial, old, new))


def _discriminators(pair: Pair, was: View, now: View) -> Iterator[Change]:
    if was.discriminator is None or now.discriminator is None:
        return
    old, new = was.discriminator, now.discriminator
    if old.get("propertyName") != new.get("propertyName"):
        names = {"was": str(old.get("propertyName")), "now": str(new.get("propertyName"))}
        yield pair.change(pair.rule("discriminator-changed"), now.place, **names)
    before, after = set(old.get("mapping") or {}), set(new.get("mapping") or {})
    changed = before - after if pair.sends else after - before
    if before and after and changed:
        yield pair.change(
            pair.rule("discriminator-changed"),
            now.place,
            was=_list(sorted(before)) or "—",
            now=_list(sorted(after)) or "—",
        )

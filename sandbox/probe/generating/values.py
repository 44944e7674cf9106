"""Owns making a value for a schema: hints first, then examples, then what the keywords allow; always checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ..city import Chance
from ..departments.sources import Sources, plain, value_at
from ..openapi import Document
from . import formats, numbers, patterns
from .schemas import ContradictionError, Schema, Wanted, merged

_ATTEMPTS = 14
_DEEP = 4
_RICH_STEPS = 250
_DEEPEST = 40
_MOST_STEPS = 20_000
_MOST_EXTRA = 2
_MOST_HELD = 20_000
_MISSING = object()
_IMPOSSIBLE = (ContradictionError, numbers.NoNumberError, patterns.PatternRefusedError)


class UngenerableError(ValueError):
    """A schema for which no value was found; the message names the place."""


@dataclass(frozen=True)
class Sample:
    """For whom a value is made and what is known: sources of hints, rows of lists, values by property name."""

    sources: Sources = field(default_factory=dict)
    rows: list[Sample] | None = None
    known: dict[str, Any] = field(default_factory=dict)


class Generator:
    """Makes values for the schemas of one document. Equal seed, purpose and sample give equal values."""

    def __init__(self, document: Document, seed: object) -> None:
        self._document = document
        self._seed = seed
        self._merged: dict[int, tuple[Any, Wanted]] = {}

    def value(self, pointer: str, sample: Sample, *purpose: object) -> Any:
        """Return a valid value for the schema at a pointer. UngenerableError when none was found."""
        schema = self._document.at(pointer)
        for attempt in range(_ATTEMPTS):
            chance = Chance(self._seed, pointer, *purpose, attempt)
            try:
                made = _Making(self, chance, sample, attempt).make(schema, "", 0)
            except (*_IMPOSSIBLE, UngenerableError):
                continue
            if self._document.is_valid(pointer, made):
                return made
        raise UngenerableError(f"no valid value was found for the schema at {pointer}")

    def wanted(self, schema: Any) -> Wanted:
        """Return what a schema asks for; remembered as long as the document lives."""
        if not isinstance(schema, dict):
            return merged(schema, self._document.target)
        held = self._merged.get(id(schema))
        if held is None or held[0] is not schema:
            if len(self._merged) > _MOST_HELD:
                self._merged.clear()
            held = self._merged[id(schema)] = (schema, merged(schema, self._document.target))
        return held[1]

    def properties(self, schema: Any) -> dict[str, list[Any]]:
        """Return the properties that a schema declares, each with its schemas; none when nothing can meet it."""
        try:
            return self.wanted(schema).properties
        except ContradictionError:
            return {}

    def fits(self, schema: Any, value: Any) -> bool:
        """Say whether a value is valid for a schema that lies anywhere in the document."""
        return self._document.fits(schema, value)


class _Making:
    """One attempt at one value. The first attempt is rich, the second spare, later ones vary."""

    def __init__(self, generator: Generator, chance: Chance, sample: Sample, attempt: int) -> None:
        self._generator = generator
        self._chance = chance
        self._sample = sample
        self._attempt = attempt
        self._steps = 0
        self._base = 0
        self._trail: list[str] = []
        self._makers: dict[str, Callable[[Wanted, str, int], Any]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "integer": self._number,
            "number": self._number,
            "boolean": lambda *_: self._chance.percent(50),
            "null": lambda *_: None,
            "any": lambda *_: formats.plain_text(self._chance, 1, None),
        }

    def make(self, schema: Any, name: str, depth: int) -> Any:
        """Return a value for a schema; `name` is the property that it is for."""
        if depth > _DEEPEST:
            raise UngenerableError("the schema is too deep")
        wanted = self._generator.wanted(schema)
        before = len(self._trail)
        self._trail += wanted.references
        try:
            return self._chosen(schema, wanted, name, depth)
        finally:
            del self._trail[before:]

    def _spare(self, depth: int) -> bool:
        """Say whether only what must be is made: on the second attempt, when deep, and when much has been made."""
        return self._attempt == 1 or depth > _DEEP or self._steps > _RICH_STEPS

    def _chosen(self, schema: Any, wanted: Wanted, name: str, depth: int) -> Any:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise UngenerableError("the schema is too deep")
        given = self._given(schema, wanted, name, depth)
        if given is not _MISSING:
            return given
        if not wanted.choices:
            return self._plain(wanted, name, depth)
        rest = Wanted(**{**vars(wanted), "choices": wanted.choices[1:]})
        problem: Exception = ContradictionError("no alternative can be met")
        for alternative in self._ordered(wanted.choices[0], depth):
            try:
                both = self._both(schema, rest, alternative)
                return self._chosen(alternative, both, name, depth)
            except (*_IMPOSSIBLE, UngenerableError) as error:
                problem = error
        raise problem

    def _given(self, schema: Any, wanted: Wanted, name: str, depth: int) -> Any:
        """Return what is known, hinted or shown as an example, if it is valid here."""
        source = wanted.keywords.get("x-minshi-source")
        if source:
            value = plain(value_at(self._sample.sources, source))
            if value is None and wanted.nullable:
                return None
            if value is not None and self._generator.fits(schema, value):
                return value
        near = depth - self._base in (1, 2)
        if near and name in self._sample.known and self._generator.fits(schema, self._sample.known[name]):
            return self._sample.known[name]
        if self._attempt > 2:
            return _MISSING
        examples = wanted.keywords.get("examples", [])
        shown = [*examples, *wanted.shown] if isinstance(examples, list) else wanted.shown
        return next((each for each in shown if self._generator.fits(schema, each)), _MISSING)

    def _ordered(self, alternatives: list[Any], depth: int) -> list[Any]:
        """Return alternatives in an order of chance; when deep, those first that lead to nothing met before."""
        mixed = self._chance.shuffled(alternatives) if self._attempt != 1 else list(alternatives)
        if not self._spare(depth):
            return mixed
        return sorted(mixed, key=lambda each: self._weight(each, 0))

    def _weight(self, schema: Any, level: int) -> int:
        """Return roughly how much a schema asks for at least."""
        if level > 4 or not isinstance(schema, dict):
            return level
        try:
            wanted = self._generator.wanted(schema)
        except ContradictionError:
            return 1000
        met = sum(reference in self._trail for reference in wanted.references)
        inner = [each for name in wanted.required for each in wanted.properties.get(name, [])]
        if wanted.keywords.get("minItems"):
            inner += wanted.items
        return 100 * met + len(inner) + sum(self._weight(each, level + 1) for each in inner)

    def _both(self, schema: Any, rest: Wanted, alternative: Any) -> Wanted:
        """Return what a schema and one of its alternatives ask for together."""
        own = {key: value for key, value in schema.items() if key not in ("oneOf", "anyOf", "if", "then", "else")}
        both = self._generator.wanted({"allOf": [own, alternative]}) if own else self._generator.wanted(alternative)
        named = both.keywords.get("x-minshi-discriminator", {})
        properties = {**both.properties, **{key: [value] for key, value in named.items()}}
        return Wanted(**{**vars(both), "choices": [*both.choices, *rest.choices], "properties": properties})

    # ------------------------------------------------------------------ by type

    def _plain(self, wanted: Wanted, name: str, depth: int) -> Any:
        if wanted.values is not None:
            allowed = [each for each in wanted.values if _is_of(each, wanted.kinds)]
            if not allowed:
                raise ContradictionError("no value of the enum has the type")
            full = [each for each in allowed if each is not None] or allowed
            return self._chance.pick(full)
        if wanted.nullable and depth > _DEEP:
            return None
        kinds = [each for each in wanted.kinds or () if each != "null"]
        if len(kinds) > 1 and self._attempt > 1:
            return self._makers[self._chance.pick(kinds)](wanted, name, depth)
        return self._makers[wanted.kind](wanted, name, depth)

    def _number(self, wanted: Wanted, name: str, depth: int) -> Any:
        integer = wanted.kinds is not None and "integer" in wanted.kinds and "number" not in wanted.kinds
        if wanted.step is not None or integer:
            step = wanted.step or numbers.Fraction(1)
            if integer:
                step = numbers.Fraction(step.numerator)
            return numbers.multiple(self._chance, wanted.keywords, step=step)
        return numbers.number(self._chance, wanted.keywords)

    def _string(self, wanted: Wanted, name: str, depth: int) -> str:
        shortest = wanted.keywords.get("minLength", 0)
        longest = wanted.keywords.get("maxLength")
        if longest is not None and longest < shortest:
            raise ContradictionError("no string is that long and that short")
        if wanted.patterns:
            pattern = max(wanted.patterns, key=len)
            most = 10_000 if longest is None else longest
            return patterns.matching(self._chance, pattern, shortest=shortest, longest=most)
        known = formats.FORMATS.get(wanted.keywords.get("format", ""))
        if known:
            return known(self._chance, shortest)
        return formats.plain_text(self._chance, max(shortest, 1 if longest != 0 else 0), longest)

    def _array(self, wanted: Wanted, name: str, depth: int) -> list[Any]:
        fewest, most = wanted.keywords.get("minItems", 0), wanted.keywords.get("maxItems", 10**6)
        items: Any = {"allOf": wanted.items} if len(wanted.items) > 1 else (wanted.items or [True])[0]
        first = list(wanted.keywords.get("prefixItems", ()))
        if "contains" in wanted.keywords:
            first += [wanted.keywords["contains"]] * wanted.keywords.get("minContains", 1)
        rows = self._sample.rows
        if rows is not None and depth <= 2 and self._is_row(items):
            listed = self._rows(items, rows[:most], depth)
            if len(listed) >= fewest:
                return listed
        again = any(each in self._trail for each in self._references(items))
        usual = 0 if self._spare(depth) or again or items is False else 2
        count = min(most, max(fewest, len(first), usual))
        unique = wanted.keywords.get("uniqueItems", False)
        made: list[Any] = []
        seen: set[str] = set()
        for _ in range(count * (20 if unique else 1)):
            if len(made) == count:
                break
            each = self.make(first[len(made)] if len(made) < len(first) else items, name, depth + 1)
            key = json.dumps(each, sort_keys=True)
            if not unique or key not in seen:
                seen.add(key)
                made.append(each)
        if len(made) < fewest:
            raise ContradictionError("too few different items")
        return made

    def _references(self, schema: Any) -> tuple[str, ...]:
        try:
            return self._generator.wanted(schema).references
        except ContradictionError:
            return ()

    def _is_row(self, items: Any) -> bool:
        """Say whether items are records, one for each row, rather than plain words."""
        if not isinstance(items, dict):
            return False
        wanted = self._generator.wanted(items)
        return wanted.kind == "object" or bool(wanted.choices) or "x-minshi-source" in wanted.keywords

    def _rows(self, items: Schema, rows: list[Sample], depth: int) -> list[Any]:
        whole, base, made = self._sample, self._base, []
        for row in rows:
            self._sample, self._base = row, depth + 1
            made.append(self.make(items, "", depth + 1))
        self._sample, self._base = whole, base
        return made

    # ------------------------------------------------------------------ objects

    def _object(self, wanted: Wanted, name: str, depth: int) -> dict[str, Any]:
        most = wanted.keywords.get("maxProperties", 10**6)
        made: dict[str, Any] = {}
        for each in self._names(wanted, depth):
            if len(made) < most or each in wanted.required:
                self._fill_in(made, each, wanted, depth)
        for each, needed in wanted.keywords.get("dependentRequired", {}).items():
            for missing in needed if each in made else ():
                if missing not in made:
                    self._fill_in(made, missing, wanted, depth)
        fewest = wanted.keywords.get("minProperties", 0)
        for place in range(_MOST_EXTRA * fewest):
            if len(made) >= fewest:
                break
            extra = self._extra_name(wanted, place)
            made[extra] = self.make(self._schema_for(extra, wanted), extra, depth + 1)
        return made

    def _names(self, wanted: Wanted, depth: int) -> list[str]:
        """Return which properties to make, required ones first in the order of the document."""
        optional = [each for each in wanted.properties if each not in wanted.required]
        if self._spare(depth):
            optional = [each for each in optional if each in wanted.keywords.get("x-minshi-discriminator", {})]
        elif self._attempt > 2:
            optional = [each for each in optional if self._chance.percent(50)]
        chosen = {*wanted.required, *(each for each in optional if self._welcome(each, wanted))}
        declared = [each for each in wanted.properties if each in chosen]
        return [*declared, *(each for each in wanted.required if each not in wanted.properties)]

    def _welcome(self, name: str, wanted: Wanted) -> bool:
        """Say whether an optional property is made: allowed by all, not only written, leading to nothing met before."""
        if not all(name in names or _matches(name, shapes) for names, shapes in wanted.closed):
            return False
        for schema in wanted.properties[name]:
            if schema is False or any(each in self._trail for each in self._references(schema)):
                return False
            if isinstance(schema, dict) and schema.get("writeOnly"):
                return False
        return True

    def _fill_in(self, made: dict[str, Any], name: str, wanted: Wanted, depth: int) -> None:
        """Add a property; an optional one of which nothing is known, or that can't be made, is left out."""
        optional = name not in wanted.required
        try:
            schema = self._schema_for(name, wanted)
            if optional and self._unknown(schema):
                return
            made[name] = self.make(schema, name, depth + 1)
        except _IMPOSSIBLE:
            if not optional:
                raise

    def _unknown(self, schema: Any) -> bool:
        """Say whether a hint points at something that the person doesn't have and that may be absent."""
        wanted = self._generator.wanted(schema)
        source = wanted.keywords.get("x-minshi-source")
        if not source or wanted.nullable:
            return False
        return value_at(self._sample.sources, source) is None

    def _schema_for(self, name: str, wanted: Wanted) -> Any:
        shapes = [s for shape, s in wanted.keywords.get("patternProperties", {}).items() if _matches(name, (shape,))]
        found = [*wanted.properties.get(name, ()), *shapes]
        found = found or wanted.others
        if not all(name in names or _matches(name, shapes) for names, shapes in wanted.closed):
            raise ContradictionError(f"{name} is required but not allowed")
        return found[0] if len(found) == 1 else {"allOf": found}

    def _extra_name(self, wanted: Wanted, place: int) -> str:
        shapes = [shape for _, shapes in wanted.closed for shape in shapes]
        shapes = shapes or list(wanted.keywords.get("patternProperties", ()))
        if "propertyNames" in wanted.keywords:
            return str(self.make({"type": "string", **wanted.keywords["propertyNames"]}, "", 0))
        if shapes:
            return patterns.matching(self._chance, shapes[0])
        return f"item_{place + 1}"


def _matches(name: str, shapes: tuple[str, ...]) -> bool:
    try:
        return any(patterns.re.search(patterns.translated(shape), name) for shape in shapes)
    except (patterns.re.error, patterns.PatternRefusedError):
        return False


def _is_of(value: Any, kinds: tuple[str, ...] | None) -> bool:
    if kinds is None:
        return True
    actual = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    kind = actual.get(type(value), "null")
    return kind in kinds or (kind == "integer" and "number" in kinds) or (kind == "number" and "integer" in kinds)

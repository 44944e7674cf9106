"""Owns what a schema asks for in the end: references followed, `allOf` merged, alternatives collected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

from .numbers import exact

Schema = dict[str, Any]
_MOST_DEPTH = 60
_KINDS = {
    "object": ("properties", "required", "additionalProperties", "patternProperties", "minProperties"),
    "array": ("items", "prefixItems", "minItems", "uniqueItems", "contains"),
    "string": ("pattern", "minLength", "maxLength", "format"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
}


class ContradictionError(ValueError):
    """Schemas that no value can meet together."""


@dataclass
class Wanted:
    """One schema with everything that applies to the same value merged in.

    `choices` are groups of alternatives of which one each must hold; `closed` are the sets of names (and patterns)
    outside of which an object may have nothing; `references` are the `$ref`s that led here.
    """

    kinds: tuple[str, ...] | None = None
    keywords: Schema = field(default_factory=dict)
    patterns: tuple[str, ...] = ()
    values: list[Any] | None = None
    choices: list[list[Any]] = field(default_factory=list)
    properties: dict[str, list[Any]] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    closed: list[tuple[frozenset[str], tuple[str, ...]]] = field(default_factory=list)
    others: list[Any] = field(default_factory=list)
    items: list[Any] = field(default_factory=list)
    step: Fraction | None = None
    references: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """The type to make: the first that isn't null, or what the keywords are about."""
        if self.kinds is not None:
            return next((each for each in self.kinds if each != "null"), "null")
        if self.properties or self.required:
            return "object"
        found = (kind for kind, about in _KINDS.items() if any(key in self.keywords for key in about))
        return "array" if self.items else next(found, "string" if self.patterns else "any")

    @property
    def shown(self) -> list[Any]:
        """What the document itself shows as a value, in the ways that are one value each."""
        return [self.keywords[key] for key in ("example", "default") if key in self.keywords]

    @property
    def nullable(self) -> bool:
        """Whether null is a value of it."""
        return self.kinds is not None and "null" in self.kinds


_HIGHER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
_LOWER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")


def merged(schema: Any, resolve: Callable[[str], Any]) -> Wanted:
    """Return what a schema asks for; `resolve` returns the node that a reference leads to. ContradictionError."""
    wanted = Wanted()
    _take(wanted, schema, resolve, 0)
    return wanted


def _take(wanted: Wanted, schema: Any, resolve: Callable[[str], Any], depth: int) -> None:
    if schema is True:
        return
    if schema is False or depth > _MOST_DEPTH:
        raise ContradictionError("nothing is allowed here")
    if "$ref" in schema:
        wanted.references += (schema["$ref"],)
        try:
            target = resolve(schema["$ref"])
        except ValueError as error:
            raise ContradictionError(str(error)) from error
        _take(wanted, target, resolve, depth + 1)
    for part in schema.get("allOf", ()):
        _take(wanted, part, resolve, depth + 1)
    _take_values(wanted, schema)
    _take_object(wanted, schema)
    _take_bounds(wanted, schema)
    _take_choices(wanted, schema)


def _take_values(wanted: Wanted, schema: Schema) -> None:
    if "type" in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        wanted.kinds = tuple(kinds) if wanted.kinds is None else _common_kinds(wanted.kinds, kinds)
    for key in ("const", "enum"):
        if key in schema:
            values = [schema[key]] if key == "const" else schema[key]
            wanted.values = values if wanted.values is None else [each for each in wanted.values if each in values]
            if not wanted.values:
                raise ContradictionError("enums that have nothing in common")


def _common_kinds(mine: tuple[str, ...], theirs: list[str]) -> tuple[str, ...]:
    common = [each for each in mine if each in theirs or (each == "integer" and "number" in theirs)]
    if "number" in mine and "integer" in theirs and "integer" not in common:
        common.append("integer")
    if not common:
        raise ContradictionError("types that have nothing in common")
    return tuple(common)


def _take_object(wanted: Wanted, schema: Schema) -> None:
    for name, child in schema.get("properties", {}).items():
        wanted.properties.setdefault(name, []).append(child)
    wanted.required += [name for name in schema.get("required", ()) if name not in wanted.required]
    patterns = tuple(schema.get("patternProperties", {}))
    extra = schema.get("additionalProperties", True)
    if extra is False:
        wanted.closed.append((frozenset(schema.get("properties", {})), patterns))
    elif isinstance(extra, dict):
        wanted.others.append(extra)
    if "items" in schema:
        wanted.items.append(schema["items"])


def _take_bounds(wanted: Wanted, schema: Schema) -> None:
    kept = wanted.keywords
    for keys, choose in ((_HIGHER, max), (_LOWER, min)):
        for key in keys:
            if key in schema:
                kept[key] = choose(kept[key], schema[key]) if key in kept else schema[key]
    if "pattern" in schema:
        wanted.patterns += (schema["pattern"],)
    if "multipleOf" in schema:
        wanted.step = common_step(wanted.step, exact(schema["multipleOf"]))
    if schema.get("uniqueItems"):
        kept["uniqueItems"] = True
    for key, value in schema.items():
        if key in _PLAIN or key.startswith("x-"):
            kept.setdefault(key, value)


_PLAIN = frozenset(
    (
        *("format", "examples", "example", "default", "contains", "prefixItems", "propertyNames"),
        *("dependentRequired", "patternProperties", "writeOnly"),
    )
)


def common_step(mine: Fraction | None, theirs: Fraction) -> Fraction:
    """Return the smallest number that is a multiple of both."""
    if mine is None:
        return theirs
    bottom = lcm(mine.denominator, theirs.denominator)
    return Fraction(lcm(int(mine * bottom), int(theirs * bottom)), bottom)


def _take_choices(wanted: Wanted, schema: Schema) -> None:
    about = schema.get("discriminator")
    for key in ("oneOf", "anyOf"):
        if schema.get(key):
            wanted.choices.append([_named(each, about) for each in schema[key]])
    if "if" in schema:
        then, otherwise = schema.get("then", True), schema.get("else", True)
        wanted.choices.append([{"allOf": [schema["if"], then]}, otherwise])


def _named(alternative: Any, discriminator: Any) -> Any:
    """Return an alternative with its discriminator's value, as OpenAPI names it."""
    if not (isinstance(discriminator, dict) and isinstance(alternative, dict) and "$ref" in alternative):
        return alternative
    target = alternative["$ref"]
    mapping = discriminator.get("mapping", {})
    name = next((key for key, leads in mapping.items() if leads in (target, target.rpartition("/")[2])), None)
    value = {"const": name or target.rpartition("/")[2]}
    about = discriminator.get("propertyName", "")
    return {"allOf": [alternative], "x-minshi-discriminator": {about: value}} if about else alternative

"""Brings a Schema Object of OpenAPI 3.0 or 3.1 into one form, so that two of them can be compared (pure).

References are followed, the parts of `allOf` taken together, `nullable`, boolean bounds and `const` written as 3.1 and
enums would. Cycles are safe: properties and items are kept unread, with their place.
"""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.catalogue import places
from marketplace.catalogue.findings import pointer

CHOICES = ("oneOf", "anyOf")
NULL = {"type": "null"}
LIMITS_UP = ("maxLength", "maximum", "maxItems", "maxProperties")
LIMITS_DOWN = ("minLength", "minimum", "minItems", "minProperties")
# What is compared only as a whole: either it means the same, or somebody has to look.
OPAQUE = (
    "not",
    "if",
    "then",
    "else",
    "contains",
    "minContains",
    "maxContains",
    "prefixItems",
    "propertyNames",
    "patternProperties",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
)


@dataclass(frozen=True)
class Located:
    """A part of a document and its place."""

    place: str
    value: Any

    def inner(self, *parts: object) -> "Located":
        """Return a part of this part; parts that aren't there are an empty schema."""
        value = self.value
        for part in parts:
            value = value.get(part, {}) if isinstance(value, dict) else value[part]  # type: ignore[index]
        return Located(self.place + pointer(parts), value)


@dataclass
class View:
    """One schema as the comparison sees it; None means that nothing is said."""

    place: str
    types: set[str] | None = None
    null: bool = False
    enum: list[Any] | None = None
    limits: dict[str, float] = field(default_factory=dict)
    multiple: float | None = None
    unique: bool = False
    patterns: set[str] = field(default_factory=set)
    format: str = ""
    properties: dict[str, Located] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    additional: Located | bool = True
    items: Located | None = None
    alternatives: list[Located] = field(default_factory=list)
    discriminator: Mapping[str, Any] | None = None
    default: Any = None
    deprecated: bool = False
    opaque: dict[str, Located] = field(default_factory=dict)


def follow(document: Mapping[str, Any], part: Located) -> Located:
    """Return the part behind local references, at its own place."""
    while isinstance(part.value, dict) and isinstance(part.value.get("$ref"), str):
        reference = part.value["$ref"]
        part = Located(places.pointer_of(reference), places.at(document, reference))
    return part


def view(document: Mapping[str, Any], part: Located, *, sends: bool) -> View:
    """Return a schema in the one form; without the fields that this side never carries (readOnly, writeOnly)."""
    found = View(follow(document, part).place)
    hidden = "readOnly" if sends else "writeOnly"
    for each in _parts(document, part):
        if each.value is False:
            found.opaque["not"] = Located(each.place, {"not": {}})
        elif isinstance(each.value, dict):
            _take(document, found, each, hidden=hidden)
    _infer(found)
    return found


def _parts(document: Mapping[str, Any], part: Located) -> Iterator[Located]:
    """Yield the schema and everything that `allOf` and references beside other keywords bring, each once."""
    waiting, seen = deque([part]), set[str]()
    while waiting:
        each = waiting.popleft()
        if isinstance(each.value, dict) and isinstance(each.value.get("$ref"), str):
            rest = {name: value for name, value in each.value.items() if name != "$ref"}
            if rest and str(document.get("openapi", "")).startswith("3.1"):
                waiting.append(Located(each.place, rest))
            target = Located(places.pointer_of(each.value["$ref"]), places.at(document, each.value["$ref"]))
            if target.place not in seen:
                seen.add(target.place)
                waiting.appendleft(target)
            continue
        yield each
        if isinstance(each.value, dict) and isinstance(each.value.get("allOf"), list):
            waiting += [each.inner("allOf", number) for number in range(len(each.value["allOf"]))]
        if isinstance(each.value, dict):
            waiting += [listed[0] for listed in (_choices(each, name) for name in CHOICES) if len(listed) == 1]


def _choices(part: Located, name: str) -> list[Located]:
    """Return the alternatives but for `{"type": "null"}`, which only says that null is taken as well."""
    given = part.value.get(name)
    listed = range(len(given)) if isinstance(given, list) else range(0)
    return [part.inner(name, number) for number in listed if given[number] != NULL]


def _take(document: Mapping[str, Any], found: View, part: Located, *, hidden: str) -> None:
    schema = part.value
    _take_types(found, schema)
    _take_limits(found, schema)
    for name in schema.get("properties") or {}:
        child = part.inner("properties", name)
        target = follow(document, child).value
        if isinstance(target, dict) and target.get(hidden) is True:
            continue
        known = found.properties.get(name)
        both = Located(f"{known.place}", {"allOf": [known.value, child.value]}) if known else child
        found.properties[name] = both
    gone = set(schema.get("properties") or {}) - found.properties.keys()
    found.required |= {name for name in schema.get("required") or [] if isinstance(name, str)} - gone
    additional = schema.get("additionalProperties", True)
    if additional is False:
        found.additional = False
    elif isinstance(additional, dict) and found.additional is True:
        found.additional = part.inner("additionalProperties")
    if "items" in schema and found.items is None:
        found.items = part.inner("items")
    _take_choices(found, part)
    found.default = schema.get("default", found.default)
    found.deprecated = found.deprecated or schema.get("deprecated") is True
    found.opaque |= {name: part.inner(name) for name in OPAQUE if name in schema}


def _take_types(found: View, schema: Mapping[str, Any]) -> None:
    kind = schema.get("type")
    if kind is not None:
        kinds = set(kind) if isinstance(kind, list) else {kind}
        if schema.get("nullable") is True:
            kinds.add("null")
        found.types = kinds if found.types is None else meet(found.types, kinds)
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    if isinstance(values, list):
        known = found.enum
        found.enum = values if known is None else common(known, values)
    found.format = found.format or str(schema.get("format") or "")


def meet(one: set[str], other: set[str]) -> set[str]:
    """Return the types that both allow; every integer is a number."""
    common = one & other
    if "integer" in one | other and "number" in one | other and "number" not in common:
        common = common | {"integer"}
    return common


def common(old: list[Any], new: list[Any], *, inside: bool = True) -> list[Any]:
    """Return the values of `old` that are among `new`, or those that aren't."""
    known = {json.dumps(each, sort_keys=True) for each in new}
    return [each for each in old if (json.dumps(each, sort_keys=True) in known) == inside]


def _take_limits(found: View, schema: Mapping[str, Any]) -> None:
    for name in (*LIMITS_UP, *LIMITS_DOWN):
        value = _number(schema.get(name))
        if name in {"maximum", "minimum"}:
            value = _bound(schema, name, value)
        if value is None:
            continue
        stricter = min if name in LIMITS_UP else max
        found.limits[name] = stricter(found.limits.get(name, value), value)
    found.multiple = _number(schema.get("multipleOf")) or found.multiple
    found.unique = found.unique or schema.get("uniqueItems") is True
    if isinstance(schema.get("pattern"), str):
        found.patterns.add(schema["pattern"])


def _bound(schema: Mapping[str, Any], name: str, value: float | None) -> float | None:
    """Return a bound in which `exclusiveMinimum` of 3.0 (a boolean) and of 3.1 (a number) are a hair stricter."""
    exclusive = schema.get("exclusiveMaximum" if name == "maximum" else "exclusiveMinimum")
    hair = -1e-9 if name == "maximum" else 1e-9
    if exclusive is True and value is not None:
        return value + hair
    other = _number(exclusive)
    if other is None:
        return value
    stricter = min if name == "maximum" else max
    return other + hair if value is None else stricter(value, other + hair)


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _take_choices(found: View, part: Located) -> None:
    for name in CHOICES:
        listed = _choices(part, name)
        found.null = found.null or NULL in (part.value.get(name) or [])
        if len(listed) > 1 and found.alternatives:
            found.opaque[name] = part.inner(name)
        elif len(listed) > 1:
            found.alternatives = listed
    if isinstance(part.value.get("discriminator"), dict):
        found.discriminator = part.value["discriminator"]


def _infer(found: View) -> None:
    """Fill in the type where other keywords leave no doubt; keep null apart from the types."""
    if found.types is None and found.enum:
        found.types = {_type_of(each) for each in found.enum}
    if found.types is None and (found.properties or found.required):
        found.types = {"object"}
    if found.types is None and found.items is not None:
        found.types = {"array"}
    found.null = found.null or (found.types is not None and "null" in found.types)
    if found.types is not None:
        found.types = found.types - {"null"} or {"null"}
    if found.enum is not None:
        found.enum = [each for each in found.enum if each is not None]


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    for kinds, name in (((int,), "integer"), ((float,), "number"), ((str,), "string"), ((list,), "array")):
        if isinstance(value, kinds):
            return name
    return "null" if value is None else "object"

"""Checks an OpenAPI 3.0 or 3.1 document and names the place of every error (pure; fetches nothing).

The shape is checked with the schemas that openapi-spec-validator carries. Its own walk isn't used: it follows
references out of the document and tells no place. The document's patterns are never matched here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema
import jsonschema_rs
from jsonschema.exceptions import ValidationError
from openapi_spec_validator.schemas.utils import get_schema_content

from marketplace.catalogue import bounds, grammar, patterns, places, references
from marketplace.catalogue.findings import Finding, pointer
from marketplace.catalogue.grammar import METHODS

MAX_FINDINGS = 50
SUPPORTED = re.compile(r"3\.(0|1)\.\d+")
SEMANTIC_VERSION = re.compile(
    r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z.-]+)?"
)
LARGE_KEYWORDS = {"oneOf", "anyOf", "if", "dependentSchemas", "unevaluatedProperties"}


def check(document: Any) -> list[Finding]:
    """Return what is wrong, in the order of the document, at most MAX_FINDINGS; empty when the document can be used.

    `document` is what `reading.read` returned.
    """
    if not isinstance(document, dict):
        return [Finding("not-an-object")]
    if not SUPPORTED.fullmatch(str(document.get("openapi", ""))):
        return [Finding("openapi-version", "/openapi")]
    found = list(bounds.check(document)) or list(references.check(document))
    if not found:
        found = list(_shape(document))
    if not found:
        found = [*_schemas(document), *_operations(document), *_patterns(document)]
    return found[:MAX_FINDINGS]


def check_version(document: Mapping[str, Any]) -> list[Finding]:
    """Return the finding when `info.version` of a checked document isn't a semantic version (semver.org 2.0.0)."""
    if SEMANTIC_VERSION.fullmatch(document["info"]["version"]):
        return []
    return [Finding("version-not-semantic", "/info/version", params={"version": document["info"]["version"][:40]})]


@dataclass(frozen=True)
class Placed:
    """One operation, its place, and the parameters that it shares with the other operations of its path."""

    path: str
    method: str
    place: str
    operation: Mapping[str, Any]
    shared: Sequence[Any]
    shared_place: str

    @property
    def name(self) -> str:
        """How people call it: GET /subject."""
        return f"{self.method.upper()} {self.path}"

    @property
    def path_names(self) -> list[str]:
        """The names in braces, in the order of the path."""
        return re.findall(r"\{([^{}]+)\}", self.path)


def placed_operations(document: Mapping[str, Any]) -> Iterator[Placed]:
    """Yield the operations of a document whose references have been checked; path items may be references."""
    for path, item in (document.get("paths") or {}).items():
        if path.startswith("x-"):
            continue
        place, seen = pointer(("paths", path)), [item]
        while isinstance(seen[-1], dict) and isinstance(seen[-1].get("$ref"), str):
            place = places.pointer_of(seen[-1]["$ref"])
            seen.append(places.at(document, seen[-1]["$ref"]))
        found = seen[-1] if isinstance(seen[-1], dict) else {}
        shared = found.get("parameters") or []
        for method in METHODS:
            if isinstance(found.get(method), dict):
                yield Placed(path, method, f"{place}/{method}", found[method], shared, f"{place}/parameters")


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield (path, method, operation) of a checked document."""
    for each in placed_operations(document):
        yield each.path, each.method, each.operation


@dataclass(frozen=True)
class Operation:
    """What a page shows of an operation; `title` and `description` are {"zh", "en"}."""

    method: str
    path: str
    name: str
    title: dict[str, str]
    description: dict[str, str]
    scopes: tuple[str, ...]
    statuses: tuple[str, ...]


def described(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Yield the operations of a checked document as pages show them."""
    for path, method, operation in operations(document):
        summary, description = operation.get("summary", ""), operation.get("description", "")
        yield Operation(
            method.upper(),
            path,
            operation.get("operationId", ""),
            {"zh": summary, "en": operation.get("x-minshi-summary-en") or summary},
            {"zh": description, "en": operation.get("x-minshi-description-en") or description},
            _scopes(operation.get("x-minshi-scopes")),
            tuple(str(status) for status in operation.get("responses", {})),
        )


def _scopes(value: Any) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


@cache
def _schema_of(series: str) -> jsonschema.Draft202012Validator:
    content = dict(get_schema_content(series))
    kind = jsonschema.Draft202012Validator if series == "3.1" else jsonschema.Draft4Validator
    return kind(content)


@cache
def _quick_schema_of(series: str) -> Any:
    """Return the same schema for a validator that is a hundred times quicker, but tells less of what is wrong."""
    content = dict(get_schema_content(series))
    return jsonschema_rs.Draft202012Validator(content) if series == "3.1" else jsonschema_rs.Draft4Validator(content)


def _shape(document: Mapping[str, Any]) -> Iterator[Finding]:
    series = document["openapi"][:3]
    try:
        wrong = {tuple(error.instance_path[:3]) for error in _quick_schema_of(series).iter_errors(document)}
    except (ValueError, OverflowError):  # a number beyond what it knows
        wrong = {()}
    for error in _schema_of(series).iter_errors(_only(document, wrong)) if wrong else ():
        yield from explain(error)


def _only(document: Mapping[str, Any], wrong: Iterable[tuple[object, ...]]) -> dict[str, Any]:
    """Return the document without the paths and components in which nothing is wrong, for the thorough look."""
    if any(len(place) < (3 if place[:1] == ("components",) else 2) and place[:1] != ("info",) for place in wrong):
        return dict(document)
    paths = {place[1] for place in wrong if place[0] == "paths"}
    kept = dict(document) | {"paths": {name: item for name, item in document["paths"].items() if name in paths}}
    if "components" in document:
        named = {place[1:] for place in wrong if place[0] == "components"}
        kept["components"] = {
            kind: {name: part for name, part in parts.items() if (kind, name) in named}
            if isinstance(parts, dict)
            else parts
            for kind, parts in document["components"].items()
        }
    return kept


def _telling(error: ValidationError) -> tuple[int, bool]:
    return len(error.absolute_path), error.validator not in {"const", "type"}


def explain(error: ValidationError, *, base: tuple[object, ...] = ()) -> Iterator[Finding]:
    """Yield the findings behind one JSON Schema error: where alternatives failed, those of the nearest one."""
    while error.context and error.validator in LARGE_KEYWORDS | {"$ref", "$dynamicRef", "then", "else", "allOf"}:
        error = max(error.context, key=_telling)
    path = (*base, *error.absolute_path)
    if error.validator == "required":
        for name in error.validator_value:
            if isinstance(error.instance, dict) and name not in error.instance:
                yield Finding("missing", pointer(path), params={"name": name})
    elif error.validator in {"additionalProperties", "unevaluatedProperties"}:
        names = re.findall(r"'([^']{1,80})'", error.message)[:5]
        yield Finding("unknown-field", pointer(path), params={"names": ", ".join(names)})
    elif error.validator == "type":
        wanted = error.validator_value if isinstance(error.validator_value, str) else ", ".join(error.validator_value)
        yield Finding("wrong-type", pointer(path), params={"wanted": wanted})
    elif error.validator == "enum":
        values = ", ".join(str(value) for value in error.validator_value)[:300]
        yield Finding("not-one-of", pointer(path), params={"values": values})
    else:
        yield Finding("does-not-fit", pointer(path), params={"detail": error.message[:300]})


def _schemas(document: Mapping[str, Any]) -> Iterator[Finding]:
    """Check Schema Objects of 3.1 against their own dialect; the schema of 3.0 covers them already."""
    if document["openapi"].startswith("3.0"):
        return
    meta = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
    quick = jsonschema_rs.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
    for path, schema in grammar.schemas(document):
        if _is_fine(quick, schema):
            continue
        for error in meta.iter_errors(schema):
            yield from explain(error, base=path)


def _is_fine(quick: Any, schema: Any) -> bool:
    try:
        return bool(quick.is_valid(schema))
    except (ValueError, OverflowError):
        return False


def _operations(document: Mapping[str, Any]) -> Iterator[Finding]:
    listed = list(placed_operations(document))
    if not listed:
        yield Finding("no-operations", "/paths")
    known: dict[str, str] = {}
    addresses: dict[tuple[str, str], str] = {}
    for each in listed:
        name = each.operation.get("operationId")
        if name and name in known:
            yield Finding("operation-twice", f"{each.place}/operationId", params={"name": name, "first": known[name]})
        elif name:
            known[name] = each.place
        address = (re.sub(r"\{[^{}]*\}", "{}", each.path), each.method)
        if address in addresses:
            yield Finding("path-twice", pointer(("paths", each.path)), params={"first": addresses[address]})
        addresses[address] = each.path
        yield from _parameters(document, each)


def _parameters(document: Mapping[str, Any], operation: Placed) -> Iterator[Finding]:
    place = operation.place
    own = [places.resolved(document, each) for each in operation.operation.get("parameters") or []]
    shared = [places.resolved(document, each) for each in operation.shared]
    seen: set[tuple[str, str]] = set()
    for position, each in enumerate(own):
        key = (str(each.get("name")), str(each.get("in")))
        if key in seen:
            yield Finding("parameter-twice", f"{place}/parameters/{position}", params={"name": key[0]})
        seen.add(key)
    wanted = set(operation.path_names)
    given = {str(each.get("name")) for each in [*own, *shared] if each.get("in") == "path"}
    for name in sorted(wanted - given):
        yield Finding("path-parameter-missing", place, params={"name": name})
    for name in sorted(given - wanted):
        yield Finding("path-parameter-unused", place, params={"name": name})


def _patterns(document: Mapping[str, Any]) -> Iterator[Finding]:
    for path, kind, value in grammar.parts(document):
        if kind != "schema" or not isinstance(value, dict):
            continue
        if isinstance(value.get("pattern"), str):
            rule = patterns.danger(value["pattern"])
            if rule:
                yield Finding(rule, pointer((*path, "pattern")))
        named = value.get("patternProperties")
        for pattern in named if isinstance(named, dict) else {}:
            rule = patterns.danger(pattern)
            if rule:
                yield Finding(rule, pointer((*path, "patternProperties", pattern)))

"""Prepares an operation of a checked document for people who write programs against it (pure).

Schemas become rows: one for each field, indented by depth, what holds itself cut where it begins again.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from marketplace.catalogue import places
from marketplace.catalogue.comparison.schemas import Located, View, follow, view
from marketplace.catalogue.openapi import Operation, Placed, described, placed_operations

MAX_DEPTH = 6
MAX_ROWS = 200
MAX_EXAMPLE = 20_000
Texts = dict[str, str]


@dataclass(frozen=True)
class Row:
    """One field: `limits` are the words of JSON Schema, `again` names the schema that goes on in itself."""

    depth: int
    name: str
    kind: str
    required: bool
    limits: tuple[str, ...]
    text: Texts
    again: str = ""


@dataclass(frozen=True)
class Body:
    """What is sent or read in one media type."""

    media: str
    rows: list[Row]
    example: str


@dataclass(frozen=True)
class Answer:
    """One status with its headers and bodies."""

    status: str
    text: Texts
    headers: list[Row]
    bodies: list[Body]


@dataclass(frozen=True)
class Detail:
    """An operation with everything that a caller needs."""

    shown: Operation
    placed: Placed
    number: int
    deprecated: bool
    parameters: list[tuple[str, Row]]
    body_required: bool = False
    bodies: list[Body] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


def detail(document: Mapping[str, Any], number: int) -> Detail | None:
    """Return the operation at a position of the document (from 1), None when there is none."""
    every = list(zip(placed_operations(document), described(document), strict=True))
    if not 1 <= number <= len(every):
        return None
    placed, shown = every[number - 1]
    body = follow(document, Located(f"{placed.place}/requestBody", placed.operation.get("requestBody") or {}))
    return Detail(
        shown=shown,
        placed=placed,
        number=number,
        deprecated=placed.operation.get("deprecated") is True,
        parameters=list(_parameters(document, placed)),
        body_required=body.value.get("required") is True,
        bodies=_bodies(document, body, sends=True),
        answers=list(_answers(document, placed)),
    )


def texts(value: Any) -> Texts:
    """Return title and description in both languages, the Chinese ones where there are no others."""
    given = value if isinstance(value, dict) else {}
    title, said = given.get("title"), given.get("description")
    title_en = given.get("x-minshi-title-en") or title
    said_en = given.get("x-minshi-description-en") or said
    return {
        "zh": "：".join(str(each) for each in (title, said) if each),
        "en": ": ".join(str(each) for each in (title_en, said_en) if each),
    }


def _parameters(document: Mapping[str, Any], operation: Placed) -> Iterator[tuple[str, Row]]:
    listed: dict[tuple[str, str], Mapping[str, Any]] = {}
    for parameter in (*operation.shared, *(operation.operation.get("parameters") or [])):
        found = places.resolved(document, parameter)
        listed[str(found.get("name")), str(found.get("in"))] = found
    for (name, place), parameter in listed.items():
        yield place, _single(document, name, parameter)


def _single(document: Mapping[str, Any], name: str, holder: Mapping[str, Any]) -> Row:
    """Return the row of a parameter or header, whose schema may stand in `content`."""
    schema = holder.get("schema")
    if schema is None:
        schema = next((media.get("schema", {}) for media in (holder.get("content") or {}).values()), {})
    seen = view(document, Located("", schema), sends=True)
    told = texts(holder) if texts(holder)["zh"] else texts(places.resolved(document, schema))
    return Row(0, name, _kind(document, seen, schema), holder.get("required") is True, _limits(seen), told)


def _bodies(document: Mapping[str, Any], holder: Located, *, sends: bool) -> list[Body]:
    content = holder.value.get("content") or {}
    return [_body(document, holder.inner("content", media), media, sends=sends) for media in content]


def _body(document: Mapping[str, Any], part: Located, media: str, *, sends: bool) -> Body:
    rows: list[Row] = []
    if "schema" in part.value:
        for row in _rows(document, part.inner("schema"), sends=sends):
            rows.append(row)
            if len(rows) >= MAX_ROWS:
                break
    return Body(media, rows, example_of(document, part.value))


def _answers(document: Mapping[str, Any], operation: Placed) -> Iterator[Answer]:
    responses = Located(f"{operation.place}/responses", operation.operation.get("responses") or {})
    for status in responses.value:
        found = follow(document, responses.inner(status))
        headers = [
            _single(document, name, places.resolved(document, header))
            for name, header in (found.value.get("headers") or {}).items()
        ]
        yield Answer(str(status), texts(found.value), headers, _bodies(document, found, sends=False))


def example_of(document: Mapping[str, Any], media: Mapping[str, Any]) -> str:
    """Return the department's own example of a body as JSON text, or nothing."""
    schema = places.resolved(document, media.get("schema") or {})
    given = [media.get("example")]
    given += [places.resolved(document, each).get("value") for each in (media.get("examples") or {}).values()]
    if isinstance(schema, dict):
        given += [schema.get("example"), *(schema.get("examples") or [])]
    found = next((each for each in given if each is not None), None)
    if found is None:
        return ""
    text = json.dumps(found, ensure_ascii=False, indent=2)
    return text if len(text) <= MAX_EXAMPLE else text[:MAX_EXAMPLE] + "…"


# ---------------------------------------------------------------------- schemas as rows


def _rows(
    document: Mapping[str, Any],
    part: Located,
    *,
    sends: bool,
    name: str = "",
    depth: int = 0,
    required: bool = False,
    above: tuple[str, ...] = (),
) -> Iterator[Row]:
    place = follow(document, part).place
    seen = view(document, part, sends=sends)
    again = place in above
    deep = depth >= MAX_DEPTH
    if name or not seen.properties:
        cut = _title(part) if (again or deep) and (seen.properties or seen.items or seen.alternatives) else ""
        told = texts(follow(document, part).value)
        yield Row(depth, name, _kind(document, seen, follow(document, part).value), required, _limits(seen), told, cut)
    if again or deep:
        return
    inner = depth + 1 if name else depth
    above = (*above, place)
    for field_name, child in seen.properties.items():
        yield from _rows(
            document,
            child,
            sends=sends,
            name=field_name,
            depth=inner,
            required=field_name in seen.required,
            above=above,
        )
    if seen.items is not None and _goes_on(document, seen.items, sends=sends):
        yield from _rows(document, seen.items, sends=sends, name="[ ]", depth=inner, above=above)
    if isinstance(seen.additional, Located):
        yield from _rows(document, seen.additional, sends=sends, name="*", depth=inner, above=above)
    for each in seen.alternatives:
        yield from _rows(document, each, sends=sends, name=f"| {_title(each)}", depth=inner, above=above)


def _goes_on(document: Mapping[str, Any], part: Located, *, sends: bool) -> bool:
    """Return whether an entry has more to say than its type, which stands with the list already."""
    seen = view(document, part, sends=sends)
    return bool(seen.properties or seen.alternatives or seen.items or _limits(seen))


def _title(part: Located) -> str:
    value = part.value
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        return str(value["$ref"].rpartition("/")[2])
    title = value.get("title") if isinstance(value, dict) else None
    return str(title) if title else part.place.rpartition("/")[2]


def _kind(document: Mapping[str, Any], seen: View, schema: Any) -> str:
    kinds = sorted(seen.types or ())
    if seen.items is not None and kinds == ["array"]:
        entry = view(document, seen.items, sends=True)
        kinds = [f"array<{' | '.join(sorted(entry.types or ('any',)))}>"]
    if seen.alternatives and not kinds:
        kinds = ["oneOf" if isinstance(schema, dict) and "oneOf" in schema else "anyOf"]
    words = " | ".join([*(kinds or ["any"]), *(["null"] if seen.null else [])])
    return f"{words} ({seen.format})" if seen.format else words


def _limits(seen: View) -> tuple[str, ...]:
    said = [f"{_limit_name(name, value)} {_plain(value)}" for name, value in seen.limits.items()]
    said += [f"pattern {each}" for each in sorted(seen.patterns)]
    if seen.multiple is not None:
        said.append(f"multipleOf {_plain(seen.multiple)}")
    if seen.unique:
        said.append("uniqueItems")
    if seen.enum is not None:
        said.append("enum " + " | ".join(str(each) for each in seen.enum)[:300])
    if seen.default is not None:
        said.append(f"default {json.dumps(seen.default, ensure_ascii=False)[:80]}")
    if seen.additional is False:
        said.append("additionalProperties false")
    if seen.deprecated:
        said.append("deprecated")
    return tuple(said)


def _limit_name(name: str, value: float) -> str:
    """Return the keyword of a bound; one that is exclusive lies a hair inside (see comparison.schemas)."""
    return f"exclusive{name.capitalize()}" if value != round(value, 6) and name in {"minimum", "maximum"} else name


def _plain(value: float) -> str:
    rounded = round(value, 6)
    return str(int(rounded)) if float(rounded).is_integer() else str(rounded)

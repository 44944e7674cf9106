"""Small documents to compare: one operation that takes one schema and answers with another, and its parts."""

from typing import Any

from marketplace.catalogue.comparison import compare

TEXT = {"type": "string"}
OBJECT = {"type": "object", "properties": {"a": TEXT, "b": TEXT}}


def api(*, sent: Any = None, read: Any = None, series: str = "3.1.0", operation: Any = None, **parts: Any) -> dict:
    """Return a document with one operation that takes one schema and answers with another."""
    answer = {"description": "ok", "content": {"application/json": {"schema": read if read is not None else {}}}}
    made = {"operationId": "go", "responses": {"200": answer}}
    if sent is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": sent}}}
    made |= operation or {}
    return {
        "openapi": series,
        "info": {"title": "t", "version": "1.0.0"},
        "paths": {"/go": {"post": {key: value for key, value in made.items() if value is not None}}},
    } | parts


def sent(before: Any, after: Any) -> tuple[dict, dict]:
    return api(sent=before), api(sent=after)


def read(before: Any, after: Any) -> tuple[dict, dict]:
    return api(read=before), api(read=after)


def operation(before: dict, after: dict, **parts: Any) -> tuple[dict, dict]:
    return api(operation=before, **parts), api(operation=after, **parts)


def parameter(name: str = "q", place: str = "query", **more: Any) -> dict:
    given = {"name": name, "in": place, "schema": TEXT} | more
    return {"parameters": [given | ({"required": True} if place == "path" else {})]}


def string(**limits: Any) -> dict:
    return {"type": "string", **limits}


def number(**limits: Any) -> dict:
    return {"type": "number", **limits}


def array(**limits: Any) -> dict:
    return {"type": "array", "items": TEXT, **limits}


def thing(**more: Any) -> dict:
    return OBJECT | more


def paths(*names: str) -> dict:
    made = api()
    made["paths"] = {name: {"get": {"responses": {"200": {"description": "ok"}}}} for name in names}
    return made


def with_path_parameter(name: str) -> dict:
    made = api()
    made["paths"] = {f"/go/{{{name}}}": {"post": made["paths"]["/go"]["post"] | parameter(name, "path")}}
    return made


def answers(*statuses: str) -> dict:
    return {"responses": {status: {"description": "x"} for status in statuses}}


def headers(**named: Any) -> dict:
    return {"responses": {"200": {"description": "ok", "headers": named}}}


def media(side: str, *types: str) -> dict:
    content = {each: {"schema": TEXT} for each in types}
    if side == "sent":
        return {"requestBody": {"content": content}}
    return {"responses": {"200": {"description": "ok", "content": content}}}


def rules(before: dict, after: dict) -> set[str]:
    return {change.rule for change in compare(before, after)}

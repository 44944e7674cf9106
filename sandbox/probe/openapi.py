"""Owns reading an OpenAPI document (3.0 or 3.1): which operation a request means, and what is wrong with a message."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import unquote

from .dialects import modern
from .judging import Judges, Problem, escape
from .parameters import Carried, form

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_NAMED = re.compile(r"\{([^{}]+)\}")
_LONGEST_MIXED = 300  # trying the ways to cut a segment takes long on long ones

__all__ = ["JSON", "METHODS", "Document", "Operation", "Problem", "escape", "split_path"]


@dataclass(frozen=True)
class Operation:
    """One operation of a document. `pointer` leads to it; `segments` are its path, templated ones in braces."""

    id: str
    method: str
    path: str
    segments: tuple[str, ...]
    pointer: str
    definition: dict[str, Any]
    parameters: tuple[tuple[str, dict[str, Any]], ...]

    @property
    def literal_segments(self) -> int:
        """How many segments are fixed: the more, the better a match."""
        return sum("{" not in segment for segment in self.segments)

    @property
    def literal_text(self) -> int:
        """How much of the path is fixed: of two that match as well, `{id}.pdf` comes before `{id}`."""
        return sum(len(_NAMED.sub("", segment)) for segment in self.segments)


def split_path(path: str) -> tuple[str, ...]:
    """Return the decoded segments of a path, the outer slashes ignored."""
    return tuple(unquote(segment) for segment in path.strip("/").split("/")) if path.strip("/") else ()


class Document:
    """A compiled OpenAPI document. References resolve only inside it; nothing is ever fetched."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = modern(document)
        self._judges = Judges(self.document)
        self.operations = list(self._compile())
        self.by_id = {operation.id: operation for operation in self.operations}
        self._by_length: dict[int, list[Operation]] = {}
        for operation in sorted(self.operations, key=lambda each: (-each.literal_segments, -each.literal_text)):
            self._by_length.setdefault(len(operation.segments), []).append(operation)

    def _compile(self) -> Iterator[Operation]:
        for path, written in self.document.get("paths", {}).items():
            if path.startswith("x-"):
                continue
            root, item = self.resolve(f"/paths/{escape(path)}", written)
            shared = [(f"{root}/parameters/{place}", p) for place, p in enumerate(item.get("parameters", []))]
            for method in METHODS:
                if method not in item:
                    continue
                pointer = f"{root}/{method}"
                own = [(f"{pointer}/parameters/{i}", p) for i, p in enumerate(item[method].get("parameters", []))]
                # A parameter of the operation takes the place of one of the path that has its name.
                found = [self.resolve(where, parameter) for where, parameter in (*shared, *own)]
                resolved = tuple({(each[1]["name"], each[1]["in"]): each for each in found}.values())
                yield Operation(
                    id=item[method].get("operationId", f"{method} {path}"),
                    method=method.upper(),
                    path=path,
                    segments=tuple(path.strip("/").split("/")) if path.strip("/") else (),
                    pointer=pointer,
                    definition=item[method],
                    parameters=resolved,
                )

    def resolve(self, pointer: str, node: Any) -> tuple[str, Any]:
        """Follow `$ref` inside the document; return the pointer and node that it leads to."""
        for _ in range(20):
            if not (isinstance(node, dict) and isinstance(node.get("$ref"), str)):
                return pointer, node
            pointer = unquote(node["$ref"]).removeprefix("#")
            node = self.at(pointer)
        raise ValueError(f"references go in circles at {pointer}")

    def at(self, pointer: str) -> Any:
        """Return the node at a JSON pointer. KeyError or IndexError when there is none."""
        node: Any = self.document
        for escaped in pointer.split("/")[1:]:
            token = escaped.replace("~1", "/").replace("~0", "~")
            node = node[int(token)] if isinstance(node, list) else node[token]
        return node

    def target(self, reference: str) -> Any:
        """Return the node that a reference leads to. ValueError when it leads out of the document or nowhere."""
        if not reference.startswith("#"):
            raise ValueError("a reference that leads out of the document")
        try:
            return self.at(unquote(reference).removeprefix("#"))
        except (LookupError, TypeError) as error:
            raise ValueError("a reference that leads nowhere") from error

    def match(self, method: str, path: str) -> tuple[Operation | None, dict[str, str], bool]:
        """Return the operation, its path parameters, and whether the path exists with another method."""
        asked = split_path(path)
        known = False
        for operation in self._by_length.get(len(asked), ()):
            params = _fitting(operation.segments, asked)
            if params is None:
                continue
            if operation.method == method:
                return operation, params, True
            known = True
        return None, {}, known

    def validate(self, pointer: str, value: Any) -> list[Problem]:
        """Return what is wrong with a value under the schema at a pointer; formats are asserted."""
        return self._judges.at(pointer).problems(value)

    def is_valid(self, pointer: str, value: Any) -> bool:
        """Say whether a value is valid under the schema at a pointer."""
        return self._judges.at(pointer).is_valid(value)

    def fits(self, schema: Any, value: Any) -> bool:
        """Say whether a value is valid under a schema that lies in this document, or an `allOf` of such."""
        if isinstance(schema, bool):
            return schema
        pointer = self._places.get(id(schema))
        if pointer is not None:
            return self.is_valid(pointer, value)
        parts = schema.get("allOf")
        if not parts or not {"allOf", "x-minshi-discriminator"}.issuperset(schema):
            return False
        return all(self.fits(part, value) for part in parts)

    @cached_property
    def _places(self) -> dict[int, str]:
        """The pointer of every object in the document, by identity."""
        places: dict[int, str] = {}
        waiting: list[tuple[str, Any]] = [("", self.document)]
        while waiting:
            pointer, node = waiting.pop()
            if isinstance(node, dict):
                places.setdefault(id(node), pointer)
                waiting += [(f"{pointer}/{escape(str(name))}", child) for name, child in node.items()]
            elif isinstance(node, list):
                waiting += [(f"{pointer}/{place}", child) for place, child in enumerate(node)]
        return places

    def body_schema(self, operation: Operation, media: str = JSON) -> tuple[str, Any] | None:
        """Return pointer and schema of an operation's request body, or None."""
        if "requestBody" not in operation.definition:
            return None
        pointer, body = self.resolve(f"{operation.pointer}/requestBody", operation.definition["requestBody"])
        return self._content_schema(pointer, body, media)

    def response_schema(self, operation: Operation, status: int, media: str = JSON) -> tuple[str, Any] | None:
        """Return pointer and schema of one answer, or None when that status has no such content."""
        declared = self.declared_response(operation, status)
        return self._content_schema(*declared, media) if declared else None

    def _content_schema(self, pointer: str, holder: dict[str, Any], media: str) -> tuple[str, Any] | None:
        content = holder.get("content", {})
        name = _media_name(content, media)
        if name is None or "schema" not in content[name]:
            return None
        return self.resolve(f"{pointer}/content/{escape(name)}/schema", content[name]["schema"])

    def declared_response(self, operation: Operation, status: int) -> tuple[str, Any] | None:
        """Return pointer and Response Object for a status: exact, then its class (4XX), then default."""
        responses = operation.definition.get("responses", {})
        for key in (str(status), f"{status // 100}XX", "default"):
            if key in responses:
                return self.resolve(f"{operation.pointer}/responses/{key}", responses[key])
        return None

    def request_problems(
        self, operation: Operation, *, path: dict[str, str], query: str, headers: dict[str, str], body: bytes
    ) -> tuple[list[Problem], Any]:
        """Return what is wrong with a request, and its parsed body (None without one that can be parsed)."""
        problems: list[Problem] = []
        carried = Carried(path=path, query=query, headers=headers)
        for pointer, parameter in operation.parameters:
            where, schema = self._parameter_schema(pointer, parameter)
            value = carried.value(parameter, schema)
            if value is None:
                if parameter.get("required"):
                    problems.append(Problem(parameter["name"], "missing"))
                continue
            if where and not ("object" in (schema.get("type") or ()) and isinstance(value, str)):
                problems += [Problem(parameter["name"], each.message) for each in self.validate(where, value)]
        found, parsed = self._body_problems(operation, headers.get("content-type", ""), body)
        return problems + found, parsed

    def _parameter_schema(self, pointer: str, parameter: dict[str, Any]) -> tuple[str, Any]:
        """Return pointer and schema of a parameter; no pointer when it has none."""
        if "schema" in parameter:
            return self.resolve(f"{pointer}/schema", parameter["schema"])
        for media, content in parameter.get("content", {}).items():
            if "schema" in content:
                return self.resolve(f"{pointer}/content/{escape(media)}/schema", content["schema"])
        return "", {}

    def _body_problems(self, operation: Operation, content_type: str, body: bytes) -> tuple[list[Problem], Any]:
        if "requestBody" not in operation.definition:
            return [], None
        pointer, definition = self.resolve(f"{operation.pointer}/requestBody", operation.definition["requestBody"])
        content = definition.get("content", {})
        if not body:
            return ([Problem("", "the body is missing")] if definition.get("required") else []), None
        media = content_type.partition(";")[0].strip().lower()
        if _media_name(content, media) is None:
            return [Problem("", f"the body is not {' or '.join(content) or JSON}")], None
        schema = self._content_schema(pointer, definition, media)
        if media == _FORM:
            parsed: Any = form(body, schema[1] if schema else {})
        elif media == JSON or media.endswith("+json"):
            try:
                parsed = json.loads(body)
            except (ValueError, RecursionError):
                return [Problem("", "the body is not JSON")], None
        else:
            return [], None
        return (self.validate(schema[0], parsed) if schema else []), parsed

    def response_problems(self, operation: Operation, status: int, content_type: str, body: bytes) -> list[Problem]:
        """Return where an answer differs from the document: status, content type, headers aside, fields."""
        declared = self.declared_response(operation, status)
        if declared is None:
            return [Problem("status", f"{status} is not declared for {operation.id}")]
        pointer, response = declared
        content = response.get("content")
        media = content_type.partition(";")[0].strip().lower()
        if not content:
            return []
        if _media_name(content, media) is None:
            return [Problem("content-type", f"{media or 'none'} is not declared for {status}")]
        schema = self._content_schema(pointer, response, media)
        if (media != JSON and not media.endswith("+json")) or schema is None:
            return []
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError):
            return [Problem("body", "not JSON")]
        return self.validate(schema[0], parsed)


def _media_name(content: dict[str, Any], media: str) -> str | None:
    """Return the name under which a media type is declared: itself, its range, or any; parameters are ignored."""
    names = {name.partition(";")[0].strip().lower(): name for name in content}
    return next((names[each] for each in (media, f"{media.partition('/')[0]}/*", "*/*") if each in names), None)


def _fitting(segments: tuple[str, ...], asked: tuple[str, ...]) -> dict[str, str] | None:
    """Return the path parameters of a path that fits, or None."""
    params: dict[str, str] = {}
    for mine, theirs in zip(segments, asked, strict=True):
        if "{" not in mine:
            if mine != theirs:
                return None
        elif _NAMED.fullmatch(mine):
            params[mine[1:-1]] = theirs
        else:
            found = _written(mine).fullmatch(theirs) if len(theirs) <= _LONGEST_MIXED else None
            if found is None:
                return None
            params.update(zip(_NAMED.findall(mine), found.groups(), strict=True))
    return params


@cache
def _written(segment: str) -> re.Pattern[str]:
    """Return the pattern of a templated segment, which may hold text and several names: `{year}-{number}.pdf`."""
    texts = _NAMED.sub("{}", segment).split("{}")
    return re.compile("(.+?)".join(re.escape(text) for text in texts), re.DOTALL)

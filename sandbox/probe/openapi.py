"""Owns reading an OpenAPI 3.1 document: which operation a request means, and what is wrong with a request or answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_DOCUMENT = "urn:minshi:document"
_MOST_PROBLEMS = 10


@dataclass(frozen=True)
class Problem:
    """One place where a message differs from its document: `place` is a JSON pointer or a parameter's name."""

    place: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """Return it as plain data for evidence."""
        return {"place": self.place, "message": self.message}


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
        return sum(not segment.startswith("{") for segment in self.segments)


def escape(segment: str) -> str:
    """Return one reference token of a JSON pointer (RFC 6901)."""
    return segment.replace("~", "~0").replace("/", "~1")


def split_path(path: str) -> tuple[str, ...]:
    """Return the decoded segments of a path, the outer slashes ignored."""
    return tuple(unquote(segment) for segment in path.strip("/").split("/")) if path.strip("/") else ()


class Document:
    """A compiled OpenAPI document. References resolve only inside it; nothing is ever fetched."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        resource = DRAFT202012.create_resource(document)
        self._registry: Registry = Registry().with_resource(_DOCUMENT, resource)
        self._validators: dict[str, Draft202012Validator] = {}
        self.operations = list(self._compile())
        self.by_id = {operation.id: operation for operation in self.operations}

    def _compile(self) -> Iterator[Operation]:
        for path, item in self.document.get("paths", {}).items():
            shared = [
                (f"/paths/{escape(path)}/parameters/{place}", p) for place, p in enumerate(item.get("parameters", []))
            ]
            for method in METHODS:
                if method not in item:
                    continue
                pointer = f"/paths/{escape(path)}/{method}"
                own = [(f"{pointer}/parameters/{i}", p) for i, p in enumerate(item[method].get("parameters", []))]
                resolved = tuple(self.resolve(where, parameter) for where, parameter in (*shared, *own))
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
            pointer = node["$ref"].removeprefix("#")
            node = self.at(pointer)
        raise ValueError(f"references go in circles at {pointer}")

    def at(self, pointer: str) -> Any:
        """Return the node at a JSON pointer. KeyError or IndexError when there is none."""
        node: Any = self.document
        for escaped in pointer.split("/")[1:]:
            token = escaped.replace("~1", "/").replace("~0", "~")
            node = node[int(token)] if isinstance(node, list) else node[token]
        return node

    def match(self, method: str, path: str) -> tuple[Operation | None, dict[str, str], bool]:
        """Return the operation, its path parameters, and whether the path exists with another method."""
        asked = split_path(path)
        found = [o for o in self.operations if len(o.segments) == len(asked) and _fits(o.segments, asked)]
        same = sorted((o for o in found if o.method == method), key=lambda o: -o.literal_segments)
        if not same:
            return None, {}, bool(found)
        pairs = zip(same[0].segments, asked, strict=True)
        return same[0], {name[1:-1]: value for name, value in pairs if name.startswith("{")}, True

    def validate(self, pointer: str, value: Any) -> list[Problem]:
        """Return what is wrong with a value under the schema at a pointer; formats are asserted."""
        validator = self._validators.get(pointer)
        if validator is None:
            schema = {"$ref": f"{_DOCUMENT}#{pointer}"}
            validator = Draft202012Validator(schema, registry=self._registry, format_checker=FormatChecker())
            self._validators[pointer] = validator
        problems = []
        for error in validator.iter_errors(value):
            place = "/" + "/".join(escape(str(token)) for token in error.absolute_path)
            problems.append(Problem(place if place != "/" else "", error.message[:300]))
            if len(problems) == _MOST_PROBLEMS:
                break
        return problems

    def body_schema(self, operation: Operation, media: str = "application/json") -> tuple[str, Any] | None:
        """Return pointer and schema of an operation's request body, or None."""
        if "requestBody" not in operation.definition:
            return None
        pointer, body = self.resolve(f"{operation.pointer}/requestBody", operation.definition["requestBody"])
        if media not in body.get("content", {}):
            return None
        return self.resolve(f"{pointer}/content/{escape(media)}/schema", body["content"][media].get("schema", {}))

    def response_schema(
        self, operation: Operation, status: int, media: str = "application/json"
    ) -> tuple[str, Any] | None:
        """Return pointer and schema of one answer, or None when that status has no such content."""
        declared = self.declared_response(operation, status)
        if declared is None or media not in declared[1].get("content", {}):
            return None
        schema = declared[1]["content"][media].get("schema", {})
        return self.resolve(f"{declared[0]}/content/{escape(media)}/schema", schema)

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
        """Return what is wrong with a request, and its parsed JSON body (None without one)."""
        sent = {"path": path, "query": dict(parse_qsl(query, keep_blank_values=True)), "header": headers, "cookie": {}}
        problems: list[Problem] = []
        for pointer, parameter in operation.parameters:
            name = parameter["name"].lower() if parameter["in"] == "header" else parameter["name"]
            value = sent.get(parameter["in"], {}).get(name)
            if value is None:
                if parameter.get("required"):
                    problems.append(Problem(parameter["name"], "missing"))
                continue
            schema = parameter.get("schema", {})
            found = self.validate(f"{pointer}/schema", _typed(value, schema))
            problems += [Problem(parameter["name"], problem.message) for problem in found]
        found, parsed = self._body_problems(operation, headers.get("content-type", ""), body)
        return problems + found, parsed

    def _body_problems(self, operation: Operation, content_type: str, body: bytes) -> tuple[list[Problem], Any]:
        declared = self.body_schema(operation)
        if declared is None:
            return [], None
        if not body:
            _, definition = self.resolve(f"{operation.pointer}/requestBody", operation.definition["requestBody"])
            return ([Problem("", "the body is missing")] if definition.get("required") else []), None
        if content_type.partition(";")[0].strip().lower() != "application/json":
            return [Problem("", "the body is not application/json")], None
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError):
            return [Problem("", "the body is not JSON")], None
        return self.validate(declared[0], parsed), parsed

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
        if media not in content:
            return [Problem("content-type", f"{media or 'none'} is not declared for {status}")]
        if media != "application/json" and not media.endswith("+json"):
            return []
        try:
            parsed = json.loads(body)
        except (ValueError, RecursionError):
            return [Problem("body", "not JSON")]
        return self.validate(f"{pointer}/content/{escape(media)}/schema", parsed)


def _fits(segments: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    return all(mine.startswith("{") or mine == theirs for mine, theirs in zip(segments, asked, strict=True))


def _typed(value: str, schema: dict[str, Any]) -> Any:
    """Return a parameter's text as the type its schema asks for, or as it is when it can't be."""
    try:
        if schema.get("type") == "integer":
            return int(value)
        if schema.get("type") == "number":
            return float(value)
    except ValueError:
        return value
    return {"true": True, "false": False}.get(value, value) if schema.get("type") == "boolean" else value

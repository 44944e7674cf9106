"""Owns what there is to pick: the operations of an app contract and of departments, with their fields (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.probe.model import Text, text
from sandbox.probe.openapi import Document, Operation

TITLE, TITLE_EN = "title", "x-minshi-title-en"
SUMMARY, SUMMARY_EN = "summary", "x-minshi-summary-en"
_PLACES = ("path", "query", "header")


@dataclass(frozen=True)
class Field:
    """One field of a body, an answer or an address. `choices` are its fixed values, empty for anything else."""

    name: str
    title: Text
    kind: str
    required: bool = False
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Call:
    """One operation: what it takes, and for each declared status what it says and which fields its answer has."""

    operation: str
    title: Text
    fields: tuple[Field, ...] = ()
    parameters: tuple[Field, ...] = ()
    answers: Mapping[int, tuple[Field, ...]] | None = None
    meanings: Mapping[int, str] | None = None
    secured: bool = False


class Palette:
    """Everything that a scenario of one order can be made of."""

    def __init__(self, contract: Mapping[str, Any], interfaces: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        self._document = Document(dict(contract))
        found = self._document.operations
        self.opening = next((_call(self._document, each) for each in found if _is(each, "session")), None)
        self.calls = {
            each.id: _call(self._document, each)
            for each in found
            if "operationId" in each.definition and not (_is(each, "page") or _is(each, "session"))
        }
        self.receipts: dict[str, Call] = {}
        for code, openapi in interfaces:
            document = Document(dict(openapi))
            for each in document.operations:
                if each.method in ("POST", "PUT", "PATCH"):
                    call = _call(document, each, prefix=f"{code}.")
                    self.receipts[call.operation] = call

    @property
    def token_field(self) -> str:
        """The field of the opening operation that takes the launch token."""
        fields = self.opening.fields if self.opening else ()
        return next((each.name for each in fields if "token" in each.name), "token")

    @property
    def session_field(self) -> str:
        """The field of the opening operation's answer that holds the session."""
        answers = (self.opening.answers or {}) if self.opening else {}
        fields = next((each for status, each in answers.items() if status < 300), ())
        return next((each.name for each in fields if "session" in each.name), "session")


def _is(operation: Operation, mark: str) -> bool:
    return bool(operation.definition.get(f"x-minshi-{mark}"))


def _call(document: Document, operation: Operation, *, prefix: str = "") -> Call:
    body = document.body_schema(operation)
    answers, meanings = {}, {}
    for status in operation.definition.get("responses", {}):
        if str(status).isdigit():
            schema = document.response_schema(operation, int(status)) or document.response_schema(
                operation, int(status), "application/problem+json"
            )
            answers[int(status)] = _fields(document, *schema) if schema else ()
            declared = document.declared_response(operation, int(status))
            meanings[int(status)] = str(declared[1].get("description", "")) if declared else ""
    return Call(
        operation=f"{prefix}{operation.id}",
        title=_text(operation.definition, SUMMARY, SUMMARY_EN, operation.id),
        fields=_fields(document, *body) if body else (),
        parameters=tuple(
            Field(f"{each['in']} {each['name']}", _text(each, TITLE, TITLE_EN, each["name"]), "string", required=True)
            for _, each in operation.parameters
            if each["in"] in _PLACES and each["name"].lower() != "authorization" and each.get("required")
        ),
        answers=answers,
        meanings=meanings,
        secured=bool(operation.definition.get("security")),
    )


def _text(definition: Mapping[str, Any], zh: str, en: str, otherwise: str) -> Text:
    chinese = str(definition.get(zh) or otherwise)
    return text(chinese, str(definition.get(en) or chinese))


def _fields(document: Document, pointer: str, schema: Any) -> tuple[Field, ...]:
    """The fields of an object, those of `allOf` among them; nothing for other shapes."""
    found: dict[str, Field] = {}
    for place, part in enumerate(schema.get("allOf", [])):
        inner = document.resolve(f"{pointer}/allOf/{place}", part)
        found |= {each.name: each for each in _fields(document, *inner)}
    required = schema.get("required", [])
    for name, child in schema.get("properties", {}).items():
        _, leaf = document.resolve(f"{pointer}/properties/{name}", child)
        kinds = leaf.get("type", "string")
        kind = next((each for each in kinds if each != "null"), "null") if isinstance(kinds, list) else kinds
        if kind in ("object", "array", "null"):
            continue
        found[name] = Field(name, _text(leaf, TITLE, TITLE_EN, name), kind, name in required, _choices(leaf, kind))
    return tuple(found.values())


def _choices(schema: Mapping[str, Any], kind: str) -> tuple[Any, ...]:
    if "const" in schema:
        return (schema["const"],)
    given = tuple(each for each in schema.get("enum", ()) if each is not None)
    return given or ((True, False) if kind == "boolean" else ())

"""Owns whether a value is valid under a schema of a document, and where it isn't; formats are asserted.

The compiled validators of `jsonschema_rs` do it; where they can't read a schema (an expression of another dialect, a
broken reference), those of `jsonschema` try, and if they can't either, nothing is valid and the reason is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import jsonschema_rs

DOCUMENT = "urn:minshi:document"
MOST_PROBLEMS = 10


@dataclass(frozen=True)
class Problem:
    """One place where a message differs from its document: `place` is a JSON pointer or a parameter's name."""

    place: str
    message: str

    def as_dict(self) -> dict[str, str]:
        """Return it as plain data for evidence."""
        return {"place": self.place, "message": self.message}


class Judge(Protocol):
    """Judges values under one schema."""

    def is_valid(self, value: Any) -> bool:
        """Say whether a value is valid."""

    def problems(self, value: Any) -> list[Problem]:
        """Return what is wrong with a value."""


def escape(segment: str) -> str:
    """Return one reference token of a JSON pointer (RFC 6901)."""
    return segment.replace("~", "~0").replace("/", "~1")


def _problem(path: Iterator[Any] | list[Any], message: str) -> Problem:
    return Problem("".join(f"/{escape(str(token))}" for token in path), message[:300])


def _refuse(address: str) -> Any:
    raise ValueError("references don't lead out of a document")


class Judges:
    """The judges of one document's schemas, made when first asked for. Nothing is ever fetched."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._registry: jsonschema_rs.Registry | None = None
        self._judges: dict[str, Judge] = {}

    def at(self, pointer: str) -> Judge:
        """Return the judge for the schema at a pointer."""
        judge = self._judges.get(pointer)
        if judge is None:
            judge = self._judges[pointer] = self._made(pointer)
        return judge

    def _made(self, pointer: str) -> Judge:
        schema = {"$ref": f"{DOCUMENT}#{pointer.replace('%', '%25')}"}
        try:
            if self._registry is None:
                self._registry = jsonschema_rs.Registry(
                    [(DOCUMENT, self._document)], draft=jsonschema_rs.Draft202012, retriever=_refuse
                )
            return _Compiled(
                jsonschema_rs.Draft202012Validator(schema, registry=self._registry, validate_formats=True, offline=True)
            )
        except (ValueError, jsonschema_rs.ReferencingError, TypeError):
            return _Plain(self._document, schema)


class _Compiled:
    """A judge of compiled code."""

    def __init__(self, validator: jsonschema_rs.Draft202012Validator) -> None:
        self._validator = validator

    def is_valid(self, value: Any) -> bool:
        try:
            return self._validator.is_valid(value)
        except ValueError:
            return False

    def problems(self, value: Any) -> list[Problem]:
        if self.is_valid(value):
            return []
        found = []
        try:
            for error in self._validator.iter_errors(value):
                found.append(_problem(error.instance_path, error.message))
                if len(found) == MOST_PROBLEMS:
                    break
        except ValueError:  # nested without end, or half a character: nobody could have meant it
            found.append(Problem("", "the value can't be read"))
        return found


class _Plain:
    """A judge for what compiled code can't read."""

    def __init__(self, document: dict[str, Any], schema: dict[str, Any]) -> None:
        from jsonschema import Draft202012Validator  # noqa: PLC0415 -- seldom needed, slow to load
        from referencing import Registry  # noqa: PLC0415
        from referencing.jsonschema import DRAFT202012  # noqa: PLC0415

        registry: Registry[Any] = Registry().with_resource(DOCUMENT, DRAFT202012.create_resource(document))
        self._validator = Draft202012Validator(
            schema, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
        )

    def is_valid(self, value: Any) -> bool:
        return not self.problems(value)

    def problems(self, value: Any) -> list[Problem]:
        found = []
        try:
            for error in self._validator.iter_errors(value):
                found.append(_problem(list(error.absolute_path), error.message))
                if len(found) == MOST_PROBLEMS:
                    break
        except Exception as error:  # noqa: BLE001 -- whatever the schema is, the caller gets a sentence
            found.append(Problem("", f"the schema can't be read: {type(error).__name__}"))
        return found

"""Owns what a department does when its document only says what messages look like: REST by the shape of its paths.

A path that ends in a parameter is one record of the collection before it; a path that has such records below it, or
lists things, is a collection; anything else is one thing of its own, or an action. A POST to a collection creates what
a later GET finds, PUT and PATCH alter it, DELETE removes it. Everybody has a world of their own, and finds a few
records there from the beginning.
"""

from __future__ import annotations

from typing import Any

from ..generating import Generator, Sample, UngenerableError
from ..openapi import JSON, Document, Operation, escape
from .answers import NOTHING, Answer, Asked, not_found, refusal
from .record import ACCEPTED, ANSWERED
from .sources import Registers
from .store import Collection, Store, StoreFull

_SEEDED = 2
_PREFERRED = {"POST": (201, 200, 202, 204), "DELETE": (204, 200, 202), "PUT": (200, 204, 201), "PATCH": (200, 204)}
_USUAL = {"POST": 201, "DELETE": 204}
_MISSING = {"DELETE", "PATCH"}


class Rest:
    """The records of one department's interface, by person and by path."""

    def __init__(self, document: Document, generator: Generator, registers: Registers) -> None:
        self._document = document
        self._generator = generator
        self._registers = registers
        self._store = Store()
        self._by_path: dict[str, dict[str, Operation]] = {}
        for operation in document.operations:
            self._by_path.setdefault("/".join(operation.segments), {})[operation.method] = operation
        # The paths of single records, by the path of their collection
        self._items = {
            path.rpartition("/")[0]: path for path in self._by_path if path.rpartition("/")[2].startswith("{")
        }

    def answer(self, asked: Asked) -> Answer:
        """Answer one valid call. UngenerableError when the document allows no valid answer."""
        method = asked.operation.method
        again = self._store.answered(asked)
        if again is not None:
            return again
        try:
            if method in ("GET", "HEAD", "OPTIONS", "TRACE"):
                answer = self._read(asked)
                return answer if method == "GET" else Answer(answer.status, NOTHING, media=answer.media)
            answer = self._write(asked)
        except StoreFull:
            return refusal(503, "too_many", "Too many records", title_zh="记录过多")
        self._store.remember(asked, answer)
        return answer

    # ------------------------------------------------------------------ shapes

    def _ends_in_parameter(self, operation: Operation) -> bool:
        return bool(operation.segments) and operation.segments[-1].startswith("{")

    def _is_collection(self, operation: Operation) -> bool:
        path = "/".join(operation.segments)
        return path in self._items or ("GET" in self._by_path[path] and "POST" in self._by_path[path])

    def _collection(self, asked: Asked, *, item: bool) -> Collection:
        """Return the records that a call is about, with a few in it from the beginning."""
        segments = asked.operation.segments[:-1] if item else asked.operation.segments
        shape = "/".join(segments)
        place = "/".join(asked.path.get(each[1:-1], each) if each.startswith("{") else each for each in segments)
        collection = self._store.collection(asked.session.person, place)
        if not collection.seeded:
            collection.seeded = True
            self._seed(asked, collection, shape)
        return collection

    def _seed(self, asked: Asked, collection: Collection, shape: str) -> None:
        one = self._by_path.get(self._items.get(shape, ""), {}).get("GET")
        if one is None or "GET" not in self._by_path.get(shape, {}):
            return
        for nth in range(1, _SEEDED + 1):
            known = self._numbered(one, collection, nth)
            _, value = self._value(asked, one, known, collection.place, nth)
            if isinstance(value, dict):
                self._put(collection, one, {**known, **value}, nth, asked)

    def _parameter(self, operation: Operation) -> str:
        """Return the name of the parameter that a record is found by."""
        path = "/".join(operation.segments)
        item = path if self._ends_in_parameter(operation) else self._items.get(path, "")
        return item.rpartition("/")[2].strip("{}")

    # ------------------------------------------------------------------ reading

    def _read(self, asked: Asked) -> Answer:
        if self._ends_in_parameter(asked.operation):
            return self._read_item(asked)
        if self._is_collection(asked.operation):
            collection = self._collection(asked, item=False)
            rows = [self._sample(asked, state) for state in collection.states(asked.as_of)]
            status, value = self._value(asked, asked.operation, {}, collection.place, 0, rows=rows)
            return self._told(asked, status, value)
        state = self._collection(asked, item=False).state("", asked.as_of) or {}
        status, value = self._value(asked, asked.operation, state, "/".join(asked.path.values()), 0)
        return self._told(asked, status, value)

    def _read_item(self, asked: Asked) -> Answer:
        collection = self._collection(asked, item=True)
        key = asked.path[asked.operation.segments[-1][1:-1]]
        state = collection.state(key, asked.as_of)
        if state is None:
            if self._knows_all(asked.operation) or collection.had(key):
                return not_found()
            state = self._named(asked.operation, key)
        status, value = self._value(asked, asked.operation, state, collection.place, key)
        if isinstance(value, dict) and asked.as_of is None and collection.had(key):
            collection.complete(key, value)
        return self._told(asked, status, value)

    def _knows_all(self, operation: Operation) -> bool:
        """Say whether what isn't in a collection doesn't exist: others can list it, or add to it."""
        above = self._by_path.get("/".join(operation.segments[:-1]), {})
        return "GET" in above or "POST" in above

    # ------------------------------------------------------------------ writing

    def _write(self, asked: Asked) -> Answer:
        method = asked.operation.method
        if self._ends_in_parameter(asked.operation):
            return self._write_item(asked)
        if method == "POST" and self._is_collection(asked.operation):
            return self._create(asked)
        collection = self._collection(asked, item=False)
        body = asked.body if isinstance(asked.body, dict) else {}
        before = collection.state("", None) or {}
        state = body if method in ("PUT", "POST") else {**before, **body}
        collection.put("", None if method == "DELETE" else state, asked.now)
        status, value = self._value(asked, asked.operation, state, collection.place, "")
        return self._told(asked, status, value, outcome=ACCEPTED)

    def _create(self, asked: Asked) -> Answer:
        collection = self._collection(asked, item=False)
        nth = len(collection) + 1
        body = asked.body if isinstance(asked.body, dict) else {}
        known = {**self._numbered(asked.operation, collection, nth), **body}
        status, value = self._value(asked, asked.operation, known, collection.place, nth)
        told = _core(self._parameter(asked.operation), value)
        key = self._put(collection, asked.operation, {**known, **told}, nth, asked)
        answer = self._told(asked, status, value, outcome=ACCEPTED)
        if status == 201:
            answer.headers["Location"] = f"/{collection.place}/{key}"
        return answer

    def _write_item(self, asked: Asked) -> Answer:
        method, operation = asked.operation.method, asked.operation
        collection = self._collection(asked, item=True)
        key = asked.path[operation.segments[-1][1:-1]]
        before = collection.state(key, None)
        if before is None and (collection.had(key) or (method in _MISSING and self._knows_all(operation))):
            return not_found()
        body = asked.body if isinstance(asked.body, dict) else {}
        kept = self._named(operation, key) if before is None or method == "PUT" else before
        state = {**body, **kept} if method == "PUT" else {**kept, **body}
        collection.put(key, None if method == "DELETE" else state, asked.now)
        status, value = self._value(asked, operation, state, collection.place, key)
        return self._told(asked, status, value, outcome=ACCEPTED)

    def _put(self, collection: Collection, operation: Operation, state: dict[str, Any], nth: int, asked: Asked) -> str:
        name = _identity(self._parameter(operation), state)
        key = str(state[name]) if name else str(nth)
        collection.put(key, state, asked.now)
        return key

    # ------------------------------------------------------------------ values

    def _sample(self, asked: Asked, known: dict[str, Any], rows: list[Sample] | None = None) -> Sample:
        return Sample(self._registers.of(asked.session.person), rows, known)

    def _numbered(self, operation: Operation, collection: Collection, nth: int) -> dict[str, Any]:
        """Return the number of a new record under each name and of each type that its schema may want."""
        return self._named(operation, collection.number(nth))

    def _named(self, operation: Operation, key: str) -> dict[str, Any]:
        """Return what a record's key says of it, as the type that its schema has for it."""
        declared = self._declared(operation)
        pointer = declared[2]
        if not pointer:
            return {}
        parameter = self._parameter(operation)
        properties = self._generator.properties(self._document.at(pointer))
        inner = (self._generator.properties(each[0]) for each in properties.values())
        near = next((each for each in (properties, *inner) if _identity(parameter, each)), {})
        name = _identity(parameter, near)
        if name is None:
            return {}
        schema = near[name][0]
        digits = "".join(each for each in key if each.isdigit())[:15]
        candidates: list[Any] = [key, int(digits or 0), f"00000000-0000-4000-a000-{int(digits or 0):012d}"[:36], digits]
        return next(({name: each} for each in candidates if self._generator.fits(schema, each)), {})

    def _declared(self, operation: Operation) -> tuple[int, str, str, dict[str, Any]]:
        """Return status, media type, pointer to the schema (or nothing) and content of a successful answer."""
        responses = operation.definition.get("responses", {})
        usual = _USUAL.get(operation.method, 200)
        numbers = [int(code) for code in responses if code.isdigit() and code.startswith("2")]
        preferred = (*_PREFERRED.get(operation.method, (200,)), *numbers)
        status = next((code for code in preferred if code in numbers), usual)
        declared = self._document.declared_response(operation, status)
        if declared is None:
            return status, "", "", {}
        pointer, response = declared
        content = response.get("content") or {}
        media = next((each for each in (JSON, *content) if each in content and _is_json(each)), next(iter(content), ""))
        if not media:
            return status, "", "", {}
        at = f"{pointer}/content/{escape(media)}/schema" if "schema" in content[media] else ""
        return status, JSON if "*" in media else media, at, content[media]

    def _value(
        self,
        asked: Asked,
        operation: Operation,
        known: dict[str, Any],
        *purpose: object,
        rows: list[Sample] | None = None,
    ) -> tuple[int, Any]:
        """Return status and value of a successful answer; what the document shows as a whole is the last resort."""
        status, media, pointer, content = self._declared(operation)
        if not media:
            return status, NOTHING
        if not pointer:
            return status, _shown(content, NOTHING)
        try:
            value = self._generator.value(pointer, self._sample(asked, known, rows), asked.session.person, *purpose)
        except UngenerableError:
            value = _shown(content, NOTHING)
            if value is NOTHING or not self._document.is_valid(pointer, value):
                raise
        return status, value

    def _told(self, asked: Asked, status: int, value: Any, outcome: str = ANSWERED) -> Answer:
        media = self._declared(asked.operation)[1]
        return Answer(status, value, outcome, media)


def _is_json(media: str) -> bool:
    media = media.partition(";")[0].strip().lower()
    return media == JSON or media.endswith("+json") or "*" in media


def _shown(content: dict[str, Any], otherwise: Any) -> Any:
    """Return the example of a whole answer."""
    if "example" in content:
        return content["example"]
    return next((each["value"] for each in content.get("examples", {}).values() if "value" in each), otherwise)


def _core(parameter: str, value: Any) -> dict[str, Any]:
    """Return the record in an answer: the answer itself, or what it wraps."""
    if not isinstance(value, dict):
        return {}
    wrapped = (each for each in value.values() if isinstance(each, dict))
    return next((each for each in (value, *wrapped) if _identity(parameter, each)), value)


def _plain_name(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _identity(parameter: str, names: Any) -> str | None:
    """Return which property holds what a record is found by: named like the parameter, or id, or the end of it."""
    asked = _plain_name(parameter)
    by_plain = {_plain_name(name): name for name in reversed(list(names))}
    for wanted in (asked, "id", "uuid", "code", "number", "no"):
        if wanted in by_plain and (wanted == asked or asked.endswith(wanted)):
            return by_plain[wanted]
    return by_plain.get("id")

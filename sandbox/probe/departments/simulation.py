"""Owns what one simulated department does with a valid call: look up, take, find, tell how a submission stands."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..city import World
from ..openapi import Document, Operation
from .launch import Session
from .record import ACCEPTED, ANSWERED, REFUSED, REPEATED
from .rules import first_broken
from .sources import Sources, entity, fill, of_person
from .submissions import Submission

MAX_TAKEN = 10_000


@dataclass(frozen=True)
class Answer:
    """What a department says: status, JSON value, and in one word what it did."""

    status: int
    value: Any
    outcome: str = ANSWERED


def problem(status: int, code: str, title: str, **more: Any) -> dict[str, Any]:
    """Return problem details (RFC 9457)."""
    return {"type": f"urn:minshi:department:{code}", "title": title, "status": status, "code": code, **more}


class Department:
    """The department behind one interface version; keeps what it took until the run ends."""

    def __init__(
        self, code: str, document: Document, world: World, on_submission: Callable[[Submission], None] | None = None
    ) -> None:
        self.code = code
        self.document = document
        self._world = world
        self._on_submission = on_submission
        self._taken: list[Submission] = []
        self._lock = threading.Lock()
        self._kinds: dict[str, Callable[..., Answer]] = {
            "subject": self._subject,
            "match": self._match,
            "list": self._list,
            "get_entity": self._get_entity,
            "create": self._create,
            "find": self._find,
            "get": self._get,
        }

    @property
    def department(self) -> str:
        """The code of the public body that answers."""
        return str(self.document.document.get("x-minshi-department", "department"))

    def answer(
        self,
        operation: Operation,
        session: Session,
        path: dict[str, str],
        body: Any,
        key: str,
        *,
        now: datetime,
        as_of: datetime | None = None,
    ) -> Answer:
        """Answer one valid call of a session; with `as_of`, readers are told what was true then."""
        behaviour = operation.definition.get("x-minshi-behaviour", {"kind": "subject", "entity": "person"})
        sources = of_person(self._world, session.person)
        return self._kinds[behaviour["kind"]](
            operation=operation,
            behaviour=behaviour,
            session=session,
            sources=sources,
            path=path,
            body=body,
            key=key,
            now=now,
            as_of=as_of,
        )

    def submissions(self, case: str) -> list[Submission]:
        """Return what was taken for one case."""
        with self._lock:
            return [each for each in self._taken if each.case == case]

    # ------------------------------------------------------------------ kinds of behaviour

    def _filled(self, operation: Operation, status: int, sources: Sources, rows: list[Sources] | None = None) -> Any:
        declared = self.document.response_schema(operation, status)
        return fill(self.document, *declared, sources, rows=rows) if declared else None

    def _subject(self, *, operation: Operation, behaviour: dict[str, Any], sources: Sources, **_: Any) -> Answer:
        if sources.get(behaviour["entity"]) is None:
            return Answer(404, problem(404, "not_found", "No such record", title_zh="没有这条记录"))
        return Answer(200, self._filled(operation, 200, sources))

    def _match(
        self, *, operation: Operation, behaviour: dict[str, Any], sources: Sources, body: Any, **_: Any
    ) -> Answer:
        known = sources[behaviour["entity"]] or {}
        return Answer(200, {"match": all(known.get(name) == value for name, value in body.items())})

    def _list(
        self, *, operation: Operation, behaviour: dict[str, Any], session: Session, sources: Sources, **_: Any
    ) -> Answer:
        rows = [dict(sources, rental=entity(rental)) for rental in self._world.rentals_of(session.person)]
        return Answer(200, self._filled(operation, 200, sources, rows))

    def _get_entity(
        self, *, operation: Operation, behaviour: dict[str, Any], sources: Sources, path: dict[str, str], **_: Any
    ) -> Answer:
        record = sources.get(behaviour["entity"])
        if record is None or record.get(behaviour["key"]) != path[behaviour["key"]]:
            return Answer(404, problem(404, "not_found", "No such record", title_zh="没有这条记录"))
        return Answer(200, self._filled(operation, 200, sources))

    def _create(
        self,
        *,
        operation: Operation,
        behaviour: dict[str, Any],
        session: Session,
        sources: Sources,
        body: Any,
        key: str,
        now: datetime,
        **_: Any,
    ) -> Answer:
        broken = first_broken(behaviour.get("rules", []), body, sources)
        if broken:
            more = {name: broken[name] for name in ("title_zh", "remedy_zh") if name in broken}
            refusal = problem(422, broken["code"], broken["title_en"], detail=broken["title_zh"], **more)
            return Answer(422, refusal | {"remedy": broken.get("remedy_en", "")}, REFUSED)
        if len(self._taken) >= MAX_TAKEN:
            return Answer(503, problem(503, "too_many", "Too many submissions", title_zh="提交过多"))
        with self._lock:
            same = next((s for s in self._taken if key and s.key == key and s.case == session.case), None)
            if same is None:
                taken = self._take(behaviour, session, body, key, now)
        if same is not None:
            if same.body != body:
                title_zh = "同一个 Idempotency-Key 不能用于内容不同的申请"
                reused = problem(
                    422, "idempotency_key_reused", "This Idempotency-Key had other content", title_zh=title_zh
                )
                return Answer(422, reused, REFUSED)
            return Answer(200, self._filled(operation, 200, dict(sources, record=same.as_source())), REPEATED)
        if taken.submission and self._on_submission:
            self._on_submission(taken)
        return Answer(201, self._filled(operation, 201, dict(sources, record=taken.as_source())), ACCEPTED)

    def _take(self, behaviour: dict[str, Any], session: Session, body: Any, key: str, now: datetime) -> Submission:
        taken = Submission(
            number=f"{behaviour.get('number', 'NO')}99{now:%Y%m%d}{len(self._taken) + 1:06d}",
            collection=behaviour["collection"],
            interface=self.code,
            case=session.case,
            person=session.person,
            key=key,
            body=body,
            created_at=now,
            submission=bool(behaviour.get("submission")),
        )
        self._taken.append(taken)
        return taken

    def _mine(self, behaviour: dict[str, Any], session: Session, as_of: datetime | None) -> list[Submission]:
        with self._lock:
            mine = [s for s in self._taken if s.collection == behaviour["collection"] and s.person == session.person]
        return [each for each in mine if as_of is None or each.created_at <= as_of]

    def _find(
        self,
        *,
        operation: Operation,
        behaviour: dict[str, Any],
        session: Session,
        sources: Sources,
        as_of: datetime | None,
        **_: Any,
    ) -> Answer:
        rows = [dict(sources, record=s.as_source(as_of)) for s in self._mine(behaviour, session, as_of)]
        return Answer(200, self._filled(operation, 200, sources, rows))

    def _get(
        self,
        *,
        operation: Operation,
        behaviour: dict[str, Any],
        session: Session,
        sources: Sources,
        path: dict[str, str],
        as_of: datetime | None,
        **_: Any,
    ) -> Answer:
        wanted = path[behaviour["key"]]
        found = next((s for s in self._mine(behaviour, session, as_of) if s.number == wanted), None)
        if found is None:
            return Answer(404, problem(404, "not_found", "No such record", title_zh="没有这条记录"))
        return Answer(200, self._filled(operation, 200, dict(sources, record=found.as_source(as_of))))

"""Owns what one simulated department does with a valid call whose document says what it does (`x-minshi-behaviour`)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ..city import World
from ..generating import Generator, Sample, UngenerableError
from ..openapi import Document, Operation
from .answers import Answer, Asked, not_found, problem, refusal
from .launch import Session
from .record import ACCEPTED, REFUSED, REPEATED
from .rest import Rest
from .rules import first_broken
from .sources import Registers, Sources
from .submissions import WITHDRAWN, Ledger, LedgerFull, MoveRefused, Submission
from .workflow import course_for, move_on, supplement

_MOST_HELD = 2_000

__all__ = ["Answer", "Asked", "Department", "problem"]


class Department:
    """The department behind one interface version; keeps what it took until the run ends.

    Operations with `x-minshi-behaviour` do what that says; all others behave by the shape of their paths (`Rest`).
    """

    def __init__(
        self, code: str, document: Document, world: World, on_submission: Callable[[Submission], None] | None = None
    ) -> None:
        self.code = code
        self.document = document
        self._on_submission = on_submission
        self._registers = Registers(world)
        self._generator = Generator(document, f"{world.seed}/{code}")
        self._rest = Rest(document, self._generator, self._registers)
        self._ledger = Ledger()
        self._held: OrderedDict[tuple[Any, ...], Answer] = OrderedDict()
        self._kinds: dict[str, Callable[[Asked], Answer]] = {
            "subject": self._subject,
            "match": self._match,
            "list": self._list,
            "get_entity": self._get_entity,
            "create": self._create,
            "find": self._find,
            "get": self._get,
            "supplement": self._supplement,
            "withdraw": self._withdraw,
        }
        self._unchanging = {"subject": self._subject, "list": self._list, "get_entity": self._get_entity}

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
        """Answer one valid call of a session (validate it first, as the gateway does).

        `path` holds the path parameters, `body` the parsed body, `key` the Idempotency-Key or nothing. `Answer.value`
        is JSON-like data or `answers.NOTHING`; `Answer.response` the same as bytes. With `as_of`, readers are told
        what was true then. Never raises for what a caller sent.
        """
        behaviour = operation.definition.get("x-minshi-behaviour")
        asked = Asked(operation, behaviour or {}, session, path, body, key, now, as_of)
        try:
            if behaviour is None:
                return self._rest.answer(asked)
            if behaviour["kind"] in self._unchanging:
                return self._remembered(asked)
            return self._kinds[behaviour["kind"]](asked)
        except UngenerableError as error:
            return refusal(
                501, "no_valid_answer", "No valid answer exists", detail=str(error), title_zh="接口规范没有可能的答复"
            )

    def submissions(self, case: str) -> list[Submission]:
        """Return what was taken for one case; `Submission.move` lets one stand otherwise."""
        return self._ledger.of_case(case)

    # ------------------------------------------------------------------ what the registers hold

    def _remembered(self, asked: Asked) -> Answer:
        """Answer from memory what can't have changed: the registers of the city are what they are."""
        held = (asked.operation.pointer, asked.session.person, *asked.path.values())
        answer = self._held.get(held)
        if answer is None:
            answer = self._held[held] = self._unchanging[asked.behaviour["kind"]](asked)
            if len(self._held) > _MOST_HELD:
                self._held.popitem(last=False)
        return answer

    def _filled(self, asked: Asked, status: int, sources: Sources, rows: list[Sources] | None = None) -> Any:
        declared = self.document.response_schema(asked.operation, status)
        if declared is None:
            return None
        sample = Sample(sources, [Sample(row) for row in rows] if rows is not None else None)
        return self._generator.value(declared[0], sample, asked.session.person)

    def _sources(self, asked: Asked) -> Sources:
        return self._registers.of(asked.session.person)

    def _subject(self, asked: Asked) -> Answer:
        sources = self._sources(asked)
        if sources.get(asked.behaviour["entity"]) is None:
            return not_found()
        return Answer(200, self._filled(asked, 200, sources))

    def _match(self, asked: Asked) -> Answer:
        known = self._sources(asked)[asked.behaviour["entity"]] or {}
        claimed = asked.body if isinstance(asked.body, dict) else {}
        return Answer(200, {"match": bool(claimed) and all(known.get(n) == value for n, value in claimed.items())})

    def _list(self, asked: Asked) -> Answer:
        rows = self._registers.rows(asked.session.person, asked.behaviour.get("entity", "rental"))
        return Answer(200, self._filled(asked, 200, self._sources(asked), rows))

    def _get_entity(self, asked: Asked) -> Answer:
        entity, key = asked.behaviour["entity"], asked.behaviour["key"]
        own = self._sources(asked)
        for row in self._registers.rows(asked.session.person, entity) or [own]:
            record = row.get(entity)
            if record is not None and str(record.get(key)) == asked.path[key]:
                return Answer(200, self._filled(asked, 200, row))
        return not_found()

    # ------------------------------------------------------------------ what was submitted

    def _create(self, asked: Asked) -> Answer:
        behaviour, session = asked.behaviour, asked.session
        mine = self._ledger.of_person(behaviour["collection"], session.person)
        sources: Sources = {**self._sources(asked), "record": {"open": any(each.is_open for each in mine)}}
        same = next((each for each in mine if asked.key and (each.case, each.key) == (session.case, asked.key)), None)
        claimed = asked.body if isinstance(asked.body, dict) else {}
        broken = first_broken(behaviour.get("rules", []), claimed, sources) if same is None else None
        if broken:
            more = {name: broken[name] for name in ("title_zh", "remedy_zh") if name in broken}
            told = problem(422, broken["code"], broken["title_en"], detail=broken["title_zh"], **more)
            return Answer(422, told | {"remedy": broken.get("remedy_en", "")}, REFUSED)
        try:
            taken, new = self._ledger.take(self._made(asked), prefix=behaviour.get("number", "NO"))
        except LedgerFull:
            return refusal(503, "too_many", "Too many submissions", title_zh="提交过多")
        if not new and taken.body != asked.body:
            title_zh = "同一个 Idempotency-Key 不能用于内容不同的申请"
            title = "This Idempotency-Key had other content"
            return refusal(422, "idempotency_key_reused", title, outcome=REFUSED, title_zh=title_zh)
        if new and taken.submission and self._on_submission:
            self._on_submission(taken)
        status = 201 if new else 200
        return Answer(status, self._record(asked, status, taken), ACCEPTED if new else REPEATED)

    def _made(self, asked: Asked) -> Submission:
        return Submission(
            number="",
            collection=asked.behaviour["collection"],
            interface=self.code,
            case=asked.session.case,
            person=asked.session.person,
            key=asked.key,
            body=asked.body,
            created_at=asked.now,
            submission=bool(asked.behaviour.get("submission")),
            course=course_for(asked.behaviour.get("courses", []), asked.body),
        )

    def _record(self, asked: Asked, status: int, submission: Submission) -> Any:
        return self._filled(asked, status, {**self._sources(asked), "record": submission.as_source(asked.as_of)})

    def _find(self, asked: Asked) -> Answer:
        mine = self._ledger.of_person(asked.behaviour["collection"], asked.session.person, asked.as_of)
        sources = self._sources(asked)
        for each in mine:
            move_on(each, now=asked.now)
        rows = [{**sources, "record": each.as_source(asked.as_of)} for each in mine]
        return Answer(200, self._filled(asked, 200, sources, rows))

    def _found(self, asked: Asked) -> Submission | None:
        wanted = asked.path[asked.behaviour["key"]]
        mine = self._ledger.of_person(asked.behaviour["collection"], asked.session.person, asked.as_of)
        return next((each for each in mine if each.number == wanted), None)

    def _get(self, asked: Asked) -> Answer:
        found = self._found(asked)
        if found is None:
            return not_found()
        move_on(found, now=asked.now)
        return Answer(200, self._record(asked, 200, found))

    def _supplement(self, asked: Asked) -> Answer:
        return self._moved(asked, lambda found: supplement(found, asked.body, now=asked.now))

    def _withdraw(self, asked: Asked) -> Answer:
        return self._moved(asked, lambda found: found.move(WITHDRAWN, now=asked.now))

    def _moved(self, asked: Asked, move: Callable[[Submission], None]) -> Answer:
        found = self._found(asked)
        if found is None:
            return not_found()
        try:
            move(found)
        except MoveRefused:
            title_zh = "申请当前的状态不允许这样做"
            title = f"An application that is {found.state} can't take this"
            return refusal(409, "wrong_state", title, outcome=REFUSED, title_zh=title_zh, remedy_zh="请先查询办理状态")
        status = 200 if self.document.response_schema(asked.operation, 200) else 202
        return Answer(status, self._record(asked, status, found), ACCEPTED)

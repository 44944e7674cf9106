"""Owns the records of interfaces that only have a shape: by person and path, with what they were before."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any

from .answers import Answer, Asked, refusal
from .record import REFUSED, REPEATED

MAX_RECORDS = 10_000
State = dict[str, Any]


class StoreFull(Exception):
    """A department that takes no more."""


class Collection:
    """The records of one person under one path; each is found by its key."""

    def __init__(self, store: Store, place: str) -> None:
        self.place = place
        self.seeded = False
        self._store = store
        self._versions: dict[str, list[tuple[datetime, State | None]]] = {}

    def __len__(self) -> int:
        return len(self._versions)

    def number(self, nth: int) -> str:
        """Return a number for a new record, different in every collection of everybody."""
        return f"{self._store.order(self):03d}{nth:05d}"

    def state(self, key: str, as_of: datetime | None) -> State | None:
        """Return how a record was at a moment, now without one; None when it wasn't."""
        found = [state for at, state in self._versions.get(key, ()) if as_of is None or at <= as_of]
        return found[-1] if found else None

    def states(self, as_of: datetime | None) -> list[State]:
        """Return all records that were there at a moment."""
        found = (self.state(key, as_of) for key in list(self._versions))
        return [state for state in found if state is not None]

    def had(self, key: str) -> bool:
        """Say whether there ever was such a record."""
        return key in self._versions

    def put(self, key: str, state: State | None, now: datetime) -> None:
        """Let a record be so from now on; None removes it. StoreFull."""
        self._store.count()
        self._versions.setdefault(key, []).append((now, state))

    def complete(self, key: str, value: State) -> None:
        """Keep what was told beyond what was known, so that the next answer says the same."""
        at, state = self._versions[key][-1]
        if state is not None:
            self._versions[key][-1] = (at, {**value, **state})


class Store:
    """All collections of one department, bounded; and the answers to calls that carried a key."""

    def __init__(self) -> None:
        self._collections: dict[tuple[int, str], Collection] = {}
        self._orders: dict[int, int] = {}
        self._answers: dict[tuple[int, str, str, str], tuple[Any, Answer]] = {}
        self._count = 0
        self._lock = threading.Lock()

    def collection(self, person: int, place: str) -> Collection:
        """Return the records of a person under a path."""
        with self._lock:
            return self._collections.setdefault((person, place), Collection(self, place))

    def order(self, collection: Collection) -> int:
        """Return the place of a collection among all."""
        return self._orders.setdefault(id(collection), len(self._orders) + 1)

    def count(self) -> None:
        """Count one more record. StoreFull when there are too many."""
        with self._lock:
            if self._count >= MAX_RECORDS:
                raise StoreFull
            self._count += 1

    @staticmethod
    def _key(asked: Asked) -> tuple[int, str, str, str]:
        return asked.session.person, asked.session.case, asked.operation.pointer, asked.key

    def answered(self, asked: Asked) -> Answer | None:
        """Return what was answered to the same key before: the same again, or a refusal when the content differs."""
        held = self._answers.get(self._key(asked)) if asked.key else None
        if held is None:
            return None
        body, answer = held
        if body != asked.body:
            title_zh = "同一个 Idempotency-Key 不能用于内容不同的请求"
            title = "This Idempotency-Key had other content"
            return refusal(422, "idempotency_key_reused", title, outcome=REFUSED, title_zh=title_zh)
        return Answer(answer.status, answer.value, REPEATED, answer.media, answer.headers)

    def remember(self, asked: Asked, answer: Answer) -> None:
        """Keep the answer to a call that carried a key."""
        if asked.key and answer.status < 300 and len(self._answers) < MAX_RECORDS:
            self._answers[self._key(asked)] = (asked.body, answer)

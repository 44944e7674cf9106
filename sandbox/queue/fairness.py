"""Whose turn it is (pure): urgent before routine, and within one priority vendors and departments take turns."""

from __future__ import annotations

import heapq
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

NEVER = datetime.min.replace(tzinfo=UTC)
Rank = tuple[bool, int, int, int, datetime, datetime, int]


@dataclass(frozen=True)
class Waiting:
    """One run in the queue; `owner` is whose turn it uses up, `priority` 0 goes first."""

    pk: int
    owner: str
    priority: int
    queued_at: datetime
    memory_mb: int = 0


@dataclass(frozen=True)
class Load:
    """What goes on now: runs per owner, when each owner was last served, and how many runs one owner may have."""

    running: Mapping[str, int]
    served: Mapping[str, datetime]
    limit: int

    def is_full(self, owner: str) -> bool:
        """Return whether the owner has as many runs as it may have."""
        return self.running.get(owner, 0) >= self.limit


def line(waiting: Iterable[Waiting], load: Load) -> Iterator[Waiting]:
    """Yield the runs in the order in which they will be taken up if all take equally long.

    Owners who may have no more runs now come after all others. Within a priority the owner with the fewest runs is
    next, then the one who was served longest ago, then the run that has waited longest.
    """
    queues: dict[str, list[Waiting]] = defaultdict(list)
    for each in sorted(waiting, key=lambda each: (each.priority, each.queued_at, each.pk), reverse=True):
        queues[each.owner].append(each)
    running = dict(load.running)
    # Who was served in this line comes after everybody who was served only before it began.
    turns: dict[str, int] = {}
    heap: list[tuple[Rank, str]] = []

    def push(owner: str) -> None:
        if not queues[owner]:
            return
        head = queues[owner][-1]
        served = load.served.get(owner, NEVER)
        count, turn = running.get(owner, 0), turns.get(owner, 0)
        rank = (load.is_full(owner), head.priority, count, turn, served, head.queued_at, head.pk)
        heapq.heappush(heap, (rank, owner))

    for owner in queues:
        push(owner)
    for turn in itertools.count(1):
        if not heap:
            return
        _rank, owner = heapq.heappop(heap)
        yield queues[owner].pop()
        running[owner] = running.get(owner, 0) + 1
        turns[owner] = turn
        push(owner)


def eligible(waiting: Iterable[Waiting], load: Load, *, memory_mb: int, free_mb: int) -> Iterator[Waiting]:
    """Yield what one worker may take up now, the next first; memory 0 means that only its slots bound it.

    A run that will never fit the worker is left to others. One that fits, but not beside what the worker does now,
    is waited for: smaller ones never overtake it for ever.
    """
    for each in line(waiting, load):
        if load.is_full(each.owner):
            return
        if memory_mb and each.memory_mb > memory_mb:
            continue
        if memory_mb and each.memory_mb > free_mb:
            return
        yield each

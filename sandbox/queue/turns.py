"""The waiting line as the rows have it: whose turn it is, the place of a run, and how long it will probably wait."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max

from sandbox.engine import limits
from sandbox.models import SandboxRun, Worker
from sandbox.plans import memory_mb
from sandbox.queue import fairness
from sandbox.workers.pulse import beat

MEMORY_OF_THE_POD_MB = limits.PROBE.memory_mb + limits.BROWSER.memory_mb
SERVED_WITHIN = timedelta(days=1)
RUNS_FOR_THE_ESTIMATE = 20
OWNER = ("version__app__vendor", "order__department")


@dataclass(frozen=True)
class Place:
    """Where a waiting run stands; `seconds` is a guess from the latest runs, None when there is nothing to go by."""

    pk: int
    number: int
    seconds: int | None


def waiting() -> list[fairness.Waiting]:
    """Return every run that a worker could take up."""
    fields = ("pk", "priority", "queued_at", "manifest", "version__image_digest", "version_id", *OWNER)
    rows = SandboxRun.objects.filter(state=SandboxRun.State.QUEUED).values(*fields)
    return [
        fairness.Waiting(row["pk"], owner_of(row), row["priority"], row["queued_at"], pod_mb(row["manifest"]))
        for row in rows
        if row["version_id"] is None or row["version__image_digest"]
    ]


def load(now: datetime) -> fairness.Load:
    """Return what goes on now."""
    running = SandboxRun.objects.filter(state=SandboxRun.State.RUNNING).values(*OWNER)
    recent = SandboxRun.objects.filter(started_at__gte=now - SERVED_WITHIN).order_by()
    served: dict[str, datetime] = {}
    for row in recent.values(*OWNER).annotate(last=Max("started_at")):
        owner = owner_of(row)
        served[owner] = max(served.get(owner, row["last"]), row["last"])
    return fairness.Load(Counter(owner_of(row) for row in running), served, settings.SANDBOX_RUNS_PER_VENDOR)


def places(now: datetime) -> dict[int, Place]:
    """Return the place of every waiting run by its key."""
    usual, slots = _usual_seconds(), max(free_slots(busy_too=True), 1)
    line = enumerate(fairness.line(waiting(), load(now)), 1)
    return {
        each.pk: Place(each.pk, number, None if usual is None else round(math.ceil(number / slots) * usual))
        for number, each in line
    }


def free_slots(*, busy_too: bool = False) -> int:
    """Return how many runs the living workers could start now (or have room for at all)."""
    alive = Worker.objects.filter(
        heartbeat_at__gte=beat() - timedelta(seconds=settings.SANDBOX_SILENT_SECONDS),
        available=True,
        draining_since=None,
    )
    busy = Counter(SandboxRun.objects.filter(state=SandboxRun.State.RUNNING).values_list("worker", flat=True))
    return sum(max(worker.slots - (0 if busy_too else busy[worker.name]), 0) for worker in alive)


def owner_of(row: dict[str, object]) -> str:
    """Return whose turn a run uses up: its vendor's, or for a rehearsal its department's."""
    vendor, department = (row[name] for name in OWNER)
    return f"department:{department}" if vendor is None else f"vendor:{vendor}"


def pod_mb(manifest: dict[str, object]) -> int:
    """Return the memory that a run may take: app, probe and browser."""
    return memory_mb(manifest) + MEMORY_OF_THE_POD_MB


def _usual_seconds() -> float | None:
    latest = SandboxRun.objects.filter(seconds__isnull=False).order_by("-finished_at")
    seconds = [float(each or 0) for each in latest.values_list("seconds", flat=True)[:RUNS_FOR_THE_ESTIMATE]]
    return sum(seconds) / len(seconds) if seconds else None

"""Records who did what to which row, chained per stream so that a rewrite or a cut shows."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import models, transaction

from marketplace.core.models import AuditEvent, AuditStream

GENESIS = "0" * 64


def stream_of(subject: models.Model) -> str:
    """Return the stream of a row: its model, split over `audit_shards` where rows are many."""
    shards = getattr(subject, "audit_shards", 1)
    label = subject._meta.label_lower
    if shards == 1:
        return label
    shard = int(hashlib.sha256(str(subject.pk).encode()).hexdigest()[:8], 16) % shards
    return f"{label}/{shard:02d}"


def digest(*, previous: str, sequence: int, body: Mapping[str, object]) -> str:
    """Return the SHA-256 (hex) that chains one event to the one before it."""
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{previous}\n{sequence}\n{canonical}".encode()).hexdigest()


def actor_name(by: object) -> str:
    """Return the actor as text that survives the erasure of the account: `user:7`, `system:beat`, `token:ab12`."""
    return by if isinstance(by, str) else str(getattr(by, "audit_name", None) or f"user:{getattr(by, 'pk', '?')}")


def record(
    verb: str,
    subject: models.Model,
    *,
    by: object,
    now: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> AuditEvent:
    """Append one event; must run inside the transaction of the change itself.

    `before` and `after` hold states and references, never personal data.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise RuntimeError("audit.record needs the transaction of the change it records")
    stream = stream_of(subject)
    head, _new = AuditStream.objects.select_for_update().get_or_create(name=stream)
    sequence = head.sequence + 1
    event = AuditEvent(
        stream=stream,
        sequence=sequence,
        actor=actor_name(by),
        verb=verb,
        subject=f"{subject._meta.label_lower}:{subject.pk}",
        before=dict(before or {}),
        after=dict(after or {}),
        at=now,
        previous=head.digest,
    )
    event.digest = digest(previous=head.digest, sequence=sequence, body=body_of(event))
    event.save(force_insert=True)
    AuditStream.objects.filter(pk=head.pk).update(sequence=sequence, digest=event.digest)
    return event


def body_of(event: AuditEvent) -> dict[str, object]:
    """Return what the digest covers."""
    return {
        "actor": event.actor,
        "verb": event.verb,
        "subject": event.subject,
        "before": event.before,
        "after": event.after,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
    }


@dataclass(frozen=True)
class Break:
    """The first place where a stream doesn't add up."""

    stream: str
    sequence: int
    why: str


def verify() -> Iterator[Break]:
    """Walk every stream and yield its first broken link; yields nothing when all hold."""
    for head in AuditStream.objects.order_by("name"):
        found = _verify_stream(head)
        if found:
            yield found


def _verify_stream(head: AuditStream) -> Break | None:
    previous, sequence = GENESIS, 0
    for event in AuditEvent.objects.filter(stream=head.name).order_by("sequence").iterator(chunk_size=2000):
        sequence += 1
        if event.sequence != sequence:
            return Break(head.name, sequence, "missing event")
        if event.previous != previous:
            return Break(head.name, sequence, "chained to another event")
        if digest(previous=previous, sequence=sequence, body=body_of(event)) != event.digest:
            return Break(head.name, sequence, "content changed")
        previous = event.digest
    if (sequence, previous) != (head.sequence, head.digest):
        return Break(head.name, sequence + 1, "events cut off at the end")
    return None

"""Owns the sealed files: one Parquet file per day of facts and of reviews, by date, named by its SHA-256."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.core.errors import DomainError

FACTS = pa.schema(
    [
        pa.field("case", pa.string(), nullable=False),
        pa.field("app", pa.string(), nullable=False),
        pa.field("version", pa.string(), nullable=False),
        pa.field("service_item", pa.string(), nullable=False),
        pa.field("department", pa.string(), nullable=False),
        pa.field("applicant", pa.string(), nullable=False),
        pa.field("decided_at", pa.int64(), nullable=False),
        pa.field("confirmed_by", pa.string(), nullable=False),
        pa.field("outcome", pa.string(), nullable=False),
        pa.field("held", pa.bool_(), nullable=False),
        pa.field("late", pa.bool_(), nullable=False),
    ]
)
REVIEWS = pa.schema(
    [
        pa.field("case", pa.string(), nullable=False),
        pa.field("app", pa.string(), nullable=False),
        pa.field("service_item", pa.string(), nullable=False),
        pa.field("face", pa.int64(), nullable=False),
        pa.field("submitted_at", pa.int64(), nullable=False),
    ]
)
SCHEMAS = {"facts": FACTS, "reviews": REVIEWS}


class SealBroken(DomainError):
    """A sealed file is missing or is not the one that its manifest names."""

    code = "seal-broken"
    status = 500


def write(kind: str, day: date, rows: Sequence[Mapping[str, object]]) -> str:
    """Write the rows of one day whole or not at all; return the file's SHA-256 (empty when there are no rows)."""
    if not rows:
        return ""
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=SCHEMAS[kind]), buffer, compression="zstd")
    content = buffer.getvalue().to_pybytes()
    digest = hashlib.sha256(content).hexdigest()
    target = path_of(kind, day, digest)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(target)
    return digest


def path_of(kind: str, day: date, digest: str) -> Path:
    """Return where the file with this SHA-256 lies."""
    return Path(settings.FACTS_DIR) / kind / f"date={day.isoformat()}" / f"{digest}.parquet"


def verified(kind: str, day: date, digest: str) -> Path:
    """Return the path of a sealed file after checking its bytes; raises SealBroken."""
    path = path_of(kind, day, digest)
    if not path.is_file():
        raise SealBroken(_("The sealed file of %(day)s (%(kind)s) is missing.") % {"day": day, "kind": kind})
    if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
        raise SealBroken(_("The sealed file of %(day)s (%(kind)s) was changed.") % {"day": day, "kind": kind})
    return path

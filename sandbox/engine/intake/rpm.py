"""The rpm database of newer systems: an SQLite file whose rows are package headers. The older formats are not read."""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterable, Iterator

from .rows import Package, row

NAME, VERSION, RELEASE, EPOCH, LICENCE, ARCHITECTURE = 1000, 1001, 1002, 1003, 1014, 1022
STRING_KINDS = frozenset({6, 8, 9})
NUMBER_KIND = 4
ENTRY = struct.Struct(">iIii")
MOST_ENTRIES = 4096
MOST_PACKAGES = 20_000
MOST_STEPS = 5_000_000
STEPS_BETWEEN = 100_000
WRITE_AHEAD_PLACES = slice(18, 20)  # format versions in SQLite's header; 2 would ask for a file beside it
KEYS = "gpg-pubkey"


class Unreadable(Exception):
    """The file is no database that we can read."""


def packages(content: bytes) -> Iterable[Package | None]:
    """The packages in an rpmdb.sqlite; raises Unreadable."""
    plain = bytearray(content)
    plain[WRITE_AHEAD_PLACES] = b"\x01\x01"
    steps = 0

    def is_too_long() -> bool:
        nonlocal steps
        steps += STEPS_BETWEEN
        return steps > MOST_STEPS

    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(plain)
        connection.set_progress_handler(is_too_long, STEPS_BETWEEN)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, len(plain))
        connection.execute("PRAGMA trusted_schema=OFF")
        rows = connection.execute("SELECT blob FROM Packages LIMIT ?", (MOST_PACKAGES,))
        return list(_packages(rows))
    except (sqlite3.Error, OverflowError) as error:
        raise Unreadable from error
    finally:
        connection.close()


def _packages(rows: Iterable[tuple[object]]) -> Iterator[Package | None]:
    for (blob,) in rows:
        if not isinstance(blob, bytes):
            raise Unreadable
        tags = _tags(blob)
        if tags.get(NAME) == KEYS:
            continue
        version = "-".join(str(tags[tag]) for tag in (VERSION, RELEASE) if tag in tags)
        yield row(
            "rpm",
            tags.get(NAME),
            version,
            architecture=tags.get(ARCHITECTURE),
            licence=tags.get(LICENCE),
            epoch=str(tags.get(EPOCH, "")),
        )


def _tags(blob: bytes) -> dict[int, str | int]:
    """The few tags that we ask for, from a header: counts, index, data."""
    try:
        count, size = struct.unpack_from(">II", blob)
        start = 8 + ENTRY.size * count
        if count > MOST_ENTRIES or len(blob) < start + size:
            raise Unreadable
        found: dict[int, str | int] = {}
        for tag, kind, offset, _many in ENTRY.iter_unpack(blob[8:start]):
            if tag not in {NAME, VERSION, RELEASE, EPOCH, LICENCE, ARCHITECTURE} or not 0 <= offset < size:
                continue
            if kind in STRING_KINDS:
                found[tag] = blob[start + offset : blob.index(b"\0", start + offset)].decode("utf-8", "replace")
            elif kind == NUMBER_KIND:
                found[tag] = struct.unpack_from(">I", blob, start + offset)[0]
    except (struct.error, ValueError) as error:
        raise Unreadable from error
    return found

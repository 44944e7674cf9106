"""Streams an uploaded archive into the storage while hashing and counting it; never looks at what the bytes mean."""

import hashlib
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from marketplace.core.errors import DomainError, InvalidInput

CHUNK_BYTES = 1024 * 1024
FORM_BYTES = 64 * 1024
FOLDER = "archives"


class Source(Protocol):
    """Where the bytes come from: an open file or an upload."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, nothing at the end."""


@dataclass(frozen=True)
class Stored:
    """An archive in the storage."""

    name: str
    sha256: str
    size: int


class NoRoom(DomainError):
    """The storage can't take the archive."""

    code = "storage-failed"
    status = 503


class TooLarge(InvalidInput):
    """The archive is over APP_ARCHIVE_MAX_BYTES."""

    code = "archive-too-large"
    status = 413


class _Counted:
    """Reads from the source, hashing and counting, and stops at the limit."""

    def __init__(self, source: Source, limit: int):
        self.source = source
        self.limit = limit
        self.size = 0
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next chunk; raise InvalidInput over the limit or when the source breaks off."""
        try:
            chunk = self.source.read(size if 0 < size <= CHUNK_BYTES else CHUNK_BYTES)
        except OSError as error:
            raise cut_off() from error
        self.size += len(chunk)
        if self.size > self.limit:
            raise too_large(self.limit)
        self.digest.update(chunk)
        return chunk


def store(source: Source, *, expected_sha256: str = "") -> Stored:
    """Return the archive as stored; leaves nothing behind when it raises.

    Raises InvalidInput when the source is empty, breaks off, is over APP_ARCHIVE_MAX_BYTES or differs from
    `expected_sha256` (64 hexadecimal digits; empty: not compared); NoRoom when the storage fails.
    """
    counted = _Counted(source, settings.APP_ARCHIVE_MAX_BYTES)
    name = f"{FOLDER}/{uuid.uuid4().hex}.tar"
    try:
        name = default_storage.save(name, File(cast("IO[bytes]", counted), name=name))
        stored = Stored(name=name, sha256=counted.digest.hexdigest(), size=counted.size)
        _compare(stored, expected_sha256)
    except OSError as error:
        remove(name)
        raise NoRoom(
            _("The platform couldn't store the archive. Nothing was kept; try again in a few minutes.")
        ) from error
    except BaseException:
        remove(name)
        raise
    return stored


def remove(name: str) -> None:
    """Delete a stored archive; one that isn't there is fine."""
    default_storage.delete(name)


def remove_older_than(moment: datetime, *, keep: Collection[str]) -> int:
    """Delete the archives stored before the moment whose names aren't in `keep`; return how many."""
    if not default_storage.exists(FOLDER):
        return 0
    removed = 0
    for file in default_storage.listdir(FOLDER)[1]:
        name = f"{FOLDER}/{file}"
        if name not in keep and default_storage.get_modified_time(name) < moment:
            remove(name)
            removed += 1
    return removed


def refuse_long_body(content_length: str | None) -> None:
    """Raise TooLarge when a request announces more than an archive and its form fields can be."""
    if (
        content_length
        and content_length.isdigit()
        and int(content_length) > settings.APP_ARCHIVE_MAX_BYTES + FORM_BYTES
    ):
        raise too_large(settings.APP_ARCHIVE_MAX_BYTES)


def too_large(limit: int) -> TooLarge:
    """Return the refusal of an archive over the limit."""
    return TooLarge(
        _("The archive is larger than %(limit)s. Build the image from a smaller base or in several stages.")
        % {"limit": filesizeformat(limit)},
        field="archive",
    )


def cut_off() -> InvalidInput:
    """Return the refusal of an upload that ended too early."""
    return InvalidInput(
        _("No complete archive arrived: the upload broke off. Nothing was kept; upload it again."),
        code="archive-cut-off",
        field="archive",
    )


def _compare(stored: Stored, expected: str) -> None:
    if stored.size == 0:
        raise InvalidInput(
            _("The archive is empty. Choose the file that `docker save` wrote."), code="archive-empty", field="archive"
        )
    if expected and expected.strip().lower() != stored.sha256:
        raise InvalidInput(
            _(
                "The archive that arrived (%(size)s bytes) has the SHA-256 %(found)s, but you announced %(expected)s. "
                "It was cut off or changed on the way; nothing was kept. Compute the sum again and upload it again."
            )
            % {"size": stored.size, "found": stored.sha256, "expected": expected.strip().lower()[:64]},
            code="archive-digest",
            field="sha256",
        )

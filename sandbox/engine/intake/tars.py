"""Reading tar entries of a hostile archive: bounded headers, no sparse files, no silent end."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Callable, Iterator
from typing import Any, Self

from .refused import Refused
from .streams import Reader

HEADER_BYTES = 1024 * 1024
GLOBAL_HEADERS = 16
EXTENSIONS_IN_A_ROW = 16  # each is read inside the one before it
DIGITS = re.compile(rb"[0-9]{65}")  # tarfile's own patterns need the square of their number
EXTENDED = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)


class BoundedEntry(tarfile.TarInfo):
    """A tar header whose extensions are bounded and whose sparse kinds are refused before their maps are read."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """Only a block of zeros ends an archive; anything else that is not a header is damage."""
        try:
            return super().frombuf(buf, encoding, errors)
        except (tarfile.EOFHeaderError, tarfile.EmptyHeaderError):  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise Refused("damaged_tar") from error

    def _proc_member(self, archive: Any) -> Any:
        if self.type in EXTENDED and self.size > HEADER_BYTES:
            raise Refused("header_too_big", self.name, limit_kib=HEADER_BYTES >> 10)
        if self.type == tarfile.XGLTYPE:
            archive.global_headers = getattr(archive, "global_headers", 0) + 1
            if archive.global_headers > GLOBAL_HEADERS:
                raise Refused("header_too_big", self.name, limit_kib=HEADER_BYTES >> 10)
        archive.in_a_row = getattr(archive, "in_a_row", 0) + 1 if self.type in EXTENDED else 0
        if archive.in_a_row > EXTENSIONS_IN_A_ROW:
            raise Refused("header_too_big", self.name, limit_kib=HEADER_BYTES >> 10)
        if self.type == tarfile.GNUTYPE_SPARSE:
            raise Refused("sparse_file", self.name)
        if self.type in EXTENDED and DIGITS.search(archive.fileobj.peek(self.size)):
            raise Refused("damaged_tar")
        return super()._proc_member(archive)  # type: ignore[misc]

    def _refuse_sparse(self, *_arguments: Any) -> None:
        raise Refused("sparse_file", self.name)

    _proc_gnusparse_00 = _refuse_sparse
    _proc_gnusparse_01 = _refuse_sparse
    _proc_gnusparse_10 = _refuse_sparse
    _proc_sparse = _refuse_sparse


class CompleteEntry(BoundedEntry):
    """Also insists on the block of zeros at the end, without which an archive was cut off between two entries."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """No data where a header must be means that the rest is missing."""
        if not buf:
            raise Refused("damaged_tar")
        return super().frombuf(buf, encoding, errors)


def entries(
    source: Reader, on_damage: Callable[[], Refused], kind: type[BoundedEntry] = BoundedEntry
) -> Iterator[tarfile.TarInfo]:
    """Each entry in order, with `source` at the start of its data, which may be read or left."""
    plain: Any = source
    try:
        archive = tarfile.TarFile(fileobj=plain, mode="r", tarinfo=kind, encoding="utf-8", errors="surrogateescape")
        while (entry := archive.next()) is not None:
            source.seek(entry.offset_data)
            yield entry
            archive.members = []  # type: ignore[attr-defined]  # it would remember them all
    except (tarfile.TarError, OverflowError, ValueError, UnicodeError) as error:
        raise on_damage() from error
    except Refused as refused:
        if refused.code == "damaged_tar":
            raise on_damage() from refused
        raise

"""Reading tar entries of a hostile archive: bounded headers, no sparse files, no silent end."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from typing import Any, Self

from .refused import Refused

HEADER_BYTES = 1024 * 1024
GLOBAL_HEADERS = 16
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
        if self.type == tarfile.GNUTYPE_SPARSE:
            raise Refused("sparse_file", self.name)
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
    source: Any, on_damage: Callable[[], Refused], kind: type[BoundedEntry] = BoundedEntry
) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """(archive, entry) in order; read an entry's data before asking for the next one."""
    try:
        archive = tarfile.open(  # noqa: SIM115 (a stream that someone else closes)
            fileobj=source, mode="r|", bufsize=1 << 20, tarinfo=kind, encoding="utf-8", errors="surrogateescape"
        )
        while (entry := archive.next()) is not None:
            yield archive, entry
            archive.members = []  # type: ignore[attr-defined]  # it would remember them all
    except (tarfile.TarError, OverflowError, ValueError, UnicodeError) as error:
        raise on_damage() from error
    except Refused as refused:
        if refused.code == "damaged_tar":
            raise on_damage() from refused
        raise

"""Which letters here refer to which files: to a scan, or to the small picture of one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, Table, text
from sqlalchemy.engine import Connection

from core.domain.attachments import Attachment
from desktop.storage.base import metadata
from sql.direct import keep

# By the start of its hash: 8 bytes are enough to tell files apart, and keep this small.
letter_scan = Table(
    "letter_scan",
    metadata,
    Column("start", LargeBinary, primary_key=True),
    Column("n", Integer, primary_key=True),
)
START_BYTES = 8
_INSERT = keep(text("INSERT OR IGNORE INTO letter_scan (start, n) VALUES (:start, :n)"))
_DELETE = keep(text("DELETE FROM letter_scan WHERE start = :start AND n = :n"))
_REFERS = keep(text("SELECT 1 FROM letter_scan WHERE start = :start LIMIT 1"))
_WHICH = keep(text("SELECT n FROM letter_scan WHERE start = :start"))
_WHOSE = keep(text("SELECT letter.id FROM letter_scan JOIN letter USING (n) WHERE start = :start"))

Lines = Sequence[tuple[int, Sequence[Attachment]]]


def refer(connection: Connection, lines: Lines) -> None:
    """The letters at these places have these scans."""
    if rows := _rows(lines):
        connection.execute(_INSERT, rows)


def unrefer(connection: Connection, lines: Lines) -> None:
    """The letters at these places had these scans."""
    if rows := _rows(lines):
        connection.execute(_DELETE, rows)


def refers_to_file(connection: Connection, sha256: bytes) -> bool:
    """Whether a letter here refers to a file."""
    return connection.execute(_REFERS, {"start": sha256[:START_BYTES]}).first() is not None


def places_with(connection: Connection, sha256: bytes) -> Sequence[int]:
    """The places of the letters that refer to a file."""
    places: Sequence[int] = connection.execute(_WHICH, {"start": sha256[:START_BYTES]}).scalars().all()
    return places


def letters_with(connection: Connection, sha256: bytes) -> set[bytes]:
    """The letters here that refer to a file."""
    return {bytes(one) for one in connection.execute(_WHOSE, {"start": sha256[:START_BYTES]}).scalars()}


def _rows(lines: Lines) -> list[dict[str, Any]]:
    return [
        {"start": sha256[:START_BYTES], "n": n}
        for n, scans in lines
        for scan in scans
        for sha256 in (scan.sha256, scan.thumbnail)
        if sha256
    ]

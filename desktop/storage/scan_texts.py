"""What is written on the scans of letters: which scans wait to be read, and the texts of those that were.

A row a scan, by its hash, of scans that lie on this PC and that a letter here has. The rows are the queue: a page that
was read is in the store before the next one is begun, so a kill costs one page, and no scan is read twice. A scan that
any letter of class rahasia or above has is secret, whoever else has it: it is not read, and what was read of it goes
with its secrecy (`scan_index`). The texts are this PC's own; they never travel.
"""

import zlib
from collections.abc import Collection, Sequence
from enum import IntEnum
from typing import Any

import msgspec
from sqlalchemy import Column, Integer, LargeBinary, Table, bindparam, delete, select, text, update
from sqlalchemy.engine import Connection

from core.domain.attachments import Attachment
from core.domain.letters import LetterStatus, SecurityLevel
from core.protocol.codec import decode
from desktop.storage.base import metadata
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.letter_files import START_BYTES
from sql.direct import kept

scan_text = Table(
    "scan_text",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("state", Integer, nullable=False),
    Column("n", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("text", LargeBinary, nullable=False),
)
# A longer text is no letter; what stands first on it is enough to find it.
MOST_SIGNS = 400_000
PAGE_BREAK = "\f"
_PART = 500

# In this order, whatever SQLite thinks of it: there may be a million letters, and few files.
_CANDIDATES = text(
    "SELECT b.sha256, l.n, l.scans"
    " FROM (SELECT sha256, state, reason FROM blob WHERE sha256 > :after ORDER BY sha256 LIMIT :limit) b"
    " CROSS JOIN letter_scan s ON s.start = substr(b.sha256, 1, 8) CROSS JOIN letter l ON l.n = s.n"
    " WHERE b.state != :wanted AND b.reason != :thumbnail AND l.security < :secret AND l.status != :void"
    " AND NOT EXISTS (SELECT 1 FROM scan_text t WHERE t.sha256 = b.sha256)"
)
_LAST = text("SELECT max(sha256) FROM (SELECT sha256 FROM blob WHERE sha256 > :after ORDER BY sha256 LIMIT :limit)")
_ADD = text(
    "INSERT INTO scan_text (sha256, state, n, pages, done, text) VALUES (:sha256, 0, :n, :pages, 0, x'')"
    " ON CONFLICT (sha256) DO UPDATE SET n = max(n, excluded.n)"
)
_NEXT = text(
    "SELECT sha256, pages, done FROM scan_text INDEXED BY ix_scan_text_waiting WHERE state = 0 ORDER BY n DESC LIMIT 1"
)
_WAITING = text("SELECT count(*), coalesce(sum(pages - done), 0) FROM scan_text WHERE state = 0")
_HIDDEN = text(
    "SELECT 1 FROM letter_scan s JOIN letter l ON l.n = s.n WHERE s.start = :start AND l.security >= :secret LIMIT 1"
)


class TextState(IntEnum):
    """How far a scan is."""

    WAITING = 0
    READ = 1
    FAILED = 2  # its next page was not to be had; tried again at the next start


class WaitingScan(msgspec.Struct, frozen=True, kw_only=True):
    """A scan of which pages are still to be read; `done` of them were."""

    sha256: bytes
    pages: int
    done: int


class WaitingPages(msgspec.Struct, frozen=True, kw_only=True):
    """How much waits to be read."""

    scans: int = 0
    pages: int = 0


@kept
def _some() -> Any:
    return select(scan_text).where(scan_text.c.sha256.in_(bindparam("names", expanding=True)))


class Batch(msgspec.Struct, frozen=True):
    """Scans to be read among some files: (hash, place of a letter, pages); and the last of these files, None if none.

    One scan of several letters stands there several times.
    """

    scans: tuple[tuple[bytes, int, int], ...]
    last: bytes | None


def unread(connection: Connection, after: bytes, *, limit: int) -> Batch:
    """The scans that are to be read and not noted yet, among the next files behind `after`."""
    last = connection.execute(_LAST, {"after": after, "limit": limit}).scalar_one()
    given = {
        "after": after,
        "limit": limit,
        "wanted": int(BlobState.WANTED),
        "thumbnail": int(FileReason.THUMBNAIL),
        "secret": int(SecurityLevel.SECRET),
        "void": int(LetterStatus.VOID),
    }
    scans = tuple(
        (scan.sha256, row.n, max(1, scan.pages))
        for row in (connection.execute(_CANDIDATES, given) if last is not None else ())
        for scan in decode(row.scans, tuple[Attachment, ...])
        if scan.sha256 == row.sha256 and not is_hidden(connection, scan.sha256)
    )
    return Batch(scans, last)


def line_up(connection: Connection, batch: Batch) -> None:
    """Note scans as to be read; found in the same transaction."""
    if batch.scans:
        connection.execute(_ADD, [{"sha256": one, "n": n, "pages": pages} for one, n, pages in batch.scans])


def next_waiting(connection: Connection) -> WaitingScan | None:
    """The scan that is to be read next: one of the newest letter that has any."""
    row = connection.execute(_NEXT).first()
    return None if row is None else WaitingScan(sha256=bytes(row.sha256), pages=row.pages, done=row.done)


def waiting(connection: Connection) -> WaitingPages:
    """How much waits to be read."""
    scans, pages = connection.execute(_WAITING).one()
    return WaitingPages(scans=scans, pages=pages)


def keep_page(connection: Connection, scan: WaitingScan, words: str) -> bool:
    """Add the text of the next page of a scan, if it is still to be read; whether it was the last one.

    While the page was read its letter may have become secret, or have left this PC: then nothing is kept.
    """
    row = connection.execute(select(scan_text).where(scan_text.c.sha256 == scan.sha256)).first()
    if row is None or (row.state, row.done) != (TextState.WAITING, scan.done):
        return False
    before = _unpacked(row.text)
    joined = f"{before}{PAGE_BREAK}{words}" if scan.done else words
    last = scan.done + 1 >= row.pages or len(joined) >= MOST_SIGNS
    connection.execute(
        update(scan_text)
        .where(scan_text.c.sha256 == scan.sha256)
        .values(
            text=zlib.compress(joined[:MOST_SIGNS].encode(), 9),
            done=row.pages if last else scan.done + 1,
            state=int(TextState.READ if last else TextState.WAITING),
        )
    )
    return last


def give_up(connection: Connection, sha256: bytes) -> None:
    """The next page of a scan is not to be had; what was read of it before stays."""
    connection.execute(update(scan_text).where(scan_text.c.sha256 == sha256).values(state=int(TextState.FAILED)))


def try_again(connection: Connection) -> None:
    """What could not be opened may have been fetched anew, and a PC have had no time then."""
    failed = scan_text.c.state == TextState.FAILED
    connection.execute(update(scan_text).where(failed).values(state=int(TextState.WAITING)))


def known(connection: Connection, names: Collection[bytes]) -> set[bytes]:
    """Those of some scans that are to be read, or were."""
    listed = list(names)
    found: set[bytes] = set()
    for start in range(0, len(listed), _PART):
        rows = connection.execute(_known(), {"names": listed[start : start + _PART]})
        found.update(bytes(row.sha256) for row in rows)
    return found


@kept
def _known() -> Any:
    return select(scan_text.c.sha256).where(scan_text.c.sha256.in_(bindparam("names", expanding=True)))


def texts_of(connection: Connection, names: Sequence[bytes]) -> dict[bytes, str]:
    """What was read of some scans, as far as it goes; nothing of those that are being read."""
    rows = connection.execute(_some(), {"names": list(names)}) if names else ()
    return {bytes(row.sha256): _unpacked(row.text) for row in rows if row.state != TextState.WAITING}


def forget(connection: Connection, sha256: bytes) -> None:
    """Nothing was read of a scan, and nothing is to be."""
    connection.execute(delete(scan_text).where(scan_text.c.sha256 == sha256))


def is_hidden(connection: Connection, sha256: bytes) -> bool:
    """Whether a letter of class rahasia or above has this scan."""
    given = {"start": sha256[:START_BYTES], "secret": int(SecurityLevel.SECRET)}
    return connection.execute(_HIDDEN, given).first() is not None


def _unpacked(packed: bytes) -> str:
    return zlib.decompress(packed).decode() if packed else ""

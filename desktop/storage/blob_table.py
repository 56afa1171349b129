"""Which files of letters this PC knows: here, still to be sent, or only on the server."""

from collections.abc import Collection
from enum import IntEnum
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    Table,
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from core.domain.ids import BlobHash
from desktop.storage.base import metadata
from sql.direct import keep, kept

blob = Table(
    "blob",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("state", Integer, nullable=False),
    Column("have", Integer, nullable=False),
    Column("added_ms", BigInteger, nullable=False),
    Column("reason", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("damaged", Boolean, nullable=False),
    Column("letter", LargeBinary),
    Column("sent_behind", Integer),
)


UNSENT = 1 << 62


class BlobState(IntEnum):
    """Where a file is."""

    TO_SEND = 1  # here, not yet on the server
    BOTH = 2  # here and on the server
    WANTED = 3  # on the server, to be fetched
    TO_SEAL = 4  # as TO_SEND, of a letter that was sealed meanwhile: it does not go in the clear


class FileReason(IntEnum):
    """Why a file goes over the line; the smaller, the sooner."""

    OPENED = 0  # a person waits for it
    THUMBNAIL = 1  # the small picture of a first page, which stands in for a scan under way
    ADDRESSED = 2  # to someone of this PC, or taken in here
    NIGHT = 3  # nobody asked: when the line is free


class BlobRow(msgspec.Struct, frozen=True, kw_only=True):
    """One file: `have` counts the bytes that the other side, or this PC, already has.

    `paused`: a person stopped this one. `damaged`: what was here was not what it is named for, and it is fetched again.
    `letter` is the letter for whose sake it goes, as far as known. `sent_behind` is of the files that people here gave
    to letters: it was sent after this entry of the outbox was made, or UNSENT; None: a backup of the server holds it.
    """

    sha256: BlobHash
    size: int
    state: BlobState
    have: int
    added_ms: int = 0
    reason: FileReason = FileReason.ADDRESSED
    paused: bool = False
    damaged: bool = False
    letter: bytes | None = None
    sent_behind: int | None = None


# Statements of the busiest path are built once: building one costs more than running it.
@kept
def _in_state() -> Any:
    mine = blob.c.state == bindparam("of")
    return select(blob).where(mine).order_by(blob.c.added_ms.desc()).limit(bindparam("most"))


@kept
def _totals() -> Any:
    return select(func.count(), func.coalesce(func.sum(blob.c.size - blob.c.have), 0)).where(
        blob.c.state == bindparam("of"), blob.c.reason != FileReason.THUMBNAIL
    )


_AT_REST = (int(BlobState.BOTH), int(BlobState.TO_SEAL))


@kept
def _add() -> Any:
    statement = insert(blob)
    fresh = {name: statement.excluded[name] for name in ("reason", "added_ms", "letter")}
    more_urgent = statement.excluded.reason < blob.c.reason
    return statement.on_conflict_do_update(index_elements=[blob.c.sha256], set_=fresh, where=more_urgent)


@kept
def _change(names: tuple[str, ...]) -> Any:
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return update(blob).where(blob.c.sha256 == bindparam("named")).values(**values)


_MAY_BE_LOST = keep(
    text(
        "SELECT sha256 FROM blob WHERE state = 2 AND "
        "(sent_behind IS NOT NULL OR EXISTS (SELECT 1 FROM outbox WHERE instr(op, sha256)))"
    )
)
# The server may have forgotten a file that it had, with the only letter that named it, or with its disk.
_OFFER = keep(
    text(
        "UPDATE blob SET state = iif(state IN (2, 3), 1, state), have = iif(state IN (2, 3), 0, have), "
        "letter = iif(state IN (2, 3), :letter, letter), sent_behind = :unsent WHERE sha256 = :sha256"
    )
)
_SENT = keep(
    text(
        "UPDATE blob SET state = 2, have = size, paused = 0, damaged = 0, "
        "sent_behind = iif(sent_behind IS NULL, NULL, (SELECT coalesce(max(id), 0) FROM outbox)) WHERE sha256 = :sha256"
    )
)
_HOLD = keep(text("UPDATE blob SET state = 4, have = 0 WHERE state = 1 AND letter = :of"))
_FORGET = keep(text("DELETE FROM blob WHERE sha256 = :which"))
_SAFE = keep(text("UPDATE blob SET sent_behind = NULL WHERE sent_behind < :last_safe"))


@kept
def _offer_again() -> Any:
    return update(blob).where(blob.c.state == BlobState.BOTH).values(state=int(BlobState.TO_SEND), have=0)


@kept
def _one() -> Any:
    return select(blob).where(blob.c.sha256 == bindparam("named"))


@kept
def _hashes() -> Any:
    return select(blob.c.sha256).where(blob.c.state != BlobState.WANTED)


@kept
def _newest() -> Any:
    wanted = select(blob.c.sha256).where(blob.c.state != BlobState.WANTED)
    return wanted.order_by(blob.c.added_ms.desc()).limit(bindparam("most"))


class BlobTable:
    """The files over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Over an open transaction."""
        self._connection = connection

    def add(
        self,
        sha256: bytes,
        size: int,
        *,
        state: BlobState,
        now_ms: int,
        reason: FileReason = FileReason.ADDRESSED,
        letter: bytes | None = None,
    ) -> None:
        """Note a file; one that is known already keeps its state, and the more urgent reason with its moment.

        What is to be sent is here: it is offered, also where it was sent before.
        """
        values = {
            "sha256": sha256,
            "size": size,
            "state": int(state),
            "have": 0,
            "added_ms": now_ms,
            "reason": int(reason),
            "paused": False,
            "damaged": False,
            "letter": letter,
        }
        self._connection.execute(_add(), values)
        if state == BlobState.TO_SEND:
            self._connection.execute(_OFFER, {"sha256": sha256, "letter": letter, "unsent": UNSENT})

    def set_state(self, sha256: bytes, state: BlobState, *, have: int = 0) -> None:
        """Move a file to another state; one that is on both sides is whole, and nothing of it is stopped."""
        values = {"state": int(state), "have": have}
        if state == BlobState.BOTH:
            values.update(paused=False, damaged=False)
        self._change(sha256, **values)

    def sent(self, sha256: bytes) -> None:
        """The server has all of a file that was to be sent; it may lose one of people here until a backup holds it."""
        self._connection.execute(_SENT, {"sha256": sha256})

    def call_safe(self, last_safe: int) -> None:
        """A backup of the server holds an act, and so every file that was sent before that act was made."""
        self._connection.execute(_SAFE, {"last_safe": last_safe})

    def hold(self, letter: bytes) -> None:
        """What is still to be sent of a letter does not go as it is."""
        self._connection.execute(_HOLD, {"of": letter})

    def owe_to(self, sha256: bytes, letter: bytes, *, state: BlobState) -> None:
        """What is held back for one letter is another's too, for whose sake it goes from now on, or is held back."""
        self._change(sha256, state=int(state), have=0, letter=letter)

    def pause(self, sha256: bytes, *, paused: bool) -> None:
        """Stop one file, or let it go on."""
        self._change(sha256, paused=paused)

    def fetch_again(self, sha256: bytes, *, paused: bool = False) -> None:
        """What was here, or came, is not what the file is named for: its bytes are wanted from the server."""
        self._change(sha256, state=int(BlobState.WANTED), have=0, damaged=True, paused=paused)

    def forget(self, sha256: bytes) -> None:
        """Know a file no more."""
        self._connection.execute(_FORGET, {"which": sha256})

    def may_be_lost(self) -> tuple[bytes, ...]:
        """The files on both sides that no backup of the server is known to hold, or that an op in the outbox names."""
        return tuple(bytes(one) for one in self._connection.execute(_MAY_BE_LOST).scalars())

    def offer_again(self) -> None:
        """Offer every file that lies here: the server may have lost any of them, and says of each what it has."""
        self._connection.execute(_offer_again())

    def get(self, sha256: bytes) -> BlobRow | None:
        """One file."""
        row = self._connection.execute(_one(), {"named": sha256}).first()
        return None if row is None else _row(row)

    def in_state(self, state: BlobState, limit: int) -> tuple[BlobRow, ...]:
        """Files in a state, the newest first: what was just scanned is wanted first."""
        rows = self._connection.execute(_in_state(), {"of": int(state), "most": limit})
        return tuple(_row(row) for row in rows)

    def waiting(self, limit: int) -> tuple[BlobRow, ...]:
        """Files that may go over the line, either way: the most urgent and newest, and the oldest of all."""
        waits = select(blob).where(blob.c.state.not_in(_AT_REST), blob.c.paused.is_(False))
        first = waits.order_by(blob.c.reason, blob.c.added_ms.desc()).limit(limit)
        oldest = waits.order_by(blob.c.added_ms).limit(limit)
        rows = {row.sha256: _row(row) for query in (first, oldest) for row in self._connection.execute(query)}
        return tuple(rows.values())

    def listed(self, limit: int) -> tuple[BlobRow, ...]:
        """Scans that have not got to where they go, the most urgent first, stopped ones too."""
        waits = select(blob).where(blob.c.state.not_in(_AT_REST), blob.c.reason != FileReason.THUMBNAIL)
        ordered = waits.order_by(blob.c.reason, blob.c.added_ms.desc(), blob.c.sha256).limit(limit)
        return tuple(_row(row) for row in self._connection.execute(ordered))

    def thumbnails(self, limit: int) -> tuple[BlobRow, ...]:
        """Thumbnails that are to be fetched, the newest wish first."""
        wanted = (blob.c.state == BlobState.WANTED, blob.c.reason == FileReason.THUMBNAIL, blob.c.paused.is_(False))
        ordered = select(blob).where(*wanted).order_by(blob.c.added_ms.desc(), blob.c.sha256).limit(limit)
        return tuple(_row(row) for row in self._connection.execute(ordered))

    def opened_waits(self) -> bool:
        """Whether a file that a person opened still has to come."""
        opened = (blob.c.state == BlobState.WANTED, blob.c.reason == FileReason.OPENED, blob.c.paused.is_(False))
        statement = select(blob.c.sha256).where(*opened)
        return self._connection.execute(statement.limit(1)).first() is not None

    def totals(self, state: BlobState) -> tuple[int, int]:
        """(number, bytes) of scans in a state."""
        count, size = self._connection.execute(_totals(), {"of": int(state)}).one()
        return int(count), int(size)

    def hashes(self) -> Collection[bytes]:
        """The files that should be here."""
        return list(self._connection.execute(_hashes()).scalars())

    def newest(self, most: int) -> Collection[bytes]:
        """Those of `hashes` that came last."""
        return list(self._connection.execute(_newest(), {"most": most}).scalars())

    def _change(self, sha256: bytes, **values: int | bytes) -> None:
        named = {f"new_{name}": value for name, value in values.items()}
        self._connection.execute(_change(tuple(values)), {"named": sha256, **named})


def _row(row: Any) -> BlobRow:
    return BlobRow(
        sha256=row.sha256,
        size=row.size,
        state=BlobState(row.state),
        have=row.have,
        added_ms=row.added_ms,
        reason=FileReason(row.reason),
        paused=row.paused,
        damaged=row.damaged,
        letter=row.letter,
        sent_behind=row.sent_behind,
    )

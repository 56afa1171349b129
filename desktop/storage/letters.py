"""Letters: the table, its places, and writing.

The row id `n` is `day of receipt << 24 | serial within the day`. It rises with time, so that the register, its paging
and the full-text search all go newest first along the key; a letter entered late gets its place by its day.
`letter_day` counts letters a day: the total and the place of a row are known without counting a million rows.
"""

from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    String,
    Table,
    bindparam,
    delete,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Connection

from core.domain.attachments import Attachment
from core.domain.attendance import Attendance
from core.domain.ids import LetterId, PositionId
from core.domain.letter_changes import LetterChange
from core.domain.letter_readings import LetterReading
from core.domain.letters import Arrival, Channel, IncomingLetter, LetterStatus, SecurityLevel, Urgency
from core.domain.receipts import Receipt
from core.domain.secrecy import SealedKey, is_sealed
from core.protocol.codec import decode, encode
from desktop.storage.base import DayNumber, UtcSeconds, metadata
from desktop.storage.letter_files import refer, unrefer
from desktop.storage.record_table import RecordTable, Stored
from desktop.storage.scan_index import ScansMoved, follow
from desktop.storage.search_words import forget, learn
from sql.direct import keep, kept

SERIAL_BITS = 24

letter = Table(
    "letter",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("id", LargeBinary, nullable=False, unique=True),
    Column("office", Integer, nullable=False),
    Column("agenda_year", Integer, nullable=False),
    Column("agenda_no", Integer, nullable=False),
    Column("received_on", DayNumber, nullable=False),
    Column("letter_no", String, nullable=False),
    Column("letter_date", DayNumber),
    Column("sender", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("security", Integer, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("classification", String, nullable=False),
    Column("addressee", Integer),
    Column("due_on", DayNumber),
    Column("channel", Integer, nullable=False),
    Column("summary", String, nullable=False),
    Column("scans", LargeBinary, nullable=False),
    Column("status", Integer, nullable=False),
    Column("record_file", LargeBinary),
    Column("involved", LargeBinary, nullable=False),
    Column("open_answers", Integer, nullable=False),
    Column("registered_by", Integer, nullable=False),
    Column("registered_at", UtcSeconds, nullable=False),
    Column("book", Integer, nullable=False),
    Column("agenda_suffix", String, nullable=False),
    Column("changes", LargeBinary, nullable=False),
    Column("keys", LargeBinary, nullable=False),
    Column("readings", LargeBinary, nullable=False),
    Column("arrivals", LargeBinary, nullable=False),
    Column("merged_into", LargeBinary),
    Column("receipts", LargeBinary, nullable=False),
    Column("event_on", DayNumber),
    Column("event_from", String, nullable=False),
    Column("event_until", String, nullable=False),
    Column("event_place", String, nullable=False),
    Column("attendance", LargeBinary, nullable=False),
    Column("reply_by", DayNumber),
    Column("reply_asked", Integer, nullable=False),
    Column("reply_no", String, nullable=False),
    Column("reply_reason", String, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("mark", Integer, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)
letter_day = Table(
    "letter_day",
    metadata,
    Column("day", Integer, primary_key=True),
    Column("letters", Integer, nullable=False),
    Column("last_serial", Integer, nullable=False),
)
letter_involved = Table(
    "letter_involved",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("n", Integer, primary_key=True),
)

_SEARCH_INSERT = keep(
    text(
        "INSERT INTO letter_search (rowid, letter_no, sender, subject, summary)"
        " VALUES (:n, :letter_no, :sender, :subject, :summary)"
    )
)
_SEARCH_DELETE = keep(text("DELETE FROM letter_search WHERE rowid = :n"))
_ONE_LESS = keep(text("UPDATE letter_day SET letters = letters - 1 WHERE day = :day"))
_COUNT = keep(text("SELECT count(*) FROM letter"))
_PART = 500
_NO_SCANS = _NO_KEYS = encode(())


@kept
def _involve() -> Any:
    return insert(letter_involved).on_conflict_do_nothing()


@kept
def _scanned() -> Any:
    some = (letter.c.id.in_(bindparam("ids", expanding=True)), letter.c.scans != _NO_SCANS)
    return select(letter.c.id, letter.c.involved).where(*some)


@kept
def _for_readers(*, among: bool) -> Any:
    sealed = (letter.c.security >= SecurityLevel.SECRET, letter.c["keys"] != _NO_KEYS)
    if among:
        return select(letter.c.id).where(letter.c.id.in_(bindparam("ids", expanding=True)), *sealed)
    # The first condition is that of the index, word for word: SQLite would ask for a value, and prepare it anew.
    return select(letter.c.id).where(letter.c.security > literal_column("0"), *sealed)


@kept
def _of_positions() -> Any:
    of = letter_involved.c.position.in_(bindparam("positions", expanding=True))
    return select(letter.c.id).join(letter_involved, letter_involved.c.n == letter.c.n).where(of)


@kept
def _forget_involved() -> Any:
    return delete(letter_involved).where(letter_involved.c.n == bindparam("gone"))


def first_of_day(day: int) -> int:
    """The smallest row id of a day (ordinal)."""
    return day << SERIAL_BITS


def day_of(n: int) -> int:
    """The day (ordinal) of a row id."""
    return n >> SERIAL_BITS


class LetterTable(RecordTable[IncomingLetter]):
    """Writes letters with their places, involvements and search entries."""

    def __init__(self) -> None:
        """The one letter table."""
        super().__init__(
            letter,
            IncomingLetter,
            packed={
                "scans": tuple[Attachment, ...],
                "involved": tuple[PositionId, ...],
                "changes": tuple[LetterChange, ...],
                "keys": tuple[SealedKey, ...],
                "readings": tuple[LetterReading, ...],
                "arrivals": tuple[Arrival, ...],
                "receipts": tuple[Receipt, ...],
                "attendance": tuple[Attendance, ...],
            },
            enums={
                "security": SecurityLevel,
                "urgency": Urgency,
                "channel": Channel,
                "status": LetterStatus,
            },
        )

    @cached_property
    def _insert(self) -> Any:
        return keep(insert(letter))

    @cached_property
    def _take_out(self) -> Any:
        return keep(delete(letter).where(letter.c.n == bindparam("gone")))

    @cached_property
    def _some(self) -> Any:
        return keep(select(letter).where(letter.c.id.in_(bindparam("ids", expanding=True))))

    @cached_property
    def _days(self) -> Any:
        days = letter_day.c.day.in_(bindparam("days", expanding=True))
        return keep(select(letter_day.c.day, letter_day.c.last_serial).where(days))

    @cached_property
    def _count(self) -> Any:
        statement = insert(letter_day)
        return keep(
            statement.on_conflict_do_update(
                index_elements=[letter_day.c.day],
                set_={
                    "letters": letter_day.c.letters + statement.excluded.letters,
                    "last_serial": statement.excluded.last_serial,
                },
            )
        )

    @cached_property
    def _update(self) -> Any:
        changing: dict[str, Any] = {name: bindparam(f"new_{name}") for name in self._names if name not in ("id", "n")}
        return keep(update(letter).where(letter.c.n == bindparam("at")).values(**changing))

    def put(self, connection: Connection, stored: Sequence[Stored[IncomingLetter]]) -> None:
        """Insert or replace letters; a changed day of receipt moves the letter."""
        latest: dict[bytes, Stored[IncomingLetter]] = {one.record.id: one for one in stored}
        known = self._known(connection, list(latest))
        moved = [row_id for row_id, old in known.items() if old.received_on != latest[row_id].record.received_on]
        left = self._remove(connection, moved)
        for row_id in moved:
            del known[row_id]
        fresh = [one for row_id, one in latest.items() if row_id not in known]
        self._replace(connection, [(old, latest[row_id]) for row_id, old in known.items()])
        placed = self._place(connection, fresh)
        if placed:
            connection.execute(self._insert, [{"n": n, **self.values(one)} for n, one in placed])
            entries = [{"n": n, **_indexed(one.record)} for n, one in placed]
            connection.execute(_SEARCH_INSERT, entries)
            learn(connection, _texts(entries))
            self._involve(connection, placed)
            refer(connection, [(n, one.record.scans) for n, one in placed])
            left += [ScansMoved(n, one.record.scans) for n, one in placed]
        follow(connection, left)

    def _replace(self, connection: Connection, pairs: Sequence[tuple[Any, Stored[IncomingLetter]]]) -> None:
        """Change letters that keep their place; search and involvements only where they differ."""
        if not pairs:
            return
        connection.execute(self._update, [{"at": old.n, **self._new_values(one)} for old, one in pairs])
        reworded = [(old.n, one) for old, one in pairs if _indexed(old) != _indexed(one.record)]
        if reworded:
            connection.execute(_SEARCH_DELETE, [{"n": n} for n, _ in reworded])
            entries = [{"n": n, **_indexed(one.record)} for n, one in reworded]
            connection.execute(_SEARCH_INSERT, entries)
            learn(connection, _texts(entries))
            places = {n for n, _ in reworded}
            forget(connection, _texts([_indexed(old) for old, _ in pairs if old.n in places]))
        readdressed = [(old.n, one) for old, one in pairs if self.record(old).involved != one.record.involved]
        if readdressed:
            gone = [{"gone": n} for n, _ in readdressed]
            connection.execute(_forget_involved(), gone)
            self._involve(connection, readdressed)
        rescanned = [(old.n, scans, one) for old, one in pairs if (scans := self.record(old).scans) != one.record.scans]
        if rescanned:
            unrefer(connection, [(n, scans) for n, scans, _ in rescanned])
            refer(connection, [(n, one.record.scans) for n, _, one in rescanned])
        hidden = [(old.n, one.record.scans, one) for old, one in pairs if old.security != one.record.security]
        follow(connection, [ScansMoved(n, (*had, *one.record.scans)) for n, had, one in (*rescanned, *hidden)])

    def _new_values(self, stored: Stored[IncomingLetter]) -> dict[str, Any]:
        return {f"new_{name}": value for name, value in self.values(stored).items() if name != "id"}

    @staticmethod
    def _involve(connection: Connection, placed: Sequence[tuple[int, Stored[IncomingLetter]]]) -> None:
        rows = [{"position": position, "n": n} for n, one in placed for position in one.record.involved]
        if rows:
            connection.execute(_involve(), rows)

    def delete(self, connection: Connection, row_ids: Any) -> None:
        """Delete letters with their places, involvements, references to files, search entries and texts of scans."""
        follow(connection, self._remove(connection, list(row_ids)))

    def _remove(self, connection: Connection, row_ids: list[bytes]) -> list[ScansMoved]:
        """Delete letters but for the texts of their scans; what has to be told `follow`."""
        found = self._known(connection, row_ids)
        if not found:
            return []
        at = [{"gone": row.n, "n": row.n, "day": day_of(row.n)} for row in found.values()]
        connection.execute(_SEARCH_DELETE, at)
        forget(connection, _texts([_indexed(row) for row in found.values()]))
        connection.execute(_forget_involved(), at)
        scans = [(row.n, self.record(row).scans) for row in found.values()]
        unrefer(connection, scans)
        connection.execute(_ONE_LESS, at)
        connection.execute(self._take_out, at)
        return [ScansMoved(n, several) for n, several in scans]

    def _known(self, connection: Connection, row_ids: list[bytes]) -> dict[bytes, Any]:
        found: dict[bytes, Any] = {}
        for start in range(0, len(row_ids), _PART):
            part = row_ids[start : start + _PART]
            for row in connection.execute(self._some, {"ids": part}):
                found[row.id] = row
        return found

    def _place(
        self, connection: Connection, fresh: Sequence[Stored[IncomingLetter]]
    ) -> list[tuple[int, Stored[IncomingLetter]]]:
        """Give each new letter its row id and count it under its day."""
        if not fresh:
            return []
        days = sorted({one.record.received_on.toordinal() for one in fresh})
        serials: dict[int, int] = dict.fromkeys(days, 0)
        for start in range(0, len(days), _PART):
            part = days[start : start + _PART]
            rows = connection.execute(self._days, {"days": part})
            serials.update({row.day: row.last_serial for row in rows})
        added: dict[int, int] = {}
        placed = []
        for one in fresh:
            day = one.record.received_on.toordinal()
            serials[day] += 1
            added[day] = added.get(day, 0) + 1
            placed.append((first_of_day(day) | serials[day], one))
        # The search index writes out what it has gathered whenever a row comes below the one before it.
        placed.sort(key=itemgetter(0))
        connection.execute(
            self._count,
            [{"day": day, "letters": count, "last_serial": serials[day]} for day, count in added.items()],
        )
        return placed


def count_letters(connection: Connection) -> int:
    """How many letters are here."""
    return int(connection.execute(_COUNT).scalar_one())


def with_scans(connection: Connection, row_ids: Sequence[bytes]) -> list[tuple[bytes, tuple[PositionId, ...]]]:
    """Those of some letters that have scans, each with the positions that are involved in it."""
    found: list[tuple[bytes, tuple[PositionId, ...]]] = []
    for start in range(0, len(row_ids), _PART):
        rows = connection.execute(_scanned(), {"ids": row_ids[start : start + _PART]})
        found += [(row_id, decode(involved, tuple[PositionId, ...])) for row_id, involved in rows]
    return found


def letters_of(connection: Connection, positions: Collection[PositionId]) -> set[bytes]:
    """The letters here in which one of these positions is involved."""
    if not positions:
        return set()
    return set(connection.execute(_of_positions(), {"positions": sorted(positions)}).scalars())


def letters_for_readers(connection: Connection, among: Collection[LetterId] | None = None) -> list[LetterId]:
    """The secret letters here that have keys for readers, of `among` alone if given: by an index either way."""
    if among is None:
        return [LetterId(row_id) for row_id in connection.execute(_for_readers(among=False)).scalars()]
    some = connection.execute(_for_readers(among=True), {"ids": sorted(among)})
    return [LetterId(row_id) for row_id in some.scalars()]


def scans_before(connection: Connection, n: int, limit: int) -> list[tuple[int, LetterId, tuple[Attachment, ...]]]:
    """(row id, letter, scans) of open letters that have scans, the newest first, below a row id.

    Struck letters are left out, and secret ones: their scans come to those whom they are addressed to.
    """
    statement = (
        select(letter.c.n, letter.c.id, letter.c.scans)
        .where(letter.c.n < n, letter.c.scans != _NO_SCANS)
        .where(letter.c.security < SecurityLevel.SECRET, letter.c.status != LetterStatus.VOID)
        .order_by(letter.c.n.desc())
        .limit(limit)
    )
    rows = connection.execute(statement)
    return [(row.n, LetterId(row.id), decode(row.scans, tuple[Attachment, ...])) for row in rows]


def _indexed(record: Any) -> dict[str, str]:
    # What is secret stays out of the index: its words would give it away.
    secret = record.security >= SecurityLevel.SECRET
    return {
        "letter_no": record.letter_no,
        "sender": record.sender,
        "subject": "" if secret or is_sealed(record.subject) else record.subject,
        "summary": "" if secret or is_sealed(record.summary) else record.summary,
    }


def _texts(entries: Sequence[dict[str, Any]]) -> Iterator[str]:
    """What stands in the search index of these, but for the numbers: nobody spells one otherwise."""
    return (entry[name] for entry in entries for name in ("sender", "subject", "summary"))


letters = LetterTable()

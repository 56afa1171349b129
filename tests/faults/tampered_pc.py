"""A PC at rest with everything in its store, and edits of it that somebody with the key may make."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from core.domain.dispositions import ReadDisposition
from core.domain.ids import DispositionId, LetterId, StreamId, TenantId
from core.domain.streams import DIRECTORY, StreamKey, StreamKind, inbox_of
from core.protocol.messages import OpResult, StreamCheck, StreamGrant
from core.protocol.rows import Row, pack_rows
from desktop.services.verifying import VerifyService
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.engine import open_engine
from desktop.storage.healing import Healing
from desktop.storage.opening import open_store
from desktop.storage.replica import Replica
from desktop.storage.settling import settle_ops
from desktop.storage.unit_of_work import RECORD_TABLES, Store
from desktop.sync.daily_heads import head_asked, take_heads
from tests.conflict_factory import conflict
from tests.factories import (
    HEAD,
    NOW,
    OFFICE,
    REGISTRAR,
    SECTION,
    actor,
    directory,
    disposition,
    held_act,
    letter,
    record_file,
)
from tests.number_factory import number_book, number_fate
from tests.support.desks import Desk, entry
from tests.support.heads import SIGNING, SignedLog
from tests.support.stores import KEY, office_store

STORE, FILES = "pesagi.db", "berkas"
REGISTER = StreamKey(kind=StreamKind.REGISTER, owner=OFFICE, year=2026)
# Columns that no op and no row proves, and that only choose how something is done.
FREE = {("stream", "priority")}
_DAY_MS = 24 * 3600 * 1000


@dataclass(frozen=True)
class PcCopy:
    """The folder of a PC that nobody has open, and what it tells the server of its streams."""

    folder: Path
    told: tuple[StreamCheck, ...]

    def again(self, folder: Path) -> PcCopy:
        """A copy of this copy."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.folder, folder)
        return PcCopy(folder, self.told)

    def found_by(self) -> str:
        """What finds that it is not as it was: `check`, `server` by what the PC tells it, `open`; empty if nothing."""
        try:
            store = open_store(self.folder / STORE, KEY, NOW)
        except Exception:  # noqa: BLE001  # whatever it is, it is not passed over
            return "open"
        with closing(store):
            files = BlobFiles(self.folder / FILES, KEY, reserve=0)
            report = VerifyService(store, files).verify()
            if not report.whole:
                return "check"
            with store.read() as uow:
                return "" if Healing(uow).checks() == self.told else "server"


def pc_at_rest(folder: Path) -> PcCopy:
    """A PC of the office: server rows, own ops answered and waiting, streams, heads, files."""
    folder.mkdir(parents=True)
    store = office_store(folder / STORE, users=(REGISTRAR, HEAD))
    files = BlobFiles(folder / FILES, KEY, reserve=0)
    with closing(store):
        _receive(store)
        _work(store)
        _keep_heads(store)
        for number in range(6):
            sha256, size = files.add_bytes(f"%PDF pindaian {number}".encode() * 40)
            with store.begin() as uow:
                uow.blobs.add(sha256, size, state=BlobState.BOTH, now_ms=1)
        report = VerifyService(store, files).verify()
        assert report.whole, report.problems
        with store.read() as uow:
            told = Healing(uow).checks()
        store.truncate_log()
    return PcCopy(folder, told)


def _receive(store: Store) -> None:
    """What the server sent."""
    granted = [
        StreamGrant(stream=StreamId(number), key=key, priority=1)
        for number, key in enumerate((DIRECTORY, REGISTER, inbox_of(HEAD)), start=1)
    ]
    letters = [letter(id=_letter_id(number), agenda_no=number, subject=f"Undangan {number}") for number in range(1, 9)]
    orders = [
        disposition(id=DispositionId(bytes([number]) * 16), letter_id=_letter_id(number)) for number in range(1, 5)
    ]
    register = [*letters, *orders, record_file(), number_fate(), conflict(letter_id=_letter_id(1))]
    frames = {1: [*directory(), number_book()], 2: register, 3: [held_act(reviewers=(HEAD,))]}
    rev = 100
    with store.begin() as uow:
        uow.streams.grant(granted)
        for stream, records in frames.items():
            rows = []
            for record in records:
                rev += 1
                rows.append(Row(record, rev))
            Replica(uow).apply(pack_rows(StreamId(stream), rows, cursor=rev), StreamId(stream))


def _work(store: Store) -> None:
    """Own ops: some that the server has answered, some that wait, above rows of the server and by themselves."""
    clerk = Desk(store, REGISTRAR)
    clerk.letters.register(entry(subject="Sudah diterima"))
    clerk.letters.amend(_letter_id(2), {"subject": "Rapat"})
    with store.begin() as uow:
        results = [OpResult(seq=seq, first_rev=900 + 10 * seq) for seq in (1, 2)]
        settle_ops(uow, results, epoch=1)
        Replica(uow).perform(ReadDisposition(disposition_id=DispositionId(b"\x01" * 16)), actor(SECTION), NOW)
    clerk.letters.register(entry(subject="Masih menunggu"))
    clerk.letters.amend(_letter_id(3), {"subject": "Ditunda", "due_on": ""})


def _keep_heads(store: Store) -> None:
    with store.begin() as uow:
        identity = uow.meta.identity()
        assert identity is not None
        uow.meta.write(msgspec.structs.replace(identity, server_sign=SIGNING.sign_public))
        for day in (3, 4, 5):
            log = SignedLog(TenantId(identity.tenant), "abcde"[:day])
            take_heads(uow, log.answer(head_asked(uow, day * _DAY_MS)), day * _DAY_MS)


def _letter_id(number: int) -> LetterId:
    return LetterId(b"\x01\x98\xc0\xde" + bytes(11) + bytes([number]))


def edit_rows(copy: PcCopy, random: Random) -> str:
    """Change one column of one row, or take a row away, through a connection that holds the key."""
    tables = [table.table.name for table in RECORD_TABLES.values()] + ["outbox", "stream", "shadow", "daily_head"]
    engine = open_engine(copy.folder / STORE, KEY)
    try:
        with engine.begin() as connection:
            while True:
                table = random.choice(tables)
                rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608  # tables of our own
                if not rows:
                    continue
                row = random.choice(rows)
                names = [name for name in row._fields if (table, name) not in FREE]
                keys = _keys(connection, table)
                where = " AND ".join(f'"{key}" IS ?' for key in keys)
                values = tuple(getattr(row, key) for key in keys)
                gone = table not in ("outbox", "daily_head") or _waits(table, row)
                if gone and random.random() < 0.15 and table != "stream":
                    connection.exec_driver_sql(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608  # tables of our own
                    return f"delete {table} {values}"
                name = random.choice(names)
                new = other(getattr(row, name), random)
                try:
                    with connection.begin_nested():
                        connection.exec_driver_sql(f'UPDATE {table} SET "{name}" = ? WHERE {where}', (new, *values))  # noqa: S608  # tables of our own
                except Exception:  # noqa: BLE001, S112  # the table itself refuses it: another one
                    continue
                return f"{table}.{name} {getattr(row, name)!r} -> {new!r}"
    finally:
        engine.dispose()


def edit_bytes(copy: PcCopy, random: Random) -> str:
    """Change a byte of the store's file."""
    return bend(copy.folder / STORE, random, only_flip=True)


def edit_file(copy: PcCopy, random: Random) -> str:
    """Change a file of a letter, or take it away."""
    files = sorted(path for path in (copy.folder / FILES).rglob("*") if path.is_file())
    return bend(random.choice(files), random)


def bend(path: Path, random: Random, *, only_flip: bool = False) -> str:
    """Flip a bit, cut, lengthen or remove a file."""
    data = bytearray(path.read_bytes())
    way = 0 if only_flip else random.randrange(4)
    if way == 0:
        at = random.randrange(len(data))
        data[at] ^= 1 << random.randrange(8)
    elif way == 1:
        del data[random.randrange(len(data)) :]
    elif way == 2:
        data += random.randbytes(random.randint(1, 40))
    else:
        path.unlink()
        return f"{path.name} removed"
    path.write_bytes(data)
    return f"{path.name} {('flipped', 'cut', 'lengthened')[way]}"


def other(value: Any, random: Random) -> Any:
    """Another value than this one, such as somebody would write in its place."""
    if isinstance(value, int):
        return value + random.choice((-1, 1, 7, 1000)) if random.random() < 0.9 else str(value) + "x"
    if isinstance(value, str):
        return value + "x" if not value or random.random() < 0.5 else value[:-1]
    if isinstance(value, bytes):
        if not value or random.random() < 0.2:
            return value + b"\x01"
        at = random.randrange(len(value))
        return value[:at] + bytes([value[at] ^ (1 << random.randrange(8))]) + value[at + 1 :]
    return random.choice((0, 1, "x", b"\x00" * 16))


def _waits(table: str, row: Any) -> bool:
    return table == "outbox" and row.state == 0


def _keys(connection: Any, table: str) -> list[str]:
    rows = connection.exec_driver_sql(f"PRAGMA table_info({table})").all()
    return [row.name for row in rows if row.pk]


EDITS = (edit_rows, edit_rows, edit_rows, edit_bytes, edit_file)

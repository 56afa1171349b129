"""A store of an older program is brought up with everything in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import column, insert, table, text

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, PositionId, UserId
from core.domain.letters import IncomingLetter
from core.domain.revoking import Revocation
from core.domain.server_room import ServerRun
from core.domain.spelling import skeleton
from core.domain.structuring import PasswordRule
from core.protocol.codec import encode
from core.protocol.records import KIND_OF
from desktop.storage import upgrade
from desktop.storage.base import SyncMark
from desktop.storage.blob_table import UNSENT, BlobState, FileReason
from desktop.storage.letter_drafts import keep_draft, kept_draft
from desktop.storage.letter_search import search
from desktop.storage.letters import letter as letter_table
from desktop.storage.letters import letters
from desktop.storage.opening import open_store
from desktop.storage.proving import row_problems
from desktop.storage.record_table import Stored
from desktop.storage.scan_items import ThrownItem, add_item, given_items, open_items, throw_items, thrown_items
from desktop.storage.scan_texts import WaitingScan, line_up, next_waiting, unread
from desktop.storage.thrown_drafts import throw_draft, thrown_drafts
from desktop.storage.unit_of_work import RECORD_TABLES
from desktop.system.scan_item import ItemPage, Origin
from tests.agenda_factory import LATER_COLUMNS, RECENT_COLUMNS
from tests.factories import NOW, directory, disposition, held_act, letter, record_file
from tests.number_factory import book_year, number_book, number_fate
from tests.support.stores import KEY, every, store_of_schema

SCAN = Attachment(sha256=BlobHash(b"\x07" * 32), size=9_000, media=MediaType.PDF, pages=2, name="a.pdf")
INDEXED = (
    "INSERT INTO letter_search (rowid, letter_no, sender, subject, summary)"
    " VALUES (7, '005/1', 'Pekon Lombok', 'Soekarno Wahyyudhi', 'ok')"
)
INSERT = "INSERT INTO blob (sha256, size, state, have, added_ms, reason) VALUES (:sha256, 9000, :state, 0, 5, :reason)"


def test_a_store_of_the_first_schema_keeps_its_files_and_learns_their_letters(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    first = {BlobHash(SCAN.sha256): (BlobState.TO_SEND, 1), BlobHash(b"\x08" * 32): (BlobState.WANTED, 2)}
    first[BlobHash(b"\x09" * 32)] = (BlobState.WANTED, 0)
    with store_of_schema(path, 1) as old, old.begin() as uow:
        values = letters.values(Stored(letter(scans=(SCAN,)), 4, SyncMark.ON_SERVER))
        values = {name: value for name, value in values.items() if name not in LATER_COLUMNS}
        uow.connection.execute(insert(letter_table), {"n": 1, **values})
        for sha256, (state, reason) in first.items():
            uow.connection.execute(text(INSERT), {"sha256": sha256, "state": int(state), "reason": reason})

    store = open_store(path, KEY, NOW)

    with store.read() as uow:
        rows = {sha256: uow.blobs.get(sha256) for sha256 in first}
    assert [row and (row.state, row.reason, row.letter, row.paused) for row in rows.values()] == [
        (BlobState.TO_SEND, FileReason.ADDRESSED, letter().id, False),
        (BlobState.WANTED, FileReason.NIGHT, None, False),
        (BlobState.WANTED, FileReason.OPENED, None, False),
    ]
    assert [one.record for one in every(store, IncomingLetter)] == [letter(scans=(SCAN,))]
    store.close()
    assert len(list(tmp_path.glob("*sebelum*"))) == 1


def test_a_store_from_before_there_were_drafts_keeps_its_letters_and_can_keep_one(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    with store_of_schema(path, 16) as old, old.begin() as uow:
        values = letters.values(Stored(letter(), 4, SyncMark.ON_SERVER))
        values = {name: value for name, value in values.items() if name not in RECENT_COLUMNS}
        uow.connection.execute(insert(letter_table), {"n": 1, **values})

    store = open_store(path, KEY, NOW)

    with store.begin() as uow:
        keep_draft(uow.connection, UserId(1), PositionId(2), b"draft")
        assert kept_draft(uow.connection, UserId(1), PositionId(2)) == b"draft"
    assert [one.record for one in every(store, IncomingLetter)] == [letter()]
    store.close()


def test_a_store_from_before_words_were_kept_finds_what_is_spelled_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    with store_of_schema(path, 19) as old, old.begin() as uow:
        uow.connection.execute(text(INDEXED))

    store = open_store(path, KEY, NOW)

    with store.read() as uow:
        kept = {tuple(row) for row in uow.connection.execute(text("SELECT word, skeleton FROM search_word"))}
        assert kept == {(word, skeleton(word)) for word in ("pekon", "lombok", "soekarno", "wahyyudhi")}
        assert search(uow.connection, "lumbok", limit=5) == [7]
    store.close()


def test_a_store_from_before_there_was_an_inbox_of_scans_can_keep_one(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    with store_of_schema(path, 24):
        pass

    store = open_store(path, KEY, NOW)

    page = ItemPage(sha256=BlobHash(bytes(32)), size=9, media=MediaType.PDF, page=0, pages=1)
    with store.begin() as uow:
        item = add_item(uow.connection, (page,), name="a.pdf", origin=Origin.FILE, now_ms=1)
        assert given_items(uow.connection, page.sha256) == ()
    with store.read() as uow:
        assert open_items(uow.connection) == (item,)
    store.close()


def test_a_store_from_before_there_was_a_trash_keeps_its_scans_and_can_throw_one_away(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    page = ItemPage(sha256=BlobHash(bytes(32)), size=9, media=MediaType.PDF, page=0, pages=1)
    with store_of_schema(path, 31) as old, old.begin() as uow:
        statement = "INSERT INTO scan_item VALUES (1, 5, 0, 1, 1, 'a.pdf', 1, :pages)"
        uow.connection.execute(text(statement), {"pages": encode((page,))})

    store = open_store(path, KEY, NOW)

    with store.begin() as uow:
        (item,) = open_items(uow.connection)
        throw_items(uow.connection, [item.id], UserId(4), now_ms=2)
        throw_draft(uow.connection, UserId(4), PositionId(4), b"draf", now_ms=3)
    with store.read() as uow:
        assert thrown_items(uow.connection) == (ThrownItem(item=item, thrown_ms=2, user=UserId(4)),)
        assert [one.content for one in thrown_drafts(uow.connection, UserId(4), PositionId(4))] == [b"draf"]
    store.close()


def test_a_store_from_before_sent_files_were_told_apart_keeps_its_files(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    with store_of_schema(path, 33) as old, old.begin() as uow:
        for number in range(3):
            uow.blobs.add(bytes([number]) * 32, 900, state=BlobState.BOTH, now_ms=1)
        uow.blobs.set_state(bytes(32), BlobState.TO_SEND)
        uow.blobs.set_state(bytes([1]) * 32, BlobState.TO_SEAL)

    store = open_store(path, KEY, NOW)

    with store.read() as uow:
        found = [uow.blobs.get(bytes([number]) * 32) for number in range(3)]
    assert [one and one.sent_behind for one in found] == [UNSENT, UNSENT, None]
    store.close()


def test_a_store_from_before_scans_were_read_lines_up_those_that_are_here(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    with store_of_schema(path, 25) as old, old.begin() as uow:
        values = letters.values(Stored(letter(scans=(SCAN,)), 4, SyncMark.ON_SERVER))
        values = {name: value for name, value in values.items() if name not in RECENT_COLUMNS}
        uow.connection.execute(insert(letter_table), {"n": 1, **values})
        uow.connection.execute(text("INSERT INTO letter_scan VALUES (:start, 1)"), {"start": SCAN.sha256[:8]})
        uow.blobs.add(SCAN.sha256, SCAN.size, state=BlobState.BOTH, now_ms=1)

    store = open_store(path, KEY, NOW)

    with store.begin() as uow:
        line_up(uow.connection, unread(uow.connection, b"", limit=10))
        assert next_waiting(uow.connection) == WaitingScan(sha256=SCAN.sha256, pages=SCAN.pages, done=0)
    store.close()


@pytest.mark.parametrize("version", [18, 22, 28])
def test_a_store_with_an_office_and_its_work_in_it_is_brought_up_whole(tmp_path: Path, version: int) -> None:
    """Devices that are shut out (0019), units that are retired (0022), events (0029), sealed acts (0030) came later."""
    path = tmp_path / "pesagi.db"
    kept: list[Any] = [*directory(), letter(), disposition(), held_act(), record_file()]
    kept += number_book(), book_year(), number_fate()
    with store_of_schema(path, version) as old, old.begin() as uow:
        for number, record in enumerate(kept, start=1):
            kind = RECORD_TABLES[KIND_OF[type(record)].code]
            values = kind.values(Stored(record, number, SyncMark.ON_SERVER))
            name = kind.table.name
            there = {row.name for row in uow.connection.execute(text(f"PRAGMA table_info({name})"))}
            extra = {"n": 1} if name == "letter" else {}
            row = {key: value for key, value in {**extra, **values}.items() if key in there}
            uow.connection.execute(insert(table(name, *(column(one, kind.table.c[one].type) for one in row))), row)

    store = open_store(path, KEY, NOW)

    for record in kept:
        assert record in [one.record for one in every(store, type(record))]
    for new in (Revocation, PasswordRule, ServerRun):
        assert every(store, new) == []
    with store.read() as uow:
        assert uow.connection.execute(text("PRAGMA user_version")).scalar_one() == upgrade.SCHEMA
        # What a column holds that came later is what its field is by default: the row is proved as before.
        assert list(row_problems(uow.connection, lambda _done: None)) == []
    store.close()
    assert len(list(tmp_path.glob("*sebelum*"))) == 1

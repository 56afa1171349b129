"""A store of an older program is brought up with everything in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, text

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, PositionId, UserId
from core.domain.letters import IncomingLetter
from core.domain.spelling import skeleton
from desktop.storage import upgrade
from desktop.storage.base import SyncMark
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.letter_drafts import keep_draft, kept_draft
from desktop.storage.letter_search import search
from desktop.storage.letters import letter as letter_table
from desktop.storage.letters import letters
from desktop.storage.opening import open_store
from desktop.storage.record_table import Stored
from desktop.storage.scan_items import add_item, open_items
from desktop.system.scan_item import ItemPage, Origin
from tests.factories import NOW, letter
from tests.support.stores import KEY, every

SCAN = Attachment(sha256=BlobHash(b"\x07" * 32), size=9_000, media=MediaType.PDF, pages=2, name="a.pdf")
INDEXED = (
    "INSERT INTO letter_search (rowid, letter_no, sender, subject, summary)"
    " VALUES (7, '005/1', 'Pekon Lombok', 'Soekarno Wahyyudhi', 'ok')"
)
INSERT = "INSERT INTO blob (sha256, size, state, have, added_ms, reason) VALUES (:sha256, 9000, :state, 0, 5, :reason)"


def test_a_store_of_the_first_schema_keeps_its_files_and_learns_their_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pesagi.db"
    monkeypatch.setattr(upgrade, "SCHEMA", 1)
    monkeypatch.setattr(upgrade, "REVISION", "0001")
    old = open_store(path, KEY, NOW)
    first = {BlobHash(SCAN.sha256): (BlobState.TO_SEND, 1), BlobHash(b"\x08" * 32): (BlobState.WANTED, 2)}
    first[BlobHash(b"\x09" * 32)] = (BlobState.WANTED, 0)
    with old.begin() as uow:
        values = letters.values(Stored(letter(scans=(SCAN,)), 4, SyncMark.ON_SERVER))
        del values["changes"], values["keys"], values["proof"], values["readings"]  # came later
        uow.connection.execute(insert(letter_table), {"n": 1, **values})
        for sha256, (state, reason) in first.items():
            uow.connection.execute(text(INSERT), {"sha256": sha256, "state": int(state), "reason": reason})
    old.close()
    monkeypatch.undo()

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


def test_a_store_from_before_there_were_drafts_keeps_its_letters_and_can_keep_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pesagi.db"
    monkeypatch.setattr(upgrade, "SCHEMA", 16)
    monkeypatch.setattr(upgrade, "REVISION", "0016")
    old = open_store(path, KEY, NOW)
    with old.begin() as uow:
        values = letters.values(Stored(letter(), 4, SyncMark.ON_SERVER))
        uow.connection.execute(insert(letter_table), {"n": 1, **values})
    old.close()
    monkeypatch.undo()

    store = open_store(path, KEY, NOW)

    with store.begin() as uow:
        keep_draft(uow.connection, UserId(1), PositionId(2), b"draft")
        assert kept_draft(uow.connection, UserId(1), PositionId(2)) == b"draft"
    assert [one.record for one in every(store, IncomingLetter)] == [letter()]
    store.close()


def test_a_store_from_before_words_were_kept_finds_what_is_spelled_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pesagi.db"
    monkeypatch.setattr(upgrade, "SCHEMA", 19)
    monkeypatch.setattr(upgrade, "REVISION", "0019")
    old = open_store(path, KEY, NOW)
    with old.begin() as uow:
        uow.connection.execute(text(INDEXED))
    old.close()
    monkeypatch.undo()

    store = open_store(path, KEY, NOW)

    with store.read() as uow:
        kept = {tuple(row) for row in uow.connection.execute(text("SELECT word, skeleton FROM search_word"))}
        assert kept == {(word, skeleton(word)) for word in ("pekon", "lombok", "soekarno", "wahyyudhi")}
        assert search(uow.connection, "lumbok", limit=5) == [7]
    store.close()


def test_a_store_from_before_there_was_an_inbox_of_scans_can_keep_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pesagi.db"
    monkeypatch.setattr(upgrade, "SCHEMA", 24)
    monkeypatch.setattr(upgrade, "REVISION", "0024")
    open_store(path, KEY, NOW).close()
    monkeypatch.undo()

    store = open_store(path, KEY, NOW)

    page = ItemPage(sha256=BlobHash(bytes(32)), size=9, media=MediaType.PDF, page=0, pages=1)
    with store.begin() as uow:
        item = add_item(uow.connection, (page,), name="a.pdf", origin=Origin.FILE, now_ms=1)
    with store.read() as uow:
        assert open_items(uow.connection) == (item,)
    store.close()

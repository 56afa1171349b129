"""Opening a store: new, migrated, too new, with a wrong key, damaged; and what a transaction promises."""

from __future__ import annotations

import random
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, inspect, text
from sqlalchemy.exc import IntegrityError

from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter
from desktop.storage import upgrade
from desktop.storage.base import SyncMark
from desktop.storage.checking import page_problems
from desktop.storage.engine import open_engine
from desktop.storage.letter_files import refers_to_file
from desktop.storage.letters import letter as letter_table
from desktop.storage.letters import letters
from desktop.storage.meta import Chain, ClockSample, Identity, SyncFacts
from desktop.storage.opening import open_store
from desktop.storage.record_table import Stored
from desktop.storage.sync_log import KEPT, SyncLogEntry
from desktop.storage.unit_of_work import RowKey, Store
from desktop.storage.upgrade import upgrade_store
from desktop.sync.comparing import shall_compare
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.agenda_factory import LATER_COLUMNS
from tests.factories import DEVICE_ID, NOW, OFFICE, letter
from tests.support.stores import IDENTITY, KEY, empty_store, every, office_store, put, store_of_schema, undone

WRONG_KEY = bytes(32)
UNREADABLE = {FaultOf.STORE_UNREADABLE, FaultOf.STORE_DAMAGED}


def fault_of_opening(path: Path, key: bytes = KEY) -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as fault:
        open_store(path, key, NOW)
    return fault.value


def folded(store: Store) -> None:
    """Close the store, which folds its log into the file."""
    store.close()


def test_a_new_store_is_made_by_the_migration_and_opened_again_without_it(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    store = open_store(path, KEY, NOW)
    put(store, [letter()])
    folded(store)

    engine = open_engine(path, KEY)
    assert upgrade_store(engine, path, NOW) is None
    engine.dispose()
    again = open_store(path, KEY, NOW)
    assert [one.record for one in every(again, IncomingLetter)] == [letter()]
    folded(again)
    assert list(tmp_path.glob("*sebelum*")) == []


def test_a_newer_store_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    store = empty_store(path)
    with store.begin() as uow:
        uow.connection.execute(text(f"PRAGMA user_version = {upgrade.SCHEMA + 1}"))
    folded(store)
    before = path.read_bytes()

    fault = fault_of_opening(path)

    assert (fault.code, fault.number) == (FaultOf.STORE_NEWER, upgrade.SCHEMA + 1)
    assert path.read_bytes() == before


def test_a_store_of_the_first_schema_is_brought_up_with_its_letters(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    with store_of_schema(path, 1) as old, old.begin() as uow:
        for n, record in ((1, letter()), (2, letter(id=LetterId(bytes(16)), scans=()))):
            values = letters.values(Stored(record, 1, SyncMark.ON_SERVER))
            values = {name: value for name, value in values.items() if name not in LATER_COLUMNS}
            uow.connection.execute(insert(letter_table), {"n": n, **values})

    store = open_store(path, KEY, NOW)

    assert letter() in [one.record for one in every(store, IncomingLetter)]
    with store.read() as uow:
        files = [sha256 for scan in letter().scans for sha256 in (scan.sha256, scan.thumbnail)]
        assert all(refers_to_file(uow.connection, sha256) for sha256 in files)
        assert uow.connection.exec_driver_sql("SELECT count(*) FROM letter_scan").scalar() == len(files)
        assert uow.connection.exec_driver_sql("PRAGMA user_version").scalar() == upgrade.SCHEMA
        rows = uow.connection.exec_driver_sql("SELECT k, v FROM letter_search_config")
        settings = {row.k: row.v for row in rows}
    assert (settings["automerge"], settings["crisismerge"]) == (0, 64)
    folded(store)


def test_a_store_that_was_brought_up_compares_with_the_server_soon(tmp_path: Path) -> None:
    """The server may hold kinds of record that the older program passed over, as it shall."""
    path = tmp_path / "pesagi.db"
    with store_of_schema(path, 4) as old, old.begin() as uow:
        uow.meta.write(SyncFacts(compared_ms=1_700_000_000_000, last_success_ms=7))
        assert "conflict" not in inspect(uow.connection).get_table_names()

    store = open_store(path, KEY, NOW)

    with store.read() as uow:
        assert uow.meta.sync() == SyncFacts(compared_ms=1, last_success_ms=7)
        assert shall_compare(store, uow.meta.sync(), 1_700_000_000_000)
        assert "conflict" in inspect(uow.connection).get_table_names()
    folded(store)


def test_a_store_is_not_brought_up_without_the_note_to_compare(tmp_path: Path) -> None:
    """Whatever ends the program before that note would leave a store of this schema that never compares for it."""
    path = tmp_path / "pesagi.db"
    with store_of_schema(path, 25) as old, old.begin() as uow:
        uow.meta.write(SyncFacts(compared_ms=1_700_000_000_000))
        uow.connection.exec_driver_sql("CREATE TRIGGER stop BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, 'no'); END")

    with pytest.raises(IntegrityError):
        open_store(path, KEY, NOW)

    engine = open_engine(path, KEY)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA user_version").scalar() == 25
    engine.dispose()


def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pesagi.db"
    monkeypatch.setattr(upgrade, "SCHEMA", "no number")  # the last statement of the migration fails

    with pytest.raises(TypeError):
        open_store(path, KEY, NOW)
    monkeypatch.undo()

    store = open_store(path, KEY, NOW)
    put(store, [letter()])
    folded(store)


def test_a_wrong_key_opens_nothing(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    folded(empty_store(path))

    assert fault_of_opening(path, WRONG_KEY).code == FaultOf.STORE_UNREADABLE
    assert fault_of_opening(path, b"short").code == FaultOf.KEY_LOST
    folded(open_store(path, KEY, NOW))


@pytest.mark.parametrize("content", [b"not a database at all", b"SQLite format 3\x00" + bytes(4096), bytes(8192)])
def test_a_file_that_is_no_store_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pesagi.db"
    path.write_bytes(content)

    assert fault_of_opening(path).code in UNREADABLE
    assert path.read_bytes() == content


def test_a_store_without_its_folder_is_told(tmp_path: Path) -> None:
    assert fault_of_opening(tmp_path / "missing" / "pesagi.db").code == FaultOf.STORE_MISSING


def test_nothing_can_be_read_off_the_file(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    store = office_store(path)
    put(store, [letter(subject="Kata sandi brankas kantor")])
    written = [one.read_bytes() for one in tmp_path.iterdir()]
    folded(store)

    for content in (*written, path.read_bytes()):
        assert b"brankas" not in content
        assert b"Dinas" not in content
        assert b"SQLite format 3" not in content


def test_a_flipped_byte_is_an_error_and_never_a_wrong_letter(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    store = office_store(path)
    papers = [letter(id=LetterId(number.to_bytes(16, "big")), subject=f"Perihal {number}") for number in range(300)]
    put(store, papers)
    folded(store)
    whole, chance = path.read_bytes(), random.Random(7)
    bent_path = tmp_path / "bent.db"
    found = 0
    for _ in range(60):
        place = chance.randrange(len(whole))
        bent = bytearray(whole)
        bent[place] ^= 1 << chance.randrange(8)
        bent_path.write_bytes(bent)
        try:
            bent_store = open_store(bent_path, KEY, NOW)
        except EnvironmentFault as fault:
            assert fault.code in UNREADABLE  # noqa: PT017  # one of three right outcomes
            found += 1
            continue
        try:
            assert [one.record for one in every(bent_store, IncomingLetter)] == papers
        except EnvironmentFault as fault:
            assert fault.code in UNREADABLE  # noqa: PT017  # as above
        with bent_store.read() as uow:
            assert page_problems(uow.connection) != ()
        found += 1
        bent_store.close()
    assert found == 60


def test_a_cut_store_is_told(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    store = office_store(path)
    put(store, [letter(id=LetterId(number.to_bytes(16, "big"))) for number in range(300)])
    folded(store)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(EnvironmentFault) as fault:  # the one or the other tells it
        every(open_store(path, KEY, NOW), IncomingLetter)

    assert fault.value.code in UNREADABLE


def test_what_was_committed_is_there_after_a_crash(tmp_path: Path) -> None:
    path = tmp_path / "pesagi.db"
    store = office_store(path)
    put(store, [letter()])
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for one in tmp_path.glob("pesagi.db*"):  # the file and its log as a crash leaves them
        shutil.copy(one, crashed / one.name)
    folded(store)

    survived = open_store(crashed / "pesagi.db", KEY, NOW)
    assert [one.record for one in every(survived, IncomingLetter)] == [letter()]
    folded(survived)


def test_an_exception_rolls_everything_back_and_tells_nobody(store: Store) -> None:
    told: list[frozenset[RowKey]] = []
    store.listen(told.append)

    with undone(store) as uow:
        uow.meta.write(Chain(next_seq=9, head=bytes(32)))
        uow.changed.add((5, b"x"))

    with store.read() as uow:
        assert uow.meta.chain() == Chain()
    assert told == []


def test_a_commit_tells_what_changed(store: Store) -> None:
    told: list[frozenset[RowKey]] = []
    store.listen(told.append)

    with store.begin() as uow:
        uow.changed.add((5, b"x"))

    assert told == [frozenset({(5, b"x")})]


def test_a_reader_sees_one_state_while_another_writes(store: Store) -> None:
    with store.read() as reader:
        before = reader.meta.chain()
        with store.begin() as writer:
            writer.meta.write(Chain(next_seq=9, head=bytes(32)))
        assert reader.meta.chain() == before
    with store.read() as reader:
        assert reader.meta.chain().next_seq == 9


def test_writers_wait_for_each_other(store: Store) -> None:
    def count_up() -> None:
        for _ in range(20):
            with store.begin() as uow:
                uow.meta.write(Chain(next_seq=uow.meta.chain().next_seq + 1))

    threads = [threading.Thread(target=count_up) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with store.read() as uow:
        assert uow.meta.chain().next_seq == 61


def test_the_store_remembers_who_it_is_and_what_it_knows(store: Store) -> None:
    facts = (
        Identity(device=DEVICE_ID, tenant=IDENTITY.tenant, office=OFFICE, epoch=2, practice=True),
        Chain(next_seq=7, head=b"\x07" * 32),
        ClockSample(offset_ms=-90_000, uncertainty_ms=40),
        SyncFacts(feed_epoch=3, grants=4, last_problem="no_network"),
    )
    with store.begin() as uow:
        for fact in facts:
            uow.meta.write(fact)
    with store.read() as uow:
        assert (uow.meta.identity(), uow.meta.chain(), uow.meta.clock(), uow.meta.sync()) == facts


def test_a_new_store_knows_nothing(tmp_path: Path) -> None:
    store = empty_store(tmp_path / "new.db")
    with store.read() as uow:
        assert uow.meta.identity() is None
        assert (uow.meta.chain(), uow.meta.clock(), uow.meta.sync()) == (Chain(), ClockSample(), SyncFacts())
        assert uow.accounts.users() == ()
    store.close()


def test_the_log_of_rounds_keeps_the_newest(store: Store) -> None:
    def entry(number: int) -> SyncLogEntry:
        started = int((NOW + timedelta(minutes=number)).timestamp() * 1000)
        return SyncLogEntry(started_ms=started, seconds=1.5, outcome="ok", bytes_up=number, bytes_down=2, ops=3, rows=4)

    with store.begin() as uow:
        for number in range(KEPT + 3):
            uow.sync_log.add(entry(number))

        assert uow.sync_log.latest(2) == (entry(KEPT + 2), entry(KEPT + 1))
        assert len(uow.sync_log.latest(KEPT * 2)) == KEPT

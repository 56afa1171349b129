"""Periksa data: what is whole is called whole, and every kind of damage is found."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from core.domain.ids import LetterId
from core.protocol.daily_heads import DailyHead
from desktop.services.sync_center import NO_TROUBLE, Care, SyncCenterService, Trouble
from desktop.services.verifying import VerifyReport, VerifyService
from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles
from desktop.storage.checking import page_problems
from desktop.storage.daily_heads import KeptHead
from desktop.storage.letter_list import search
from desktop.storage.opening import open_store
from desktop.storage.search_index import begin_whole_merge
from desktop.storage.unit_of_work import Store
from tests.factories import NOW, REGISTRAR, TODAY, letter
from tests.support.desks import Desk, entry
from tests.support.stores import KEY, office_store, put

CONTENT = [b"%PDF one", b"%PDF two"]


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


@pytest.fixture
def hashes(store: Store, files: BlobFiles) -> list[bytes]:
    """Two scans that are here and one that is only on the server; and three letters registered here."""
    added = [files.add_bytes(content) for content in CONTENT]
    desk = Desk(store, REGISTRAR)
    for number in range(3):
        desk.letters.register(entry(subject=f"Undangan {number}"))
    with store.begin() as uow:
        for sha256, size in added:
            uow.blobs.add(sha256, size, state=BlobState.TO_SEND, now_ms=1)
        uow.blobs.add(bytes(32), 5, state=BlobState.WANTED, now_ms=1)
    return [sha256 for sha256, _ in added]


def verify(store: Store, files: BlobFiles) -> VerifyReport:
    return VerifyService(store, files).verify()


def damage(store: Store, statement: str, **values: object) -> None:
    with store.begin() as uow:
        uow.connection.execute(text(statement), values)


def test_what_another_connection_wrote_into_the_search_meanwhile_is_no_damage(store: Store) -> None:
    put(store, [letter(subject="Undangan rapat")])
    with store.read() as one, store.read() as other:
        for uow in (one, other):
            assert search(uow.connection, "undangan", limit=5)

    put(store, [letter(id=LetterId(bytes([number] * 16)), subject=f"Undangan {number}") for number in range(1, 40)])
    with store.begin() as uow:
        begin_whole_merge(uow.connection)

    with store.read(), store.read() as uow:  # the first takes the connection that wrote
        assert page_problems(uow.connection) == ()


def test_what_is_whole_is_called_whole(store: Store, files: BlobFiles, hashes: list[bytes]) -> None:
    report = verify(store, files)

    assert (report.whole, report.problems, report.letters) == (True, (), 3)
    assert (report.files, report.files_missing, report.files_damaged) == (2, 0, 0)
    assert len(hashes) == 2


def test_a_flipped_byte_in_a_file_is_found(store: Store, files: BlobFiles, hashes: list[bytes]) -> None:
    files.path(hashes[0]).write_bytes(b"%PDF onf")

    report = verify(store, files)

    assert (report.whole, report.files_damaged, report.files_missing) == (False, 1, 0)


def test_a_missing_file_is_found(store: Store, files: BlobFiles, hashes: list[bytes]) -> None:
    files.delete(hashes[1])

    report = verify(store, files)

    assert (report.whole, report.files_damaged, report.files_missing) == (False, 0, 1)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE outbox SET op = x'00' WHERE seq = 2", "op 2 unreadable"),
        ("UPDATE outbox SET head = zeroblob(32) WHERE seq = 2", "op 2 out of chain"),
        ("UPDATE outbox SET op = (SELECT op FROM outbox WHERE seq = 1) WHERE seq = 3", "op 3 out of chain"),
        ("UPDATE outbox SET seq = 7 WHERE seq = 3", "op 7 out of chain"),
        ("DELETE FROM meta WHERE name = 'chain'", ""),
        ("UPDATE letter_day SET letters = letters + 1", "letter_day 4 != 3"),
        ("DELETE FROM letter_search", "letter_search 0 != 3"),
    ],
)
def test_what_does_not_agree_is_found(
    store: Store, files: BlobFiles, hashes: list[bytes], *, statement: str, told: str
) -> None:
    damage(store, statement)

    report = verify(store, files)

    assert not told or told in report.problems
    assert report.whole == (not told)
    assert hashes


def test_a_chain_that_ends_elsewhere_is_found(store: Store, files: BlobFiles, hashes: list[bytes]) -> None:
    with store.begin() as uow:
        chain = uow.meta.chain()
        uow.meta.write(type(chain)(next_seq=chain.next_seq, head=bytes(32)))

    assert verify(store, files).problems == ("chain end",)
    assert hashes


def test_a_damaged_page_is_reported_and_not_raised(tmp_path: Path, files: BlobFiles) -> None:
    path = tmp_path / "bent.db"
    store = office_store(path)
    put(store, [letter(id=LetterId(number.to_bytes(16, "big"))) for number in range(200)])
    store.close()
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    bent = open_store(path, KEY, NOW)

    report = verify(bent, files)

    assert not report.whole
    assert report.problems
    bent.close()


def trouble(store: Store) -> Trouble:
    return SyncCenterService(store).overview().trouble


def test_what_a_check_found_is_told_in_pusat_sinkron_until_a_check_finds_all_whole(
    store: Store, files: BlobFiles, hashes: list[bytes]
) -> None:
    checking = VerifyService(store, files, lambda: NOW)
    assert trouble(store) == NO_TROUBLE
    kept = files.path(hashes[0]).read_bytes()
    files.path(hashes[0]).write_bytes(b"%PDF onf")
    checking.verify()
    assert trouble(store) == Trouble(care=Care.FILES_BAD, day=TODAY, count=1)

    damage(store, "UPDATE letter_day SET letters = letters + 1")
    checking.verify()
    assert trouble(store).care is Care.DATA_BROKEN, "the worst of it alone"

    damage(store, "UPDATE letter_day SET letters = letters - 1")
    files.path(hashes[0]).write_bytes(kept)
    checking.verify()
    assert trouble(store) == NO_TROUBLE


def test_a_check_that_was_stopped_says_nothing(store: Store, files: BlobFiles, hashes: list[bytes]) -> None:
    files.delete(hashes[0])

    VerifyService(store, files, lambda: NOW).verify(stopped=lambda: True)

    assert trouble(store) == NO_TROUBLE


@pytest.mark.parametrize(("epochs", "told"), [((1, 1), Care.LOG_BROKEN), ((1, 2), Care.NONE)])
def test_a_log_that_does_not_continue_is_told_but_not_one_that_was_put_back_from_a_backup(
    store: Store, *, epochs: tuple[int, int], told: Care
) -> None:
    heads = [
        KeptHead(
            line=line,
            head=DailyHead(number=1, day=100 + line, seq=line, running=bytes(24)),
            chain=bytes([line]) * 32,
            signature=bytes(64),
            feed_epoch=epoch,
            told_ms=line,
        )
        for line, epoch in enumerate(epochs, start=1)
    ]
    with store.begin() as uow:
        uow.daily_heads.add(heads)

    assert trouble(store).care is told

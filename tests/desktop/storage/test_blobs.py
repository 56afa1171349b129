"""Files by their hash: whole or not there, whatever happens while they are written."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.storage.blob_table import BlobState
from desktop.storage.blobs import BlobFiles, copy_file, disk_fault
from desktop.storage.file_places import INCOMING
from desktop.storage.unit_of_work import Store
from desktop.system.durability import free_bytes
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.support.files import content_of
from tests.support.stores import KEY

SCAN = b"%PDF-1.7 " + bytes(range(256)) * 3_000
HASH = hashlib.sha256(SCAN).digest()


@pytest.fixture
def files(tmp_path: Path) -> BlobFiles:
    return BlobFiles(tmp_path / "berkas", KEY, reserve=0)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "undangan.pdf"
    path.write_bytes(SCAN)
    return path


def fetched(files: BlobFiles, content: bytes) -> None:
    with files.grow(HASH) as grown:
        grown.write(content)


def everything_in(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "berkas").rglob("*") if path.is_file()]


def test_what_a_crash_left_half_taken_in_is_cleared_and_nothing_else(
    files: BlobFiles, scan: Path, tmp_path: Path
) -> None:
    files.add(scan)
    incoming = tmp_path / "berkas" / INCOMING
    left = incoming / f"{os.getpid() + 1}-0011"
    under_way = incoming / f"{os.getpid()}-0011"
    for one in (left, under_way):
        one.write_bytes(b"%PDF")

    assert files.clear_incoming() == 1

    assert not left.exists()
    assert under_way.exists()
    assert files.verify(HASH)


def test_there_is_nothing_to_clear_where_no_file_was_ever_taken_in(files: BlobFiles) -> None:
    assert files.clear_incoming() == 0


def test_a_file_is_found_by_the_hash_of_its_content(files: BlobFiles, scan: Path) -> None:
    assert files.add(scan) == (HASH, len(SCAN))
    assert content_of(files, HASH) == SCAN
    assert files.has(HASH)
    assert files.verify(HASH)


def test_the_same_content_is_kept_once(files: BlobFiles, scan: Path, tmp_path: Path) -> None:
    files.add(scan)
    files.add(scan)
    files.add_bytes(SCAN)

    assert everything_in(tmp_path) == [files.path(HASH)]


def test_bytes_are_kept_like_files(files: BlobFiles) -> None:
    assert files.add_bytes(SCAN) == (HASH, len(SCAN))
    assert files.add_bytes(b"") == (hashlib.sha256(b"").digest(), 0)
    assert files.verify(HASH)


def test_a_deleted_file_is_gone_and_deleting_it_again_is_no_trouble(files: BlobFiles) -> None:
    files.add_bytes(SCAN)
    files.delete(HASH)
    files.delete(HASH)

    assert not files.has(HASH)
    assert not files.verify(HASH)


def test_a_flipped_bit_is_found(files: BlobFiles) -> None:
    files.add_bytes(SCAN)
    bent = bytearray(files.path(HASH).read_bytes())
    bent[1000] ^= 4
    files.path(HASH).write_bytes(bent)

    assert files.has(HASH)
    assert not files.verify(HASH)


def test_what_a_crash_left_half_written_does_not_matter(files: BlobFiles, tmp_path: Path) -> None:
    incoming = tmp_path / "berkas" / "incoming"
    incoming.mkdir(parents=True)
    (incoming / "1-abc").write_bytes(SCAN[:10])

    assert not files.has(HASH)
    files.add_bytes(SCAN)
    assert files.verify(HASH)


def test_a_write_that_fails_leaves_nothing(
    files: BlobFiles, scan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("desktop.storage.blobs.os.fsync", fail)

    writes: list[Callable[[], object]] = [lambda: files.add(scan), lambda: files.add_bytes(SCAN)]
    for write in writes:
        with pytest.raises(EnvironmentFault) as fault:
            write()
        assert fault.value.code == FaultOf.DISK_FULL
    assert everything_in(tmp_path) == []


def test_a_full_disk_is_told_before_anything_is_written(scan: Path, tmp_path: Path) -> None:
    files = BlobFiles(tmp_path / "berkas", KEY, reserve=2 * free_bytes(tmp_path) + len(SCAN))

    writes: list[Callable[[], object]] = [
        lambda: files.add(scan),
        lambda: files.add_bytes(SCAN),
        lambda: files.require_room(1),
    ]
    for write in writes:
        with pytest.raises(EnvironmentFault) as fault:
            write()
        assert fault.value.code == FaultOf.DISK_FULL
    assert everything_in(tmp_path) == []


@pytest.mark.parametrize(("name", "code"), [("missing.pdf", FaultOf.FILE_MISSING), (".", FaultOf.DISK_FAILED)])
def test_a_source_that_cannot_be_read_is_told(files: BlobFiles, tmp_path: Path, name: str, code: FaultOf) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        files.add(tmp_path / name)

    assert fault.value.code == code
    assert everything_in(tmp_path) == []


def test_a_fetched_file_takes_its_place_when_its_content_is_right(files: BlobFiles) -> None:
    fetched(files, SCAN)

    files.finish(HASH)

    assert files.verify(HASH)
    assert not files.partial(HASH).exists()


def test_a_fetched_file_with_wrong_content_is_thrown_away(files: BlobFiles) -> None:
    fetched(files, SCAN + b"more")

    with pytest.raises(EnvironmentFault) as fault:
        files.finish(HASH)

    assert fault.value.code == FaultOf.FILE_DAMAGED
    assert not files.partial(HASH).exists()
    assert not files.has(HASH)


def test_a_half_fetched_file_counts_for_nothing(files: BlobFiles) -> None:
    fetched(files, SCAN[:100])

    assert files.grown(HASH) == 100
    assert not files.has(HASH)


def test_a_copy_is_the_same_and_where_it_cannot_be_is_told(scan: Path, tmp_path: Path) -> None:
    copy_file(scan, tmp_path / "copy.pdf")
    assert (tmp_path / "copy.pdf").read_bytes() == SCAN

    with pytest.raises(EnvironmentFault):
        copy_file(scan, tmp_path / "missing" / "copy.pdf")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, FaultOf.DISK_FULL),
        (errno.EDQUOT, FaultOf.DISK_FULL),
        (errno.EIO, FaultOf.DISK_FAILED),
        (errno.EACCES, FaultOf.DISK_FAILED),
    ],
)
def test_the_disk_says_whether_it_is_full_or_broken(number: int, code: FaultOf) -> None:
    assert disk_fault(OSError(number, os.strerror(number))).code == code


def test_windows_says_it_is_full_in_its_own_way() -> None:
    err = OSError()
    err.winerror = 112  # type: ignore[attr-defined,unused-ignore]  # as Windows sets it

    assert disk_fault(err).code == FaultOf.DISK_FULL


def test_the_table_of_files_knows_what_waits_and_what_is_wanted(store: Store) -> None:
    with store.begin() as uow:
        uow.blobs.add(b"\x01" * 32, 1_000, state=BlobState.TO_SEND, now_ms=1)
        uow.blobs.add(b"\x02" * 32, 500, state=BlobState.TO_SEND, now_ms=2)
        uow.blobs.add(b"\x03" * 32, 700, state=BlobState.WANTED, now_ms=3)
        uow.blobs.add(b"\x01" * 32, 1_000, state=BlobState.WANTED, now_ms=9)
        uow.blobs.set_state(b"\x01" * 32, BlobState.TO_SEND, have=400)

        assert [row.sha256[:1] for row in uow.blobs.in_state(BlobState.TO_SEND, 10)] == [b"\x02", b"\x01"]
        assert len(uow.blobs.in_state(BlobState.TO_SEND, 1)) == 1
        assert uow.blobs.totals(BlobState.TO_SEND) == (2, 1_100)
        assert uow.blobs.totals(BlobState.BOTH) == (0, 0)
        assert set(uow.blobs.hashes()) == {b"\x01" * 32, b"\x02" * 32}
        assert list(uow.blobs.newest(1)) == [b"\x02" * 32]
        assert uow.blobs.get(b"\x09" * 32) is None
        row = uow.blobs.get(b"\x01" * 32)
        assert row is not None
        assert (row.state, row.have, row.size) == (BlobState.TO_SEND, 400, 1_000)

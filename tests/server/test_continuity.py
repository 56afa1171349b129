"""A database that came back from an older copy: which revisions it goes on with."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from core.domain.ids import TenantId
from server.services.certificates import write_secret
from server.services.continuity import (
    AUTHORITY_COPY,
    BLOBS_COPY,
    REVISIONS_LEFT_OUT,
    SEALED_COPY,
    ContinuityService,
)
from server.storage.blob_files import BlobFiles
from server.storage.database import Database
from server.storage.engine import sqlite_url
from server.storage.heads import TenantRow
from tests.support.server import ManualClock

REGION = TenantId(1)
SCAN = b"%PDF-1.7" + bytes(range(256)) * 8


def fresh(path: Path) -> None:
    database = Database(sqlite_url(path))
    database.open()
    row = TenantRow(id=REGION, name="Liwa", region="Lampung Barat", feed_epoch=1)
    database.write(lambda unit: unit.tenants.add(row))
    database.close()


def put_back(copy: Path, place: Path, clock: ManualClock) -> int:
    """Put a copy in the place of what was lost and say so; the number from which it goes on."""
    place.unlink(missing_ok=True)
    shutil.copyfile(copy, place)
    database = Database(sqlite_url(place))
    database.open()
    files, tls, sealed = (place.parent / one for one in ("blobs", "tls", SEALED_COPY))
    ContinuityService(database, BlobFiles(files), clock, authority=tls, sealed=sealed).put_back()
    head = database.read(lambda unit: unit.of(REGION).head.read().seq)
    database.close()
    return head


def test_a_copy_from_right_after_a_loss_never_goes_on_twice_from_one_number(tmp_path: Path, clock: ManualClock) -> None:
    copy, after_loss, place = tmp_path / "copy.db", tmp_path / "after.db", tmp_path / "server.db"
    fresh(copy)
    first = put_back(copy, after_loss, clock)

    begins = []
    for _ in range(3):
        clock.advance(seconds=60)
        begins.append(put_back(after_loss, place, clock))

    # A hundred revisions a second are never given out.
    assert all(later - earlier >= 60 * 100 for earlier, later in pairwise(begins))
    assert begins[0] - first >= REVISIONS_LEFT_OUT


@pytest.fixture
def night(tmp_path: Path, clock: ManualClock) -> Iterator[tuple[ContinuityService, Path, Path]]:
    """A server with one scan: (what backs it up, where the scan lies, where its copy belongs)."""
    fresh(tmp_path / "server.db")
    files = BlobFiles(tmp_path / "blobs")
    sha256 = hashlib.sha256(SCAN).digest()
    files.append(REGION, sha256, offset=0, data=SCAN)
    assert files.keep(REGION, sha256)
    ((lies, name),) = files.complete()
    database = Database(sqlite_url(tmp_path / "server.db"))
    database.open()
    yield (
        ContinuityService(database, files, clock, authority=tmp_path / "tls", sealed=tmp_path / SEALED_COPY),
        lies,
        tmp_path / "night" / BLOBS_COPY / name,
    )
    database.close()


def test_a_backup_counts_when_each_scan_in_it_is_on_the_disk(
    night: tuple[ContinuityService, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service, _, copy = night
    synced: set[int] = set()
    fsync = os.fsync

    def note(descriptor: int) -> None:
        synced.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)

    def call_safe(*_: object) -> None:
        assert copy.read_bytes() == SCAN
        above = [copy.parent, copy.parent.parent, copy.parent.parent.parent]
        assert {one.stat().st_ino for one in (copy, *above)} <= synced

    monkeypatch.setattr(service, "call_safe", call_safe)

    assert service.back_up(tmp_path / "night").files_added == 1


def test_the_keys_of_the_server_lie_in_a_backup_for_its_owner_alone(
    night: tuple[ContinuityService, Path, Path], tmp_path: Path
) -> None:
    (tmp_path / "tls").mkdir()
    write_secret(tmp_path / "tls" / "authority.key", b"kunci")

    night[0].back_up(tmp_path / "night")

    copy = tmp_path / "night" / AUTHORITY_COPY / "authority.key"
    assert copy.read_bytes() == b"kunci"
    assert os.name == "nt" or stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_the_work_of_pcs_that_were_shut_out_lies_in_a_backup(
    night: tuple[ContinuityService, Path, Path], tmp_path: Path
) -> None:
    """They have erased themselves: nobody could send it again."""
    lies = tmp_path / SEALED_COPY / "1-aabb"
    lies.mkdir(parents=True)
    (lies / "pesagi-kirim.psgb").write_bytes(b"tersegel")
    (lies / "pesagi-kirim-2.psgb.part").write_bytes(b"belum")

    report = night[0].back_up(tmp_path / "night")

    copied = [path for path in (tmp_path / "night" / SEALED_COPY).rglob("*") if path.is_file()]
    assert [(path.parent.name, path.name, path.read_bytes()) for path in copied] == [
        ("1-aabb", "pesagi-kirim.psgb", b"tersegel")
    ]
    assert (report.files_added, night[0].back_up(tmp_path / "night").files_added) == (2, 0)


def test_a_copy_that_a_fallen_plug_cut_is_made_anew(
    night: tuple[ContinuityService, Path, Path], tmp_path: Path
) -> None:
    service, _, copy = night
    copy.parent.mkdir(parents=True)
    copy.write_bytes(SCAN[:100])

    assert service.back_up(tmp_path / "night").files_added == 1
    assert copy.read_bytes() == SCAN


def test_a_scan_that_rots_at_the_server_is_named_and_its_whole_copy_stays(
    night: tuple[ContinuityService, Path, Path], tmp_path: Path
) -> None:
    service, lies, copy = night
    service.back_up(tmp_path / "night")
    lies.write_bytes(SCAN[:-1])

    report = service.back_up(tmp_path / "night")

    assert (report.files_added, report.files_damaged) == (0, (lies.name,))
    assert copy.read_bytes() == SCAN
    assert not list(copy.parent.glob("*.new"))

"""The copy of a store that is made before it is upgraded: there in time, whole, and not piling up."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from core.domain.letters import IncomingLetter
from desktop.storage import upgrade
from desktop.storage.engine import open_engine
from desktop.storage.meta import SyncFacts
from desktop.storage.opening import open_store
from desktop.storage.upgrade import upgrade_store
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.factories import NOW, letter
from tests.support.stores import KEY, empty_store, every, put, store_of_schema


def test_an_older_store_is_copied_before_it_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pesagi.db"
    store = empty_store(path)
    put(store, [letter()])
    store.close()
    monkeypatch.setattr(upgrade, "SCHEMA", upgrade.SCHEMA + 1)
    engine = open_engine(path, KEY)

    copy = upgrade_store(engine, path, NOW)

    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA user_version").scalar() == upgrade.SCHEMA
    engine.dispose()
    assert copy == tmp_path / "pesagi-sebelum-20260316-023000.db"
    monkeypatch.undo()
    kept = open_store(copy, KEY, NOW)
    assert [one.record for one in every(kept, IncomingLetter)] == [letter()]
    kept.close()


def test_of_the_copies_that_upgrades_made_the_last_one_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pesagi.db"
    empty_store(path).close()
    for left in ("pesagi-sebelum-20250101-000000.db", "pesagi-sebelum-20260101-000000.db.belum"):
        (tmp_path / left).write_bytes(b"of before")
    monkeypatch.setattr(upgrade, "SCHEMA", upgrade.SCHEMA + 1)
    engine = open_engine(path, KEY)

    copy = upgrade_store(engine, path, NOW)

    engine.dispose()
    assert list(tmp_path.glob("*sebelum*")) == [copy]


def test_starts_that_cannot_upgrade_fill_no_disk_with_copies(tmp_path: Path) -> None:
    path, kept = tmp_path / "pesagi.db", tmp_path / "pesagi-sebelum-20250101-000000.db"
    with store_of_schema(path, 25) as old, old.begin() as uow:
        uow.meta.write(SyncFacts(compared_ms=1_700_000_000_000))
        uow.connection.exec_driver_sql("CREATE TRIGGER stop BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, 'no'); END")
    kept.write_bytes(b"of before")

    for days in range(3):
        with pytest.raises(IntegrityError):
            open_store(path, KEY, NOW + timedelta(days=days))

    assert list(tmp_path.glob("*sebelum*")) == [kept]


def test_a_copy_that_cannot_be_finished_leaves_nothing_that_looks_like_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pesagi.db"
    empty_store(path).close()
    monkeypatch.setattr(upgrade, "SCHEMA", upgrade.SCHEMA + 1)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)  # as on a disk that ends before the file

    with pytest.raises(EnvironmentFault) as refused:
        open_store(path, KEY, NOW)

    assert refused.value.code == FaultOf.DISK_FULL
    assert list(tmp_path.glob("*sebelum*")) == []


def test_an_old_store_is_not_migrated_without_its_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "pesagi.db"
    empty_store(path).close()
    before = path.read_bytes()
    monkeypatch.setattr(upgrade, "SCHEMA", upgrade.SCHEMA + 1)
    (tmp_path / "pesagi-sebelum-20260316-023000.db").mkdir()  # the copy cannot be written

    with pytest.raises(EnvironmentFault) as refused:
        open_store(path, KEY, NOW)

    assert refused.value.code == FaultOf.DISK_FAILED
    assert path.read_bytes() == before

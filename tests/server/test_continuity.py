"""A database that came back from an older copy: which revisions it goes on with."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path

from core.domain.ids import TenantId
from server.services.continuity import REVISIONS_LEFT_OUT, ContinuityService
from server.storage.blob_files import BlobFiles
from server.storage.database import Database
from server.storage.engine import sqlite_url
from server.storage.heads import TenantRow
from tests.support.server import ManualClock

REGION = TenantId(1)


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
    ContinuityService(database, BlobFiles(place.parent / "blobs"), clock, authority=place.parent / "tls").put_back()
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

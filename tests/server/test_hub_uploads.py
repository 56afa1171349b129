"""Files that PCs leave at a hub go up also when its disk failed for a moment."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.domain.ids import DeviceId, TenantId
from core.protocol.frames import Wire
from server.services.hub_line import HubLine
from server.services.hub_uploads import FORGET_MS, HubUploads
from server.storage.blob_files import BlobFiles
from server.storage.database import Database
from server.storage.engine import sqlite_url
from tests.server.test_hold import wait_until
from tests.support.logs import ExpectLog, LogWatch
from tests.support.server import ManualClock

TENANT = TenantId(1)
CLERK = DeviceId(bytes([1]) * 16)
CONTENT = bytes(range(256)) * 40
NAME = hashlib.sha256(CONTENT).digest()


class Hub:
    """What of a hub has to do with files; its server cannot be reached."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.file = folder / "hub.db"
        self.database = Database(sqlite_url(self.file), clock)
        self.database.open()
        self.files = BlobFiles(folder / "blobs")
        line = "http://127.0.0.1:9"
        self.uploads = HubUploads(
            self.database, self.files, TENANT, clock=clock, make_line=lambda: HubLine(line, Wire(b""))
        )

    def leave(self, data: bytes) -> int:
        return self.uploads.take(CLERK, NAME, size=len(CONTENT), start=0, data=data)

    def alter(self, statement: str) -> None:
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute(statement)


@pytest.fixture
def hub(tmp_path: Path, clock: ManualClock) -> Iterator[Hub]:
    made = Hub(tmp_path, clock)
    yield made
    made.uploads.stop()
    made.database.close()


def test_a_disk_that_failed_for_a_moment_does_not_end_the_sending(
    hub: Hub, clock: ManualClock, expect_log: ExpectLog, log_watch: LogWatch
) -> None:
    hub.leave(CONTENT[:5000])
    clock.advance(seconds=FORGET_MS / 1000 + 1)
    expect_log("server.services.hub_uploads", containing="cannot be read now")
    hub.alter("ALTER TABLE hub_item RENAME TO lost")
    hub.uploads.start()
    wait_until(lambda: bool(log_watch.records))
    hub.alter("ALTER TABLE lost RENAME TO hub_item")

    wait_until(lambda: NAME not in hub.uploads.waiting())

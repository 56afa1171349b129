"""Files that PCs leave at a hub: what is said of them wrongly, and a disk that fails, hold up no other file."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.domain.ids import DeviceId, TenantId
from core.protocol.faults import FaultCode
from core.protocol.frames import Wire
from server.services import hub_uploads
from server.services.faults import RequestFault
from server.services.hub_erasing import HubErasing
from server.services.hub_line import HubLine
from server.services.hub_uploads import FORGET_MS, HubUploads
from server.storage.blob_files import BlobFiles
from server.storage.database import Database, UnitOfWork
from server.storage.engine import sqlite_url
from server.storage.segment_files import SegmentFiles
from tests.server.test_hold import wait_until
from tests.support.logs import ExpectLog, LogWatch
from tests.support.server import ManualClock

TENANT = TenantId(1)
CLERK, HEAD = (DeviceId(bytes([number]) * 16) for number in (1, 2))
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

    def leave(self, data: bytes, start: int = 0, *, size: int = len(CONTENT), by: DeviceId = CLERK) -> int:
        return self.uploads.take(by, NAME, size=size, start=start, data=data)

    def erase(self) -> None:
        segments = SegmentFiles(self.file.parent / "segments")
        HubErasing(self.database, TENANT, files=self.files, segments=segments).finish()

    def alter(self, statement: str) -> None:
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute(statement)


@pytest.fixture
def hub(tmp_path: Path, clock: ManualClock) -> Iterator[Hub]:
    made = Hub(tmp_path, clock)
    yield made
    made.uploads.stop()
    made.database.close()


def test_a_wrong_size_that_somebody_said_keeps_no_file_from_coming_and_from_going_up(hub: Hub) -> None:
    assert hub.leave(b"?" * 30, size=40, by=HEAD) == 30

    assert hub.leave(b"") == 0
    assert hub.leave(CONTENT[:5000]) == 5000
    assert hub.leave(CONTENT[5000:], 5000) == len(CONTENT)
    hub.leave(b"", size=1, by=HEAD)

    assert hub.files.is_whole(TENANT, NAME)
    assert hub.uploads.waiting()[NAME].size == len(CONTENT)


def test_what_a_small_size_was_said_of_takes_no_more_room_than_there_is(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_uploads, "MOST_BYTES", 2000)
    hub.leave(b"?", size=2)

    with pytest.raises(RequestFault) as refused:
        hub.leave(CONTENT[:500])

    assert refused.value.fault.code is FaultCode.BUSY


def test_a_file_whose_last_byte_came_just_before_a_stop_is_whole_when_it_is_asked_for(hub: Hub) -> None:
    hub.leave(CONTENT[:5000])
    hub.files.append(TENANT, NAME, offset=5000, data=CONTENT[5000:])

    assert hub.leave(b"") == len(CONTENT)
    assert hub.files.is_whole(TENANT, NAME)


def test_a_file_that_begins_to_come_while_others_are_erased_stays(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.files.append(TENANT, bytes(32), offset=0, data=b"nobody's")
    write = hub.database.write

    def overtaken(work: Callable[[UnitOfWork], object]) -> object:
        """The piece comes just when it was found out what stays."""
        found = write(work)
        monkeypatch.undo()
        hub.leave(CONTENT[:5000])
        return found

    monkeypatch.setattr(hub.database, "write", overtaken)
    hub.erase()

    assert hub.files.names(TENANT) == {NAME.hex()}
    assert hub.leave(CONTENT[5000:], 5000) == len(CONTENT)


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

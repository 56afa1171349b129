"""Files share the line with people by day, have it to themselves at night, and stop when somebody says so."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast

import msgspec
import pytest

from core.domain.attachments import Attachment, MediaType
from core.domain.ids import BlobHash, LetterId
from core.domain.letters import LetterStatus, SecurityLevel
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.sync.client import SyncClient
from desktop.sync.file_policy import OFFICE_SHARE
from desktop.sync.file_visits import FileProgress, FileVisits
from desktop.sync.night_scans import NightScans
from desktop.sync.small_files import SmallFiles
from desktop.sync.transfer import TransferReport, Transfers
from tests.desktop.sync.virtual_line import VirtualDay, VirtualLine
from tests.factories import TODAY, letter
from tests.support.stores import KEY, office_store, put

RATE = 125_000.0  # 1 Mbit/s
MORNING = 9
MEGABYTE = 1_000_000


@dataclass
class Desk:
    """A PC with its files, in front of a line of 1 Mbit/s, in virtual time."""

    store: Store
    files: BlobFiles
    day: VirtualDay
    line: VirtualLine
    told: list[FileProgress] = field(default_factory=list)
    urged: bool = False

    def __post_init__(self) -> None:
        self._random = random.Random(7)
        self._letters = 0
        transfers = Transfers(
            self.store, self.files, step=lambda _name: None, sleep=self.day.sleep, seconds=self.day.seconds
        )
        night = NightScans(self.store, self.files, lambda: int(1000 * self.day.now))
        small = SmallFiles(self.store, self.files)
        self._visits = FileVisits(
            self.store, transfers, hour=self.day.hour, small=small, night=night, seconds=self.day.seconds
        )

    def visit(self) -> TransferReport:
        line = cast("SyncClient", self.line)  # as far as files need one
        return self._visits.visit(line, lambda: False, urged=self._take_urge, watch=self.told.append)

    def _take_urge(self) -> bool:
        urged, self.urged = self.urged, False
        return urged

    def scan(self, size: int) -> Attachment:
        """A scan that is on the server."""
        content = self._random.randbytes(size)
        sha256 = hashlib.sha256(content).digest()
        self.line.there[sha256] = content
        return Attachment(sha256=BlobHash(sha256), size=size, media=MediaType.PDF, pages=1)

    def want(self, scan: Attachment, *, reason: FileReason = FileReason.ADDRESSED, at: int = 1) -> None:
        with self.store.begin() as uow:
            uow.blobs.add(scan.sha256, scan.size, state=BlobState.WANTED, now_ms=at, reason=reason)

    def letter(self, size: int, *, days_ago: int, **changes: object) -> Attachment:
        """A letter of this PC whose scan is on the server."""
        scan = self.scan(size)
        self._letters += 1
        row_id = LetterId(self._letters.to_bytes(16, "big"))
        received = TODAY - timedelta(days=days_ago)
        put(self.store, [letter(id=row_id, scans=(scan,), received_on=received, **changes)])
        return scan

    def choose(self, **facts: object) -> None:
        with self.store.begin() as uow:
            uow.meta.write(msgspec.structs.replace(uow.meta.files(), **facts))

    def names(self, *scans: Attachment) -> list[int]:
        """In what order these scans were asked for, by their place here; again where one went on later."""
        place = {bytes(scan.sha256): number for number, scan in enumerate(scans)}
        return [place[sha256] for sha256, _ in self.line.asked]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = office_store(tmp_path / "pesagi.db")
    day = VirtualDay(MORNING)
    yield Desk(store, BlobFiles(tmp_path / "berkas", KEY, reserve=0), day, VirtualLine(day, RATE))
    store.close()


def spent(desk: Desk, sizes: list[int]) -> float:
    """The seconds that scans of these sizes take."""
    for number, size in enumerate(sizes):
        desk.want(desk.scan(size), at=number)
    begun = desk.day.now
    report = desk.visit()
    assert report.fetched == len(sizes)
    return desk.day.now - begun


def test_in_office_hours_files_take_six_tenths_of_the_line_and_at_night_all_of_it(desk: Desk) -> None:
    spent(desk, [MEGABYTE])  # the first one measures the line
    with desk.store.read() as uow:
        measured = uow.meta.files().rate_down
    by_day = spent(desk, [3 * MEGABYTE] * 3)
    desk.day.wait_until(19)
    at_night = spent(desk, [3 * MEGABYTE] * 3)

    shares = {"day": 9 * MEGABYTE / by_day / RATE, "night": 9 * MEGABYTE / at_night / RATE}
    assert measured == pytest.approx(RATE, rel=0.02)
    assert shares["day"] == pytest.approx(OFFICE_SHARE, abs=0.03)
    assert shares["night"] > 0.95


def test_what_somebody_waits_for_has_the_whole_line_by_day_too(desk: Desk) -> None:
    spent(desk, [MEGABYTE])
    desk.want(desk.scan(3 * MEGABYTE), reason=FileReason.OPENED, at=9)
    begun = desk.day.now

    desk.visit()

    assert 3 * MEGABYTE / (desk.day.now - begun) / RATE > 0.95


def test_the_estimate_that_is_told_comes_true(desk: Desk) -> None:
    spent(desk, [MEGABYTE])
    desk.told.clear()
    desk.want(desk.scan(6 * MEGABYTE), at=9)
    half: list[tuple[float, float]] = []

    def note(_down: int) -> None:
        if desk.told and desk.told[-1].have >= 3 * MEGABYTE and not half:
            left = desk.told[-1].seconds_left
            assert left is not None
            half.append((desk.day.now, left))

    desk.line.on_piece = note
    desk.visit()

    ((at, left),) = half
    assert desk.day.now - at == pytest.approx(left, rel=0.1)


def test_the_night_brings_scans_that_nobody_opened_the_newest_letters_first(desk: Desk) -> None:
    scans = [desk.letter(200_000, days_ago=days) for days in (3, 0, 9, 1)]

    assert desk.visit() == TransferReport()
    with desk.store.read() as uow:
        assert uow.blobs.listed(9) == ()
    desk.day.wait_until(18)
    desk.choose(rate_down=RATE)

    assert desk.visit().fetched == 4
    # But for every fourth, which is the oldest wish.
    assert desk.names(*scans) == [1, 3, 0, 2]
    assert all(desk.files.verify(scan.sha256) for scan in scans)


def test_a_night_brings_more_than_it_notes_at_a_time(desk: Desk) -> None:
    scans = [desk.letter(20_000, days_ago=days) for days in range(60)]
    desk.day.wait_until(18)

    assert desk.visit().fetched == len(scans)


@pytest.mark.parametrize(
    "facts",
    [{"paused": True}, {"metered": True}, {"night_fetch": False}, {"night_from": 2, "night_until": 2}],
    ids=["stopped", "metered", "not wanted", "no night"],
)
def test_the_night_brings_nothing_where_that_was_not_wanted(desk: Desk, facts: dict[str, object]) -> None:
    desk.letter(50_000, days_ago=1)
    desk.choose(**facts)
    desk.day.wait_until(22)

    assert desk.visit().fetched == 0
    assert desk.line.asked == []


def test_the_night_leaves_room_on_the_disk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    scans = [desk.letter(300_000, days_ago=days) for days in range(5)]
    desk.choose(night_leaves=4_000_000)
    # The disk of the machine that runs the tests belongs to others too.
    monkeypatch.setattr(desk.files, "room", lambda: 5_000_000 - desk.line.down)
    desk.day.wait_until(20)

    desk.visit()
    desk.visit()

    assert [desk.files.has(scan.sha256) for scan in scans] == [True, True, True, False, False]


def test_the_night_leaves_secret_and_struck_letters_alone(desk: Desk) -> None:
    desk.letter(20_000, days_ago=0, security=SecurityLevel.SECRET)
    desk.letter(20_000, days_ago=0, status=LetterStatus.VOID)
    plain = desk.letter(20_000, days_ago=0, security=SecurityLevel.RESTRICTED)
    desk.day.wait_until(20)

    desk.visit()

    assert desk.names(plain) == [0]


def test_at_the_end_of_the_night_a_scan_stops_where_it_is_and_goes_on_the_next(desk: Desk) -> None:
    scan = desk.letter(9 * MEGABYTE, days_ago=0)
    desk.day.wait_until(5)
    desk.day.sleep(3600 - 30)

    desk.visit()
    there = desk.files.grown(scan.sha256)
    assert MEGABYTE < there < 9 * MEGABYTE
    assert desk.day.hour() == 6
    assert desk.visit().fetched == 0
    desk.day.wait_until(18)
    before = desk.line.down
    desk.visit()

    assert desk.files.verify(scan.sha256)
    assert desk.line.down - before == 9 * MEGABYTE - there
    assert desk.line.asked[-1] == (scan.sha256, there)


def test_what_a_person_opens_at_night_goes_first(desk: Desk) -> None:
    slow, opened = desk.letter(5 * MEGABYTE, days_ago=0), desk.scan(100_000)
    desk.day.wait_until(20)

    def open_one(down: int) -> None:
        if down >= MEGABYTE:
            desk.line.on_piece = done
            desk.want(opened, reason=FileReason.OPENED, at=10**12)
            desk.urged = True

    def done(_down: int) -> None:
        return

    desk.line.on_piece = open_one
    desk.visit()

    assert desk.names(slow, opened) == [0, 1, 0]
    assert desk.line.asked[-1][1] >= MEGABYTE
    assert desk.line.down == 5 * MEGABYTE + 100_000


def test_a_file_that_is_stopped_under_way_gives_way_and_goes_on_where_it_was(desk: Desk) -> None:
    first, second = desk.scan(2 * MEGABYTE), desk.scan(200_000)
    desk.want(first, reason=FileReason.OPENED, at=2)
    desk.want(second, at=1)

    def stop(down: int) -> None:
        if down >= MEGABYTE:
            desk.line.on_piece = lambda _down: None
            with desk.store.begin() as uow:
                uow.blobs.pause(first.sha256, paused=True)
            desk.urged = True

    desk.line.on_piece = stop
    assert desk.visit().fetched == 1
    assert (desk.files.has(first.sha256), desk.files.has(second.sha256)) == (False, True)

    with desk.store.begin() as uow:
        uow.blobs.pause(first.sha256, paused=False)
    assert desk.visit().fetched == 1
    assert desk.line.down <= 2 * MEGABYTE + 200_000


def test_when_all_is_stopped_the_file_under_way_stops_too(desk: Desk) -> None:
    scan = desk.scan(2 * MEGABYTE)
    desk.want(scan, reason=FileReason.OPENED)

    def stop(down: int) -> None:
        if down >= MEGABYTE:
            desk.line.on_piece = lambda _down: None
            desk.choose(paused=True)
            desk.urged = True

    desk.line.on_piece = stop
    assert desk.visit().fetched == 0
    assert desk.line.down < 1.2 * MEGABYTE
    assert desk.visit().fetched == 0

    desk.choose(paused=False)
    assert desk.visit().fetched == 1
    assert desk.line.down == 2 * MEGABYTE


def test_a_file_that_the_server_does_not_have_yet_holds_up_no_other(desk: Desk) -> None:
    missing, there = desk.scan(50_000), desk.scan(50_000)
    del desk.line.there[missing.sha256]
    desk.want(missing, at=9)
    desk.want(there, at=1)

    report = desk.visit()

    assert (report.missing, report.fetched) == (1, 1)


def small(desk: Desk, count: int) -> list[Attachment]:
    """Thumbnails that are wanted, and on the server."""
    made = [desk.scan(12_000) for _ in range(count)]
    for number, picture in enumerate(made):
        desk.want(picture, reason=FileReason.THUMBNAIL, at=number)
    return made


def test_thumbnails_come_all_in_one_request_before_any_scan(desk: Desk) -> None:
    scan = desk.scan(400_000)
    desk.want(scan, reason=FileReason.OPENED, at=10**9)
    pictures = small(desk, 30)
    begun = desk.day.now

    assert desk.visit().fetched == 31

    assert desk.line.small_requests == 1
    assert desk.line.asked[-1][0] == scan.sha256
    assert all(desk.files.verify(picture.sha256) for picture in pictures)
    # One round trip each would have been nine seconds more.
    assert desk.day.now - begun < 0.3 + 30 * 12_000 / RATE + 0.3 + 400_000 / RATE + 0.1


def test_a_thumbnail_that_is_looked_at_comes_while_a_scan_is_under_way_and_the_scan_is_not_begun_again(
    desk: Desk,
) -> None:
    scan = desk.scan(2 * MEGABYTE)
    desk.want(scan)
    came: list[tuple[bool, bool]] = []

    def look(down: int) -> None:
        if down >= MEGABYTE:
            desk.line.on_piece = later
            small(desk, 1)
            desk.urged = True

    def later(_down: int) -> None:
        came.append((desk.line.small_requests > 0, desk.files.has(scan.sha256)))

    desk.line.on_piece = look
    assert desk.visit().fetched == 1

    assert (True, False) in came
    assert [sha256 for sha256, _ in desk.line.asked].count(scan.sha256) == 1
    assert any(progress.arrived for progress in desk.told)


def test_a_thumbnail_that_is_not_there_yet_is_asked_for_once_a_visit(desk: Desk) -> None:
    (picture,) = small(desk, 1)
    content = desk.line.there.pop(picture.sha256)

    desk.visit()
    assert desk.line.small_requests == 1
    desk.line.there[picture.sha256] = content
    desk.visit()

    assert desk.files.verify(picture.sha256)


def test_a_thumbnail_that_is_not_what_it_is_named_for_is_not_kept(desk: Desk) -> None:
    (picture,) = small(desk, 1)
    desk.line.there[picture.sha256] = b"\xff\xd8\xff other"

    assert desk.visit().fetched == 0
    assert not desk.files.has(picture.sha256)


def test_stopped_files_bring_no_thumbnails_either(desk: Desk) -> None:
    small(desk, 3)
    desk.choose(paused=True)

    desk.visit()

    assert desk.line.small_requests == 0

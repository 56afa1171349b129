"""The files of Pusat Sinkron: what is left of each, at the speed that was measured, and stopping them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytestqt.qtbot import QtBot

from core.domain.letters import SecurityLevel
from desktop.storage.blob_table import BlobState, FileReason
from desktop.storage.meta import FileFacts
from desktop.sync.file_visits import FileProgress
from desktop.viewmodels.file_traffic import FileLine, FileState, FileTraffic
from tests.desktop.sample_desk import FILE_DAMAGED, FILE_STOPPED, fill_files
from tests.desktop.sample_office import CLERK, NOW, SampleOffice, sample_scan
from tests.desktop.sample_screens import ScreensAt

NIGHT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 22.00 in the office
NOW_MS = int(NOW.timestamp() * 1000)


@pytest.fixture
def traffic(screens_at: ScreensAt, office: SampleOffice) -> FileTraffic:
    fill_files(office)
    return screens_at(CLERK).traffic


def load(qtbot: QtBot, traffic: FileTraffic) -> list[FileLine]:
    with qtbot.waitSignal(traffic.changed):
        traffic.refresh()
    return list(traffic.lines.rows())


def test_each_scan_is_listed_with_its_letter_its_pages_and_how_long_it_takes(
    qtbot: QtBot, traffic: FileTraffic
) -> None:
    lines = load(qtbot, traffic)

    first, second = lines[0], lines[1]
    assert first.item.about == "Undangan Musyawarah Perencanaan Pembangunan"
    assert (first.item.pages, first.item.size, first.item.up) == (8, 420_000, False)
    # What somebody opened takes the whole line, what goes up by itself six tenths of it.
    assert first.seconds == pytest.approx(420_000 / 122_000)
    assert second.seconds == pytest.approx(1_240_000 / (0.6 * 118_000))
    assert [line.state for line in lines] == [
        FileState.WAITING,
        FileState.WAITING,
        FileState.STOPPED,
        FileState.DAMAGED,
        FileState.NIGHT,
        FileState.NIGHT,
    ]
    assert traffic.bytes_left == 420_000 + 1_240_000 + 310_000


def test_at_night_everything_goes_at_the_full_rate(qtbot: QtBot, traffic: FileTraffic, office: SampleOffice) -> None:
    office.now = NIGHT

    lines = load(qtbot, traffic)

    assert lines[1].seconds == pytest.approx(1_240_000 / 118_000)
    assert [line.state for line in lines[4:]] == [FileState.WAITING, FileState.WAITING]


def test_the_file_under_way_says_how_far_it_is(qtbot: QtBot, traffic: FileTraffic) -> None:
    load(qtbot, traffic)

    traffic.set_progress(FileProgress(sha256=bytes([1]) * 32, up=False, size=420_000, have=210_000, rate=105_000.0))

    line = traffic.lines.row(0)
    assert line is not None
    assert (line.state, line.percent) == (FileState.MOVING, 50)
    assert line.seconds == pytest.approx(2.0)
    traffic.set_progress(None)
    line = traffic.lines.row(0)
    assert line is not None
    assert line.state is FileState.WAITING


def test_one_file_is_stopped_and_let_go_on(qtbot: QtBot, traffic: FileTraffic, office: SampleOffice) -> None:
    line = load(qtbot, traffic)[1]

    with qtbot.waitSignal(traffic.order_changed):
        traffic.toggle(line)
    lines = load(qtbot, traffic)
    assert lines[1].state is FileState.STOPPED
    with office.store.read() as uow:
        assert line.item.sha256 not in {row.sha256 for row in uow.blobs.waiting(100)}

    with qtbot.waitSignal(traffic.order_changed):
        traffic.toggle(lines[1])
    assert load(qtbot, traffic)[1].state is FileState.WAITING


def test_all_files_are_stopped_at_once_and_none_forgets_that_it_was_stopped_alone(
    qtbot: QtBot, traffic: FileTraffic
) -> None:
    load(qtbot, traffic)

    with qtbot.waitSignal(traffic.order_changed):
        traffic.toggle_all()
    states = [line.state for line in load(qtbot, traffic)]
    assert states.count(FileState.STOPPED) == len(states) - 1
    assert states[FILE_DAMAGED] is FileState.DAMAGED

    with qtbot.waitSignal(traffic.order_changed):
        traffic.toggle_all()
    states = [line.state for line in load(qtbot, traffic)]
    assert [place for place, state in enumerate(states) if state is FileState.STOPPED] == [FILE_STOPPED]


def test_no_time_is_promised_before_a_speed_was_measured(
    qtbot: QtBot, traffic: FileTraffic, office: SampleOffice
) -> None:
    with office.store.begin() as uow:
        uow.meta.write(FileFacts())

    lines = load(qtbot, traffic)

    assert {line.seconds for line in lines} == {None}
    assert traffic.seconds_left is None


def test_what_the_server_has_damaged_waits_for_a_person(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    with office.store.begin() as uow:
        uow.blobs.add(bytes([5]) * 32, 9_000, state=BlobState.WANTED, now_ms=NOW_MS)
        uow.blobs.fetch_again(bytes([5]) * 32, paused=True)
    traffic = screens_at(CLERK).traffic

    (line,) = load(qtbot, traffic)
    assert line.state is FileState.DAMAGED_THERE
    traffic.toggle(line)

    qtbot.waitUntil(lambda: traffic.lines.rows()[0].state is FileState.DAMAGED)


def test_a_secret_letter_is_named_by_its_sender(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    scan = sample_scan()
    letter = office.add_letter("Kejaksaan", "Perkara", security=SecurityLevel.SECRET, scans=(scan,))
    with office.store.begin() as uow:
        uow.blobs.add(scan.sha256, scan.size, state=BlobState.TO_SEND, now_ms=NOW_MS, letter=letter)

    (line,) = load(qtbot, screens_at(CLERK).traffic)

    assert (line.item.about, line.item.pages) == ("Kejaksaan", 2)


def test_what_comes_at_night_can_be_chosen(qtbot: QtBot, traffic: FileTraffic, office: SampleOffice) -> None:
    load(qtbot, traffic)

    with qtbot.waitSignal(traffic.order_changed):
        traffic.choose_night(fetch=False)
    load(qtbot, traffic)
    with qtbot.waitSignal(traffic.order_changed):
        traffic.choose_metered(metered=True)

    with office.store.read() as uow:
        facts = uow.meta.files()
    assert (facts.night_fetch, facts.metered, facts.rate_up) == (False, True, 118_000.0)


def test_thumbnails_are_too_small_to_be_listed(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    with office.store.begin() as uow:
        uow.blobs.add(bytes([6]) * 32, 9_000, state=BlobState.WANTED, now_ms=NOW_MS, reason=FileReason.THUMBNAIL)

    assert load(qtbot, screens_at(CLERK).traffic) == []

"""The files in Pusat Sinkron: in words that say pages, size and time, and stopped from the keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.sync.file_visits import FileProgress
from desktop.views.sync_center import SyncCenterScreen
from desktop.views.sync_files import SyncFiles
from desktop.widgets.buttons import Button
from desktop.widgets.checks import CheckBox
from desktop.widgets.labels import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.tab_strip import Tab
from tests.desktop.hands import click, press, shown
from tests.desktop.sample_desk import fill_files
from tests.desktop.sample_office import CLERK, SampleOffice
from tests.desktop.sample_screens import Screens, ScreensAt

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


DAMAGED = (
    "Edaran libur nasional dan cuti bersama 2027, diambil, 2 halaman, 310 KB, kira-kira 5 detik, "
    "Berkas rusak, diambil lagi"
)


class Seat:
    """A person in front of the list of files."""

    def __init__(self, qtbot: QtBot, screens: Screens) -> None:
        self.qtbot, self.screens = qtbot, screens
        self.screen: SyncCenterScreen = screens.sync_center()
        qtbot.addWidget(self.screen)
        self.screen.resize(1190, 668)
        with qtbot.waitExposed(self.screen):
            self.screen.show()
        self.screen.activateWindow()
        self.screen.activate()
        self.settle()
        click(self.screen.findChildren(Tab)[1])
        self.screen.activate()
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.screens.runner.busy and self.screens.center.overview is not None)

    def rows(self) -> list[str]:
        table = shown(self.screen, RecordTable)[0]
        return [table.row_text(row) for row in range(table.model().rowCount())]

    def says(self, text: str) -> bool:
        return text in [label.text() for label in shown(self.screen, Label)]

    def buttons(self) -> list[str]:
        return [button.text() for button in shown(self.screen.findChildren(SyncFiles)[0], Button)]

    def boxes(self) -> list[CheckBox]:
        return self.screen.findChildren(CheckBox)


@pytest.fixture
def seat(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> Seat:
    fill_files(office)
    return Seat(qtbot, screens_at(CLERK))


def test_each_line_says_which_scan_it_is_how_large_and_how_long_it_takes(seat: Seat) -> None:
    assert seat.screen.findChildren(Tab)[1].text() == "Pindaian (6)"
    assert seat.rows() == [
        "Undangan Musyawarah Perencanaan Pembangunan, diambil, 8 halaman, 420 KB, kira-kira 4 detik, Menunggu giliran",
        "Permohonan data penduduk pekon per triwulan, dikirim, 3 halaman, 1,2 MB, kira-kira 18 detik, Menunggu giliran",
        "Penyampaian jadwal posyandu bulan Desember, dikirim, 2 halaman, 186 KB, kira-kira 3 detik, Dijeda",
        DAMAGED,
        "Laporan realisasi dana desa semester I, diambil, 24 halaman, 3,9 MB, kira-kira 54 detik, Menunggu malam",
        "Berita acara serah terima aset pekon, diambil, 5 halaman, 640 KB, kira-kira 9 detik, Menunggu malam",
    ]
    assert seat.says("3 berkas berjalan, 2,0 MB, kira-kira 26 detik")


def test_progress_is_seen_as_it_happens(seat: Seat) -> None:
    progress = FileProgress(sha256=bytes([1]) * 32, up=False, size=420_000, have=152_000, rate=122_000.0)

    seat.screens.traffic.set_progress(progress)

    assert seat.rows()[0].endswith("420 KB, kira-kira 3 detik, Berjalan 36%")


def test_enter_stops_the_chosen_scan_and_lets_it_go_on(seat: Seat) -> None:
    press(Qt.Key.Key_Return)
    seat.qtbot.waitUntil(lambda: seat.rows()[0].endswith("Dijeda"))
    assert seat.buttons() == ["Lanjutkan berkas ini", "Jeda semua"]

    press(Qt.Key.Key_Return)
    seat.qtbot.waitUntil(lambda: seat.rows()[0].endswith("Menunggu giliran"))


def test_all_scans_are_stopped_by_keys_and_letters_go_on(seat: Seat) -> None:
    press(Qt.Key.Key_S, modifier=CTRL_SHIFT)

    seat.qtbot.waitUntil(lambda: seat.buttons()[1] == "Lanjutkan semua")
    assert seat.says("Berkas pindaian dijeda. Surat dan disposisi tetap dikirim dan diterima.")
    assert [row.endswith("Dijeda") for row in seat.rows()].count(True) == 5
    assert not shown(seat.screen.findChildren(SyncFiles)[0], Button)[0].isEnabled()


def test_the_night_is_chosen_with_its_hours_and_a_metered_line_brings_nothing_by_itself(seat: Seat) -> None:
    night, metered = seat.boxes()
    assert (night.text(), night.isChecked()) == ("Ambil pindaian lengkap pukul 18.00–06.00", True)

    click(metered)
    seat.qtbot.waitUntil(lambda: seat.screens.traffic.facts.metered)

    assert not night.isChecked()
    assert not night.isEnabled()


def test_nothing_under_way_is_said_too(qtbot: QtBot, screens_at: ScreensAt) -> None:
    seat = Seat(qtbot, screens_at(CLERK))

    assert seat.says("Tidak ada pindaian yang menunggu.")
    assert seat.says("Semua pindaian sudah sampai di tempatnya.")

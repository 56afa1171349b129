"""Pusat Sinkron says calmly how things stand, and seriously what was refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.domain.acting import FieldConflict
from core.domain.errors import RefusalCode
from core.domain.ids import PositionId
from core.protocol.messages import OpResult, Outcome
from core.protocol.records import ACTS
from desktop.storage.lost_values import forget_values, letters_of
from desktop.storage.meta import CheckNotes, SyncFacts
from desktop.storage.outbox import OpState
from desktop.storage.sync_log import SyncLogEntry
from desktop.views.act_words import act_name
from desktop.views.reject_dialog import RejectDialog
from desktop.views.sync_center import SyncCenterScreen
from desktop.views.sync_figures import FigureCard
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.record_table import RecordTable
from desktop.widgets.tab_strip import Tab
from desktop.widgets.theme import Theme
from tests.desktop.hands import child, click, press, shown, write
from tests.desktop.held_samples import held_letter
from tests.desktop.sample_office import CLERK, HEAD, NOW, SampleOffice, make_office
from tests.desktop.sample_screens import Screens, ScreensAt

NOW_MS = int(NOW.timestamp() * 1000)


class Seat:
    """A person in front of the screen."""

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

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.screens.runner.busy and self.screens.center.overview is not None)

    def press(self, key: Qt.Key) -> None:
        press(key)
        self.settle()

    def sentence(self) -> str:
        return shown(self.screen, Banner)[0].text()

    def figures(self) -> list[str]:
        return [card.figure() for card in self.screen.findChildren(FigureCard)]

    def remarks(self) -> list[str]:
        return [card.remark() for card in self.screen.findChildren(FigureCard)]

    def rows(self) -> list[str]:
        table = shown(self.screen, RecordTable)[0]
        return [table.row_text(row) for row in range(table.model().rowCount())]

    def tabs(self) -> list[str]:
        return [tab.text() for tab in self.screen.findChildren(Tab)]

    def choose_tab(self, number: int) -> None:
        click(self.screen.findChildren(Tab)[number])
        self.screen.activate()
        self.settle()

    def shown(self) -> list[str]:
        return [label.text() for label in shown(self.screen, Label)]

    def buttons(self) -> list[str]:
        return [button.text() for button in shown(self.screen, Button) if button.text()]


SitDown = Callable[[], Seat]


@pytest.fixture
def sit_down(qtbot: QtBot, screens_at: ScreensAt) -> SitDown:
    def sit() -> Seat:
        return Seat(qtbot, screens_at(CLERK))

    return sit


def settle_first(office: SampleOffice, result: OpResult) -> None:
    with office.store.begin() as uow:
        first = uow.outbox.listed((OpState.WAITING,), 10)[-1]
        uow.outbox.settle(
            first.id,
            OpResult(
                seq=first.seq, outcome=result.outcome, code=result.code, field=result.field, conflicts=result.conflicts
            ),
        )


def write_facts(office: SampleOffice, facts: SyncFacts) -> None:
    with office.store.begin() as uow:
        uow.meta.write(facts)


def test_offline_is_said_calmly_with_what_waits(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    write_facts(
        office,
        SyncFacts(last_success_ms=NOW_MS - 480_000, last_problem="no_network", offline_since_ms=NOW_MS - 420_000),
    )

    seat = sit_down()

    assert seat.sentence() == (
        "Luring sejak 23 Nov 2026 10.43. Pekerjaan tersimpan di komputer ini dan dikirim otomatis saat tersambung."
    )
    assert seat.figures() == ["1", "0", "0", "10.42"]
    assert seat.tabs() == ["Antrean (1)", "Pindaian", "Perlu perhatian", "Catatan"]
    assert seat.rows()[0].startswith("Mencatat surat, Undangan rapat, 23 Nov 2026 10.50, ")


def test_everything_sent_is_said_too(sit_down: SitDown, office: SampleOffice) -> None:
    write_facts(office, SyncFacts(last_success_ms=NOW_MS))

    seat = sit_down()

    assert seat.sentence() == "Semua pekerjaan di komputer ini sudah sampai di server."
    assert "Tidak ada yang menunggu kirim." in seat.shown()


def test_the_estimate_follows_the_measured_speed(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    with office.store.begin() as uow:
        entry = SyncLogEntry(
            started_ms=NOW_MS, seconds=10.0, outcome="ok", bytes_up=100_000, bytes_down=20_000, ops=3, rows=4
        )
        uow.sync_log.add(entry)

    seat = sit_down()

    assert seat.remarks()[0].endswith("± 1 detik saat tersambung")
    seat.choose_tab(3)
    assert seat.rows() == [
        "23 Nov 2026 10.50, Berhasil, dikirim 100 KB, diterima 20 KB, 3 pekerjaan, 4 baris, 10,0 detik"
    ]


def test_what_a_check_found_is_told_beside_the_line_with_what_to_do(sit_down: SitDown, office: SampleOffice) -> None:
    with office.store.begin() as uow:
        uow.meta.write(CheckNotes(at_ms=NOW_MS, files_bad=2))
    seat = sit_down()

    banners = (child(banner, Label) for banner in seat.screen.findChildren(Banner) if banner.isVisible())
    told = [label.text() for label in banners]
    assert any("2 berkas pindaian hilang atau rusak" in text and "Jangan hapus apa pun." in text for text in told)


def test_f5_asks_for_a_round(sit_down: SitDown) -> None:
    seat = sit_down()

    with seat.qtbot.waitSignal(seat.screens.center.sync_requested):
        seat.press(Qt.Key.Key_F5)


def test_while_a_round_runs_the_button_rests(sit_down: SitDown) -> None:
    seat = sit_down()

    seat.screens.center.set_running(True)

    button = next(one for one in seat.screen.findChildren(Button) if one.text() == "Sinkron sekarang")
    assert not button.isEnabled()
    assert seat.sentence() == "Sedang sinkron. Anda dapat terus bekerja."


def test_a_refusal_names_the_letter_and_goes_when_it_is_understood(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    settle_first(office, OpResult(seq=0, outcome=Outcome.REFUSED, code=RefusalCode.NOT_ALLOWED.value))
    seat = sit_down()
    assert seat.tabs()[2] == "Perlu perhatian (1)"

    seat.choose_tab(2)
    assert "Tidak ada yang berubah. Jabatan Anda tidak berwenang melakukan ini." in seat.shown()
    assert seat.rows()[0].startswith("Mencatat surat, Undangan rapat")
    seat.press(Qt.Key.Key_Return)

    seat.qtbot.waitUntil(lambda: seat.tabs()[2] == "Perlu perhatian")
    assert "Server menerima semua pekerjaan Anda." in seat.shown()


def test_a_number_that_another_pc_had_used_is_told_as_not_voided(sit_down: SitDown, office: SampleOffice) -> None:
    office.numbers(CLERK).void_number(2026, 450, "Salah cap")
    settle_first(office, OpResult(seq=0, outcome=Outcome.REFUSED, code=RefusalCode.NUMBER_TAKEN.value))
    seat = sit_down()

    seat.choose_tab(2)

    assert "Nomor ini tidak dibatalkan: surat yang dicatat di komputer lain memakainya." in seat.shown()


def test_a_difference_shows_both_values(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    lost = (
        FieldConflict(field="subject", stands="Undangan upacara", wanted="Undangan rapat"),
        FieldConflict(field="due_on", stands="2026-11-25", wanted=""),
    )
    settle_first(office, OpResult(seq=0, outcome=Outcome.CONFLICT, conflicts=lost))
    seat = sit_down()

    seat.choose_tab(2)

    assert (
        "Orang lain lebih dahulu mengubah isian yang sama. "
        "Perihal: yang berlaku “Undangan upacara”, isian Anda “Undangan rapat”. "
        "Tenggat: yang berlaku “25 Nov 2026”, isian Anda “kosong”."
    ) in seat.shown()


def test_where_the_right_to_a_letter_ended_only_the_own_value_is_shown(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    lost = FieldConflict(field="subject", stands="Undangan upacara", wanted="Undangan rapat")
    settle_first(office, OpResult(seq=0, outcome=Outcome.CONFLICT, conflicts=(lost,)))
    with office.store.begin() as uow:
        (entry,) = uow.outbox.listed((OpState.CONFLICT,), 10)
        forget_values(uow, letters_of(uow, entry.op))
    seat = sit_down()

    seat.choose_tab(2)

    assert (
        "Orang lain lebih dahulu mengubah isian yang sama. "
        "Yang berlaku tidak ditampilkan lagi: wewenang Anda atas surat ini sudah berakhir. "
        "Perihal: isian Anda “Undangan rapat”."
    ) in seat.shown()
    assert not any("upacara" in words for words in seat.shown())


def test_the_practice_office_says_that_nothing_is_ever_sent(qtbot: QtBot, tmp_path: Path, view_theme: Theme) -> None:
    office = make_office(tmp_path / "latihan", practice=True)
    office.add_letter("Bappeda", "Undangan rapat")
    screens = Screens(view_theme, office, CLERK)
    seat = Seat(qtbot, screens)

    assert seat.sentence().startswith("Ini kantor latihan.")
    assert "tidak pernah dikirim" in seat.sentence()
    assert seat.buttons() == []
    assert seat.screen.actions_for_menu() == []
    assert seat.rows()[0].endswith("Tetap di sini")
    assert seat.remarks()[0] == "tetap di komputer ini"
    assert screens.runner.close()
    office.store.close()


def test_an_act_that_is_held_is_told_and_counts_as_no_refusal(sit_down: SitDown, office: SampleOffice) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    settle_first(office, OpResult(seq=0, outcome=Outcome.HELD, field="00" * 16))
    seat = sit_down()

    seat.choose_tab(2)

    assert (
        "Ditahan untuk diperiksa atasan: wewenang Anda berubah sebelum pekerjaan ini sampai. Tidak ada yang hilang."
    ) in seat.shown()
    assert "Mengerti" not in seat.buttons()
    assert seat.screens.center.overview is not None
    assert seat.screens.center.overview.refused == 0


@pytest.mark.parametrize(
    ("accepted", "sentence"),
    [
        (True, "Diterima Nama 2 dan dilaksanakan atas namanya."),
        (False, "Tidak diterima Nama 2: Sudah dicatat penggantinya"),
    ],
)
def test_what_was_decided_over_a_held_act_is_told_until_it_is_understood(
    sit_down: SitDown, office: SampleOffice, *, accepted: bool, sentence: str
) -> None:
    office.add_letter("Bappeda", "Undangan rapat")
    settle_first(office, OpResult(seq=0, outcome=Outcome.HELD, field="00" * 16))
    with office.store.begin() as uow:
        uow.outbox.decide_held(
            "00" * 16, accepted=accepted, by=HEAD, reason="" if accepted else "Sudah dicatat penggantinya"
        )
    seat = sit_down()

    seat.choose_tab(2)
    assert sentence in seat.shown()
    seat.press(Qt.Key.Key_Return)

    seat.qtbot.waitUntil(lambda: seat.tabs()[2] == "Perlu perhatian")


def sit_as(qtbot: QtBot, screens_at: ScreensAt, position: PositionId) -> Seat:
    seat = Seat(qtbot, screens_at(position))
    seat.qtbot.waitUntil(lambda: not seat.screens.runner.busy)
    return seat


def test_a_superior_accepts_by_keyboard(qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice) -> None:
    held_letter(office, "Undangan musrenbang", agenda_no=412)
    seat = sit_as(qtbot, screens_at, HEAD)
    qtbot.waitUntil(lambda: seat.tabs()[3] == "Keputusan Anda (1)")
    seat.choose_tab(3)
    assert seat.rows() == [
        "Mencatat surat, Undangan musrenbang, 23 Nov 2026 07.50, Nama 1 · Petugas Tata Usaha",
    ]
    assert (
        "Dikerjakan Nama 1 · Petugas Tata Usaha pada 23 Nov 2026 07.50. Saat sampai di server (23 Nov 2026 10.50) "
        "jabatan itu sudah bukan miliknya, dan komputernya belum tahu. Belum ada yang berubah. "
        "Nomor agenda yang sudah dipakainya: 0412."
    ) in seat.shown()

    seat.press(Qt.Key.Key_Return)  # goes to the button, and decides nothing
    assert seat.tabs()[3] == "Keputusan Anda (1)"
    with qtbot.waitSignal(seat.screen.act_done) as told:
        seat.press(Qt.Key.Key_Space)

    assert told.args == ["Diterima dan dilaksanakan atas nama Anda."]
    qtbot.waitUntil(lambda: seat.tabs()[3] == "Keputusan Anda")
    assert "Tidak ada yang menunggu keputusan Anda." in seat.shown()


def test_a_superior_rejects_by_keyboard_with_a_reason(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice
) -> None:
    held_letter(office, "Undangan musrenbang")
    seat = sit_as(qtbot, screens_at, HEAD)
    qtbot.waitUntil(lambda: seat.tabs()[3] == "Keputusan Anda (1)")
    seat.choose_tab(3)
    seat.press(Qt.Key.Key_Delete)
    dialog = child(seat.screen, RejectDialog)
    dialog.activateWindow()
    qtbot.waitUntil(child(dialog, LineEdit).hasFocus)
    seat.press(Qt.Key.Key_Return)
    assert dialog.isVisible()  # without a reason nothing happens
    write("Sudah dicatat penggantinya")

    with qtbot.waitSignal(seat.screen.act_done) as told:
        seat.press(Qt.Key.Key_Return)

    assert told.args == ["Ditolak; alasannya disampaikan kepada yang mengerjakan."]
    assert not dialog.isVisible()
    qtbot.waitUntil(lambda: seat.tabs()[3] == "Keputusan Anda")


def test_who_decides_over_nobody_sees_no_list_of_it(sit_down: SitDown, office: SampleOffice) -> None:
    held_letter(office, "Undangan musrenbang")

    seat = sit_down()

    assert seat.tabs() == ["Antrean", "Pindaian", "Perlu perhatian", "Catatan"]


def test_every_act_has_a_name_of_its_own() -> None:
    names = [act_name(kind.name) for kind in ACTS]

    assert len(set(names)) == len(names)
    assert act_name("sesuatu.baru") not in names

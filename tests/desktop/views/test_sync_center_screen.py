"""Pusat Sinkron says calmly how things stand, and seriously what was refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.domain.acting import FieldConflict
from core.domain.errors import RefusalCode
from core.protocol.messages import OpResult, Outcome
from core.protocol.records import ACTS
from desktop.storage.meta import SyncFacts
from desktop.storage.outbox import OpState
from desktop.storage.sync_log import SyncLogEntry
from desktop.views.act_words import act_name
from desktop.views.sync_center import SyncCenterScreen
from desktop.views.sync_figures import FigureCard
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import Button
from desktop.widgets.labels import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.tab_strip import Tab
from desktop.widgets.theme import Theme
from tests.desktop.hands import click, press, shown
from tests.desktop.sample_office import CLERK, NOW, SampleOffice, make_office
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
    assert seat.tabs() == ["Antrean (1)", "Pindaian", "Ditolak", "Catatan"]
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
    assert seat.tabs()[2] == "Ditolak (1)"

    seat.choose_tab(2)
    assert "Tidak ada yang berubah. Jabatan Anda tidak berwenang melakukan ini." in seat.shown()
    assert seat.rows()[0].startswith("Mencatat surat, Undangan rapat")
    seat.press(Qt.Key.Key_Return)

    seat.qtbot.waitUntil(lambda: seat.tabs()[2] == "Ditolak")
    assert "Server menerima semua pekerjaan Anda." in seat.shown()


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


def test_the_practice_office_says_that_nothing_is_ever_sent(qtbot: QtBot, tmp_path: Path, view_theme: Theme) -> None:
    office = make_office(tmp_path / "latihan", practice=True)
    office.add_letter("Bappeda", "Undangan rapat")
    screens = Screens(view_theme, office, CLERK)
    seat = Seat(qtbot, screens)

    assert seat.sentence().startswith("Ini kantor latihan.")
    assert "tidak pernah dikirim" in seat.sentence()
    assert seat.buttons() == []
    assert seat.rows()[0].endswith("Tetap di sini")
    assert seat.remarks()[0] == "tetap di komputer ini"
    assert screens.runner.close()
    office.store.close()


def test_every_act_has_a_name_of_its_own() -> None:
    names = [act_name(kind.name) for kind in ACTS]

    assert len(set(names)) == len(names)
    assert act_name("sesuatu.baru") not in names

"""The card for the stick says what is going on, and that the stick may be pulled out only when it may."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.storage.blob_table import BlobState
from desktop.viewmodels.stick_exchange import StickExchange, StickState
from desktop.views.stick_card import StickCard
from desktop.views.sync_center import SyncCenterScreen
from desktop.widgets.buttons import Button
from desktop.widgets.theme import Theme
from tests.desktop.hands import press, shown
from tests.desktop.sample_office import CLERK, SampleOffice, make_office
from tests.desktop.sample_screens import Screens, ScreensAt
from tests.support.sticks import StickDesk, control

SCAN_BYTES = 400_000
ASK = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def desk(office: SampleOffice, tmp_path: Path) -> StickDesk:
    made = StickDesk(office.store, tmp_path / "berkas")
    office.add_letter("Bappeda", "Undangan rapat")
    sha256, size = made.files.add_bytes(os.urandom(SCAN_BYTES))
    with office.store.begin() as uow:
        uow.blobs.add(sha256, size, state=BlobState.TO_SEND, now_ms=1)
    return made


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stick that a person chooses in every dialog."""
    folder = tmp_path / "FLASH DISK (E)"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    monkeypatch.setattr(
        QFileDialog, "getOpenFileNames", lambda *_: ([str(path) for path in folder.glob("pesagi-jawab*")], "")
    )
    return folder


class Seat:
    """A person before Pusat Sinkron."""

    def __init__(self, qtbot: QtBot, screen: SyncCenterScreen, exchange: StickExchange) -> None:
        self.qtbot, self.screen, self.exchange = qtbot, screen, exchange
        self.card = screen.findChildren(StickCard)[0]
        self.said: list[str] = []
        self.toasts: list[str] = []
        screen.status_message.connect(self.toasts.append)
        exchange.changed.connect(self.note)

    def note(self) -> None:
        self.said.append(self.card.sentence())

    def wait(self) -> str:
        self.qtbot.waitUntil(lambda: not self.exchange.busy, timeout=20_000)
        return self.card.sentence()


@pytest.fixture
def seat(qtbot: QtBot, view_theme: Theme, screens_at: ScreensAt, desk: StickDesk) -> Seat:
    screens = screens_at(CLERK)
    exchange = StickExchange(lambda: desk, screens.runner, screens.owner)
    screen = SyncCenterScreen(view_theme, screens.center, traffic=screens.traffic, exchange=exchange)
    qtbot.addWidget(screen)
    screen.resize(1190, 668)
    with qtbot.waitExposed(screen):
        screen.show()
    screen.activateWindow()
    screen.activate()
    qtbot.waitUntil(lambda: screens.center.overview is not None and not screens.runner.busy)
    return Seat(qtbot, screen, exchange)


def test_sending_by_keyboard_ends_with_the_word_that_it_is_safe(seat: Seat, stick: Path) -> None:
    for action in seat.screen.actions_for_menu():
        seat.screen.addAction(action)
    press(Qt.Key.Key_K, modifier=ASK)

    sentence = seat.wait()

    assert sentence.startswith("Aman dicabut. 1 pekerjaan dan 1 pindaian (")
    assert seat.toasts == [sentence], "who is at another place hears of it too"
    assert len(list(stick.glob("*.psgb"))) == 1
    assert [said for said in seat.said[:-1] if "Aman" in said] == []
    assert seat.said[0] == "Menulis dan memeriksa kembali, 0%. Jangan cabut flash disk."


def test_receiving_from_the_stick_and_from_single_files(seat: Seat, desk: StickDesk, stick: Path) -> None:
    desk.answer(stick, control(grants=7))

    seat.card.choose_and_receive()
    first = seat.wait()
    seat.card.choose_files()
    second = seat.wait()

    assert first == second == "Tidak ada yang baru; isi kiriman itu sudah ada di komputer ini."
    assert seat.exchange.state is StickState.TAKEN


def test_what_goes_wrong_is_said_and_can_be_tried_again(seat: Seat, stick: Path) -> None:
    (stick / "pesagi-jawab-rusak.psgb").write_bytes(b"bukan kiriman")

    seat.card.choose_and_receive()

    assert seat.wait() == "Tidak ada yang berubah. Berkas itu bukan kiriman Pesagi; pilih yang berakhiran .psgb."
    assert [button.text() for button in shown(seat.card, Button)] == [
        "Kirim lewat flash disk",
        "Terima dari flash disk",
    ]
    assert all(button.isEnabled() for button in shown(seat.card, Button))


def test_nothing_is_begun_while_something_is_under_way_and_it_can_be_stopped(seat: Seat, stick: Path) -> None:
    seat.card.choose_and_send()
    assert shown(seat.card, Button)[0].text() == "Hentikan"
    assert not seat.screen.actions_for_menu()[1].isEnabled()
    seat.card.choose_and_receive()
    assert seat.exchange.state is StickState.WRITING

    shown(seat.card, Button)[0].click()

    assert seat.wait().startswith(("Dihentikan.", "Aman dicabut."))
    assert list(stick.glob("*.tmp")) == []


def test_no_stick_chosen_is_no_wish(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")

    seat.card.choose_and_send()
    seat.card.choose_and_receive()

    assert seat.exchange.state is StickState.IDLE


def test_the_practice_office_has_no_stick(qtbot: QtBot, tmp_path: Path, view_theme: Theme) -> None:
    office = make_office(tmp_path / "latihan", practice=True)
    screens = Screens(view_theme, office, CLERK)
    exchange = StickExchange(lambda: pytest.fail("nobody asked"), screens.runner, screens.owner)
    screen = SyncCenterScreen(view_theme, screens.center, traffic=screens.traffic, exchange=exchange)
    qtbot.addWidget(screen)
    with qtbot.waitExposed(screen):
        screen.show()
    screen.activate()
    qtbot.waitUntil(lambda: screens.center.overview is not None and not screens.runner.busy)

    assert shown(screen, StickCard) == []
    assert [action.text() for action in screen.actions_for_menu() if action.isVisible() and action.isEnabled()] == []
    assert screens.runner.close()
    office.store.close()

"""The card of the office's hub says which one is used, and lets a person choose another, an address or none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.services.hub_choice import HubChoiceService, is_address
from desktop.storage.meta import HubNotes
from desktop.storage.unit_of_work import Store
from desktop.system.settings import HUB_OFF, Settings, read_settings, write_settings
from desktop.viewmodels.hub_choice import HubChoice
from desktop.viewmodels.stick_exchange import StickExchange
from desktop.views.hub_card import HubCard
from desktop.views.sync_center import SyncCenterScreen
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme
from tests.desktop.hands import child, press, write
from tests.desktop.sample_office import CLERK, NOW, SampleOffice
from tests.desktop.sample_screens import ScreensAt
from tests.support.sticks import StickDesk

MET = HubNotes(
    hub=b"h" * 16, since_ms=1, address="https://10.1.2.3:8471", met_ms=int(NOW.timestamp() * 1000), online=True
)


class Seat:
    """A person before Pusat Sinkron."""

    def __init__(self, qtbot: QtBot, screen: SyncCenterScreen, choice: HubChoice, *, folder: Path) -> None:
        self.qtbot, self.screen, self.folder = qtbot, screen, folder
        self.card = child(screen, HubCard)
        self.way, self.address = child(self.card, ComboBox), child(self.card, LineEdit)
        self.tries: list[bool] = []
        choice.chosen.connect(self.note)

    def note(self) -> None:
        self.tries.append(True)

    def choose(self, place: int) -> None:
        self.way.setCurrentIndex(place)
        self.way.activated.emit(place)

    def kept(self) -> str:
        return read_settings(self.folder).hub


@dataclass
class Profile:
    """The store and the folder of a PC."""

    store: Store
    folder: Path


@pytest.fixture
def profile(office: SampleOffice, tmp_path: Path) -> Profile:
    folder = tmp_path / "profil"
    folder.mkdir()
    return Profile(office.store, folder)


@pytest.fixture
def seat(qtbot: QtBot, view_theme: Theme, screens_at: ScreensAt, profile: Profile) -> Seat:
    screens = screens_at(CLERK)
    choice = HubChoice(HubChoiceService(profile.store, profile.folder), screens.runner, screens.owner)
    desk = StickDesk(profile.store, profile.folder / "berkas")
    exchange = StickExchange(lambda: desk, screens.runner, screens.owner)
    screen = SyncCenterScreen(view_theme, screens.center, traffic=screens.traffic, exchange=exchange, hub=choice)
    qtbot.addWidget(screen)
    screen.resize(1190, 668)
    with qtbot.waitExposed(screen):
        screen.show()
    screen.activateWindow()
    screen.activate()
    qtbot.waitUntil(lambda: choice.state is not None and not screens.runner.busy)
    return Seat(qtbot, screen, choice, folder=profile.folder)


def said(seat: Seat, words: str) -> None:
    seat.qtbot.waitUntil(lambda: words in seat.card.sentence())


def test_without_a_hub_it_says_that_all_goes_on(seat: Seat) -> None:
    assert seat.card.sentence() == "Belum ada hub di jaringan kantor. Tanpa hub pun semuanya berjalan."


def test_the_hub_that_was_found_stands_with_its_address(seat: Seat, office: SampleOffice) -> None:
    with office.store.begin() as uow:
        uow.meta.write(MET)
    seat.screen.activate()

    said(seat, "10.1.2.3:8471, terakhir dihubungi")
    assert seat.card.sentence().endswith("Hub tersambung ke server.")


def test_an_address_can_be_typed_instead_and_is_tried_at_once(seat: Seat) -> None:
    write_settings(seat.folder, Settings(appearance="dark", scale=115))
    seat.choose(1)
    write("10.0.0.5:8471")
    press(Qt.Key.Key_Return)

    said(seat, "Belum pernah terhubung di alamat ini")
    assert read_settings(seat.folder) == Settings(appearance="dark", scale=115, hub="10.0.0.5:8471")
    assert seat.tries == [True]


def test_what_is_no_address_changes_nothing_and_is_said(seat: Seat) -> None:
    seat.choose(1)
    write("bukan alamat!")
    press(Qt.Key.Key_Return)

    assert "Pengaturan belum diubah" in seat.card.sentence()
    assert (seat.kept(), seat.tries) == ("", [])


def test_the_hub_can_be_turned_off_and_on_again(seat: Seat) -> None:
    seat.choose(2)
    said(seat, "Tidak dipakai")
    assert seat.kept() == HUB_OFF

    seat.choose(0)
    said(seat, "Belum ada hub")
    assert seat.kept() == ""


@pytest.mark.parametrize(
    ("typed", "fine"),
    [
        ("10.0.0.5:8471", True),
        ("https://hub-kantor:8471", True),
        ("hub.kantor.local", True),
        ("", False),
        ("off", False),
        ("10.0.0.5:99999", False),
        ("http://", False),
        ("dua kata", False),
    ],
)
def test_what_counts_as_an_address(typed: str, fine: bool) -> None:  # noqa: FBT001  # a column of the table
    assert is_address(typed) is fine


@pytest.mark.parametrize("scale", [100, 150])
def test_the_sentence_is_whole_beside_an_address_that_was_typed(
    seat: Seat, view_theme: Theme, scale: int, qtbot: QtBot
) -> None:
    view_theme.set_scale(scale)
    seat.screen.resize(1294, 640)
    seat.choose(1)
    write("10.9.9.9:8471")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "alamat ini" in seat.card.sentence(), timeout=10_000)
    sentence = next(one for one in seat.card.findChildren(Label) if one.text() == seat.card.sentence())

    qtbot.waitUntil(lambda: sentence.height() >= sentence.heightForWidth(sentence.width()), timeout=3_000)

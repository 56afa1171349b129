"""Sessions: the own ones are listed and ended by the password once more, those of somebody else by an administrator."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from core.domain.ids import DeviceId, UserId
from core.domain.sessions import NOWHERE, SessionEnd
from core.protocol.faults import FaultCode
from desktop.services.locksmith import SignInRefused, TooManyTries
from desktop.services.sessions import SessionLine
from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.viewmodels.session_entry import SessionEntry
from desktop.views.messages import sentence_for
from desktop.views.sessions_dialog import SessionsDialog
from desktop.widgets.banner import Banner
from desktop.widgets.confirmation import Confirmation
from desktop.widgets.fields import Field
from desktop.widgets.item_roles import DEFAULT_ROLES
from desktop.widgets.theme import Theme
from tests.desktop.hands import NO_KEY, press, shown
from tests.desktop.sample_office import ADMIN, GOVERNMENT, SampleOffice
from tests.desktop.sample_screens import Screens, ScreensAt
from tests.support.stores import every

RIGHT = "hujan turun di ladang"
BEGAN = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
HERE, STAFF_ROOM, LOST = (DeviceId(bytes([one]) * 16) for one in (1, 2, 3))


def line(device: DeviceId, name: str, *, days: int = 0) -> SessionLine:
    began = BEGAN + timedelta(days=days)
    return SessionLine(device=device, name=name, here=device == HERE, began_at=began, seen_at=began + timedelta(days=3))


@dataclass
class Server:
    """What the server says of the sessions, and what was asked to be ended with which password."""

    told: list[SessionLine] | EnvironmentFault = field(
        default_factory=lambda: [line(HERE, "PC TU 1"), line(STAFF_ROOM, "PC Ruang Staf"), line(LOST, "Laptop dinas")]
    )
    asked: list[tuple[str, DeviceId]] = field(default_factory=list)

    def look(self) -> list[SessionLine]:
        if isinstance(self.told, EnvironmentFault):
            raise self.told
        return self.told

    def end(self, password: str, device: DeviceId) -> None:
        self.asked.append((password, device))
        if password == "terlalu sering":  # what is typed here is none
            raise TooManyTries(30)
        if password != RIGHT:
            raise SignInRefused


class Seat:
    """A person before the open dialog."""

    def __init__(self, qtbot: QtBot, screens: Screens, theme: Theme, server: Server) -> None:
        self.qtbot, self.runner, self.server = qtbot, screens.runner, server
        self.entry = SessionEntry(screens.runner, server.end, server.look)
        self.dialog = SessionsDialog(theme, self.entry)
        qtbot.addWidget(self.dialog)
        with qtbot.waitExposed(self.dialog):
            self.dialog.begin()
        self.dialog.activateWindow()
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.runner.busy, timeout=20_000)

    def type_and_press(self, password: str, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
        self.dialog.password.setFocus()
        self.dialog.password.setText(password)
        press(key, modifier=modifier)
        self.settle()

    def spoken(self) -> list[str]:
        model = self.dialog.sessions.model()
        role = DEFAULT_ROLES.accessible
        return [str(model.data(model.index(row, 0), role)) for row in range(model.rowCount())]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def seat(qtbot: QtBot, screens_at: ScreensAt, view_theme: Theme, server: Server) -> Seat:
    return Seat(qtbot, screens_at(ADMIN), view_theme, server)


def test_each_pc_is_said_with_its_name_since_when_and_its_last_contact_and_this_one_is_marked(seat: Seat) -> None:
    assert seat.spoken() == [
        "PC TU 1, Komputer ini, Masuk 2 Nov 2026 08.00, Kontak terakhir 5 Nov 2026 08.00",
        "PC Ruang Staf, Komputer lain, Masuk 2 Nov 2026 08.00, Kontak terakhir 5 Nov 2026 08.00",
        "Laptop dinas, Komputer lain, Masuk 2 Nov 2026 08.00, Kontak terakhir 5 Nov 2026 08.00",
    ]
    assert seat.dialog.sessions.accessibleName() == "Komputer tempat Anda masuk"
    assert seat.dialog.password.accessibleName() == "Kata sandi Anda"


def test_one_is_chosen_and_left_by_the_keyboard_and_shown_as_left_until_the_server_heard_of_it(seat: Seat) -> None:
    seat.dialog.sessions.setFocus()
    press(Qt.Key.Key_Down)
    with seat.qtbot.waitSignal(seat.dialog.ended):
        seat.type_and_press(RIGHT, Qt.Key.Key_Return)

    assert seat.server.asked == [(RIGHT, LOST)]
    assert (seat.dialog.isVisible(), seat.dialog.password.text()) == (True, "")
    seat.dialog.look_again()
    seat.settle()
    assert "Dikeluarkan begitu server mendengarnya" in seat.spoken()[2]
    seat.type_and_press(RIGHT, Qt.Key.Key_Return)
    assert len(seat.server.asked) == 1, "what is left already is not left again"

    seat.server.told = [line(HERE, "PC TU 1"), line(LOST, "Laptop dinas", days=9)]
    press(Qt.Key.Key_F5)
    seat.settle()
    assert [one.split(",")[2] for one in seat.spoken()] == [" Masuk 2 Nov 2026 08.00", " Masuk 11 Nov 2026 08.00"]


def test_this_pc_cannot_be_chosen_and_that_is_said(seat: Seat) -> None:
    seat.dialog.sessions.select_row(0)

    seat.type_and_press(RIGHT, Qt.Key.Key_Return)

    assert seat.server.asked == []
    assert any("Belum ada yang dipilih" in one.text() for one in shown(seat.dialog, Banner))


def test_the_password_is_asked_once_more_and_a_wrong_one_is_said_at_its_field(seat: Seat) -> None:
    seat.type_and_press("", Qt.Key.Key_Return)
    assert [bool(one.error()) for one in shown(seat.dialog, Field)] == [True]
    for typed in ("salah", "terlalu sering"):
        seat.type_and_press(typed, Qt.Key.Key_Return)
        assert seat.dialog.isVisible()

    with seat.qtbot.waitSignal(seat.dialog.ended):
        seat.type_and_press(RIGHT, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert seat.server.asked == [("salah", STAFF_ROOM), ("terlalu sering", STAFF_ROOM), (RIGHT, NOWHERE)]
    assert (seat.dialog.isVisible(), seat.dialog.password.text()) == (False, "")


def test_without_a_line_one_sentence_says_so_and_all_others_can_still_be_left(
    qtbot: QtBot, screens_at: ScreensAt, view_theme: Theme
) -> None:
    server = Server(told=EnvironmentFault(FaultOf.NO_NETWORK))
    seat = Seat(qtbot, screens_at(ADMIN), view_theme, server)

    assert "yang sekarang tidak terjangkau" in seat.dialog.missing.text()
    assert seat.spoken() == []
    with qtbot.waitSignal(seat.dialog.ended):
        seat.type_and_press(RIGHT, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert server.asked == [(RIGHT, NOWHERE)]

    server.told = EnvironmentFault(FaultOf.SERVER_SAID_NO, FaultCode.SIGNED_OUT.value)
    seat.dialog.begin()
    seat.settle()
    assert seat.dialog.missing.text() == sentence_for(FaultCode.SIGNED_OUT)


def test_the_list_and_why_it_is_old_fit_the_smallest_screen_in_the_largest_size(seat: Seat, view_theme: Theme) -> None:
    view_theme.set_scale(150)
    seat.server.told = EnvironmentFault(FaultOf.NO_NETWORK)
    press(Qt.Key.Key_F5)
    seat.settle()

    assert seat.dialog.missing.isVisible()
    assert seat.dialog.sizeHint().height() <= 768 - 40, "but for the bar of the tasks"


def test_an_administrator_ends_the_sessions_of_a_person_after_a_question(
    qtbot: QtBot, screens_at: ScreensAt, office: SampleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    screens: Screens = screens_at(ADMIN)
    screen = screens.people()
    qtbot.addWidget(screen)
    screen.show()
    screen.activate()
    qtbot.waitUntil(lambda: screens.desk.loaded and not screens.runner.busy)
    asked: list[str] = []

    def answered_yes(question: Confirmation) -> bool:
        asked.append(question.windowTitle())
        return True

    monkeypatch.setattr(Confirmation, "exec", answered_yes)
    screen.users.page.select(UserId(GOVERNMENT))

    with qtbot.waitSignal(screens.desk.done):
        screen.users.sessions_action.trigger()

    (made,) = [one.record for one in every(office.store, SessionEnd)]
    assert (made.user, made.ended_as, len(asked)) == (UserId(GOVERNMENT), ADMIN, 1)

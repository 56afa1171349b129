"""The agenda on the screen: keys decide, what meets is said, what wants an answer is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.domain.attendance import Attending
from core.domain.ids import LetterId
from desktop.services.agenda import AgendaService
from desktop.services.replies import ReplyService
from desktop.viewmodels.agenda_desk import AgendaDesk
from desktop.viewmodels.event_desk import EventDesk
from desktop.viewmodels.reply_desk import ReplyDesk
from desktop.views.agenda_screen import AgendaScreen
from desktop.views.delegate_dialog import DelegateDialog
from desktop.widgets.banner import Banner
from desktop.widgets.choice_chips import ChoiceChip
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import TaskRunner
from tests.desktop.hands import press, shown, write
from tests.desktop.sample_office import CLERK, HEAD, SECRETARY, TODAY, SampleOffice


class Seat:
    """The head before his agenda."""

    def __init__(self, qtbot: QtBot, theme: Theme, office: SampleOffice) -> None:
        self.qtbot, self.office, self.owner = qtbot, office, QObject()
        self.runner = TaskRunner(self.owner)
        feed = ChangeFeed(office.store.listen, self.owner)
        actor = office.actor(HEAD)
        self.agenda = AgendaService(office.store, actor, office.clock, office.dispositions(HEAD))
        self.replies = ReplyService(office.store, actor, office.clock)
        desk = AgendaDesk(self.agenda, self.replies, self.runner, feed=feed, parent=self.owner)
        events = EventDesk(self.agenda, self.runner, feed, parent=self.owner)
        replies = ReplyDesk(self.replies, self.runner, parent=self.owner)
        self.screen = AgendaScreen(theme, desk, events=events, replies=replies)
        self.told: list[str] = []
        self.screen.act_done.connect(self.told.append)
        self.screen.status_message.connect(self.told.append)
        qtbot.addWidget(self.screen)
        self.screen.resize(1100, 640)
        with qtbot.waitExposed(self.screen):
            self.screen.show()
        self.screen.activateWindow()
        self.screen.activate()

    def wait_for(self, words: str) -> None:
        self.qtbot.waitUntil(lambda: words in self.rows(), timeout=20_000)

    def rows(self) -> str:
        table = self.screen.table if self.screen.table.isVisible() else self.screen.awaited
        return "\n".join(table.row_text(row) for row in range(table.model().rowCount()))


@pytest.fixture
def sit_down(qtbot: QtBot, view_theme: Theme, office: SampleOffice) -> Iterator[Callable[[], Seat]]:
    seats: list[Seat] = []

    def sit() -> Seat:
        seats.append(Seat(qtbot, view_theme, office))
        return seats[-1]

    yield sit
    for seat in seats:
        seat.runner.close()


def invite(office: SampleOffice, subject: str, *, start: str, day: date = TODAY) -> LetterId:
    letter = office.add_letter("Bappeda", subject)
    event = {"event_on": day.isoformat(), "event_from": start, "event_place": "Aula"}
    office.letters(CLERK).amend(letter, event)
    return letter


def test_a_key_decides_and_another_sends_somebody(sit_down: Callable[[], Seat], office: SampleOffice) -> None:
    first = invite(office, "Undangan rapat", start="09:00")
    invite(office, "Undangan upacara", start="10:00")
    seat = sit_down()
    seat.wait_for("Bertabrakan")
    seat.qtbot.waitUntil(lambda: any("Undangan upacara" in one.text() for one in shown(seat.screen, Banner)))

    press("H")
    seat.qtbot.waitUntil(lambda: seat.told == ["Dicatat: hadir sendiri"])
    press("W")
    seat.qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), ChoiceChip))
    press("2")
    dialog = shown(seat.screen, DelegateDialog)[0]
    dialog.confirm()
    seat.wait_for("Diwakilkan")

    (mine,) = office.dispositions(SECRETARY).for_me()
    assert (mine.disposition.letter_id, mine.disposition.instructions) == (first, (2,))
    view = seat.agenda.of_letter(first)
    assert view is not None
    assert [one.how for one in view.decided] == [Attending.DELEGATED]


def test_what_is_late_stands_first_until_its_answer_is_entered(
    sit_down: Callable[[], Seat], office: SampleOffice
) -> None:
    for subject, days in (("Permintaan data", 5), ("Permohonan bantuan", -2)):
        ReplyService(office.store, office.actor(CLERK), office.clock).expect(
            office.add_letter("Dinas Sosial", subject), TODAY + timedelta(days=days)
        )
    seat = sit_down()
    seat.screen.show_tab("unanswered")
    seat.wait_for("Permintaan data")
    assert seat.rows().index("Lewat 2 hari") < seat.rows().index("5 hari lagi")

    seat.screen.awaited.setFocus()
    press("B")
    seat.qtbot.waitUntil(lambda: isinstance(QApplication.focusWidget(), LineEdit))
    write("005/77/2026")
    press(Qt.Key.Key_Return)

    seat.qtbot.waitUntil(lambda: "Permohonan bantuan" not in seat.rows(), timeout=20_000)
    assert seat.told == ["Balasan dicatat"]

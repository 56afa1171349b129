"""The event of a letter on the screen of letters, which gets it after it stands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from core.domain.ids import PositionId
from desktop.widgets.buttons import Button
from desktop.widgets.theme import Theme
from tests.desktop.letter_desk import LetterDesk
from tests.desktop.letter_seat import CTRL, PATIENCE_MS, Seat
from tests.desktop.sample_office import CLERK, HEAD, TODAY, SampleOffice


def test_tab_comes_by_the_event_of_a_letter_before_its_scan(
    qtbot: QtBot, view_theme: Theme, desk_of: Callable[[PositionId], LetterDesk], kecamatan: SampleOffice
) -> None:
    letter = kecamatan.add_letter("Bappeda", "Undangan rapat")
    event = {"event_on": TODAY.isoformat(), "event_from": "09:00", "event_place": "Aula"}
    kecamatan.letters(CLERK).amend(letter, event)
    seat = Seat(qtbot, view_theme, desk=desk_of(HEAD), width=1366, height=700)
    seat.qtbot.waitUntil(lambda: "Hadir sendiri" in seat.buttons(), timeout=PATIENCE_MS)

    around, reading = list[QWidget](), seat.screen.reading
    part: QWidget | None = reading.nextInFocusChain()
    while part is not None and part is not reading:
        around.append(part)
        part = part.nextInFocusChain()

    decisions = [around.index(one) for one in seat.shown(Button) if one.text() in {"Hadir sendiri", "Tidak hadir"}]
    assert len(decisions) == 2
    assert max(decisions) < around.index(reading.scan_pane.page_view.image_view())


def test_nothing_is_decided_on_an_event_that_the_form_covers(
    qtbot: QtBot, view_theme: Theme, desk_of: Callable[[PositionId], LetterDesk], kecamatan: SampleOffice
) -> None:
    letter = kecamatan.add_letter("Bappeda", "Rapat")
    kecamatan.letters(CLERK).amend(letter, {"event_on": "2026-12-01"})
    seat = Seat(qtbot, view_theme, desk=desk_of(CLERK), width=1366, height=700)
    events = seat.desk.events
    seat.qtbot.waitUntil(lambda: events.chair is not None, timeout=PATIENCE_MS)
    seat.press(Qt.Key.Key_N, CTRL)
    seat.settle()

    seat.form.fields.urgency.setFocus()
    seat.press(Qt.Key.Key_T)
    seat.settle()
    view = kecamatan.register(CLERK).letter(letter)
    assert view is not None
    assert view.letter.attendance == ()

    seat.press(Qt.Key.Key_Escape)
    seat.qtbot.waitUntil(lambda: events.chair is not None, timeout=PATIENCE_MS)

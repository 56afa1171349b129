"""Goes through every screen of the program as three persons see it: places, tabs, and all that the menus open.

Whatever a later feature adds to the navigation, to the tabs or to the menus is visited without a word here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QWidget

from benchmarks.guide_seat import Seat
from desktop.views.main_menu import MainMenu
from desktop.widgets.sheet import SheetDialog
from desktop.widgets.tab_strip import Tab

PEOPLE = ("tu", "camat", "admin")
# They end the visit, or change what the tour itself changes: the person, the place, the look.
NOT_FOR_THE_TOUR = (
    "switch_user",
    "quit",
    "lock",
    "sync_now",
    "tour",
    "chair_",
    "place_",
    "scale_",
    "dark",
    "high_contrast",
)
MOST_TABS = 12


@dataclass(frozen=True, slots=True)
class Stop:
    """A thing to look at: its name as a file's name, and the window or dialog that shows it."""

    name: str
    shown: QWidget


def stops_of(seat: Seat, person: str, opened: set[str] | None = None) -> Iterator[Stop]:
    """Visit what one person can reach; each stop stands until the next one is asked for.

    `opened` are commands of the menus that need not be tried again; those that open something come to it.
    """
    with nobody_chooses_a_file():
        seat.rest(lambda: seat.desk is not None)
        seen: set[str] = set() if opened is None else opened
        for place in [name.removeprefix("place_") for name in offered(seat) if name.startswith("place_")]:
            seat.window.show_place(place)
            seat.rest()
            _go_back(seat, place)  # what a command of the place before has opened here
            yield Stop(f"{person}_{place}", seat.window)
            yield from _tabs(seat, f"{person}_{place}")
            yield from _openings(seat, person, place=place, seen=seen)


def offered(seat: Seat) -> dict[str, QAction]:
    """What the menus offer now, by the names of the actions."""
    return {one.objectName(): one for one in seat.window.findChild(MainMenu).commands() if one.objectName()}


@contextmanager
def nobody_chooses_a_file() -> Iterator[None]:
    """Nothing waits for a person: the file dialogs of the system are left by Escape, and a question is only shown."""
    with (
        mock.patch.object(QFileDialog, "getOpenFileNames", return_value=([], "")),
        mock.patch.object(QFileDialog, "getOpenFileName", return_value=("", "")),
        mock.patch.object(QFileDialog, "getSaveFileName", return_value=("", "")),
        mock.patch.object(QFileDialog, "getExistingDirectory", return_value=""),
        mock.patch.object(SheetDialog, "exec", _only_show),
    ):
        yield


def _only_show(dialog: SheetDialog) -> int:
    dialog.show()
    return 0


def _tabs(seat: Seat, name: str) -> Iterator[Stop]:
    for number in range(MOST_TABS):
        shown = [tab for tab in seat.window.findChildren(Tab) if tab.isVisible() and tab.isEnabled()]
        if number >= len(shown):
            return
        if shown[number].isChecked():
            continue
        shown[number].click()
        seat.rest()
        yield Stop(f"{name}_tab{number + 1}", seat.window)


def _openings(seat: Seat, person: str, *, place: str, seen: set[str]) -> Iterator[Stop]:
    """All that the menus offer on this screen and that opens something before or within the window."""
    for name in [one for one in offered(seat) if not one.startswith(NOT_FOR_THE_TOUR)]:
        action = offered(seat).get(name)
        if name in seen or action is None or not action.isEnabled():
            continue
        before = keys_go_to(seat)
        action.trigger()
        seat.rest()
        opened = dialogs()
        if opened or keys_go_to(seat) is not before:
            seen.add(name)
            yield Stop(f"{person}_{place}_{name}", opened[-1] if opened else seat.window)
        _go_back(seat, place)


def dialogs() -> list[QWidget]:
    """The dialogs that stand before the window."""
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog) and one.isVisible()]


def keys_go_to(seat: Seat) -> QWidget:
    """Where the keys go: another one after a form or the search has opened within the window."""
    return QApplication.focusWidget() or seat.window


def _go_back(seat: Seat, place: str) -> None:
    for dialog in dialogs():
        dialog.close()
    focus = QApplication.focusWidget()
    if focus is not None:
        QTest.keyClick(focus, Qt.Key.Key_Escape)
    seat.rest()
    for dialog in dialogs():
        dialog.close()
    seat.window.show_place(place)
    seat.rest()

"""What every page of the main window is and promises."""

from collections.abc import Collection

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget


class Screen(QWidget):
    """A page of the main window.

    Signals: `badge_changed(int)` with the count shown in the navigation, `status_message(str)` with the text of a
    toast, `act_done(str)` with what was done just now and may be undone, `title_changed(str)` when the page within the
    screen is another one, `seen_wanted()` when an act of its menu, asked for from any screen, has opened a page here.
    """

    badge_changed = Signal(int)
    status_message = Signal(str)
    act_done = Signal(str)
    title_changed = Signal(str)
    seen_wanted = Signal()

    title: str = ""
    """The page title in Indonesian; a subclass sets it in its constructor."""

    def activate(self) -> None:
        """The screen is shown: refresh, and put the focus on the main list."""

    def handle_find(self) -> None:
        """Ctrl+F: put the focus on the search field, where there is one."""

    def handle_undone(self, rows: Collection[tuple[int, bytes]]) -> None:
        """An act was undone, and these rows are as before: show again what it was made from."""

    def actions_for_menu(self) -> list[QAction]:
        """The actions that belong into the menu of this screen, in their order."""
        return []


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A screen with its place in the navigation.

    `key` is `home`, `letters`, `dispositions`, `agenda`, `archive`, `sync`, `scans` or `people`; it decides in which
    menu the actions stand. `urgent` shows the badge in gold: it waits for this person.
    """

    key: str
    icon: str
    screen: Screen
    urgent: bool = False


def make_action(parent: QObject, text: str, *, shortcut: str = "", name: str = "", everywhere: bool = False) -> QAction:
    """An action for a menu, with its keys; `name` finds it again in tests.

    One of a screen acts while its screen is shown. One that begins something new may act from `everywhere`, and its
    screen is brought forward: nothing ever happens out of sight.
    """
    action = QAction(text, parent)
    if shortcut:
        action.setShortcut(shortcut)
    action.setObjectName(name)
    action.setProperty("everywhere", everywhere)
    return action

"""The acts of the screens: those of a screen that is not shown answer to nothing, neither keys nor menus nor Ctrl+K."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup

from desktop.views.screen import Screen


class ScreenActs(QObject):
    """Watches over the actions that the screens give to the menus.

    A screen goes on saying which of its actions can be done; a group that rests hides that for as long as it rests.

    Signals: `place_wanted(str)` with the key of a screen one of whose acts was begun from elsewhere.
    """

    place_wanted = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._groups: dict[str, QActionGroup] = {}
        self._current = ""

    def take(self, key: str, screen: Screen) -> list[QAction]:
        """The actions of a screen for a menu, under watch from now on."""
        actions = screen.actions_for_menu()
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = QActionGroup(self)
            group.setExclusionPolicy(QActionGroup.ExclusionPolicy.None_)
            group.setObjectName(key)
        for action in actions:
            if not action.property("everywhere"):
                group.addAction(action)
            elif not action.property("placeKey"):
                action.setProperty("placeKey", key)
                action.triggered.connect(self._on_everywhere)
        group.setEnabled(key == self._current)
        return actions

    @Slot(str)
    def show_place(self, key: str) -> None:
        """Another screen is shown."""
        self._current = key
        for other, group in self._groups.items():
            group.setEnabled(other == key)

    def rests(self, action: QAction) -> bool:
        """Whether an action belongs to a screen that is not shown."""
        return any(action in group.actions() and not group.isEnabled() for group in self._groups.values())

    def clear(self) -> None:
        """The screens go, or are covered: nothing is watched any more."""
        for group in self._groups.values():
            group.setEnabled(True)
            group.deleteLater()
        self._groups = {}

    @Slot()
    def _on_everywhere(self) -> None:
        action = self.sender()
        if isinstance(action, QAction) and action.property("placeKey") != self._current:
            self.place_wanted.emit(str(action.property("placeKey")))

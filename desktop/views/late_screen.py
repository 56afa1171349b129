"""A place in the navigation whose screen is built a moment after the window stands."""

from collections.abc import Callable, Collection

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.views.screen import Screen


class LateScreen(Screen):
    """Builds the real screen when it is first shown, or when `build` is called.

    Signals: `built()` when the real screen and its actions are there.
    """

    built = Signal()

    def __init__(self, title: str, make: Callable[[], Screen], *, parent: QWidget | None = None) -> None:
        """`title` is that of the real screen; `make` builds it."""
        super().__init__(parent)
        self.title = title
        self._make = make
        self._screen: Screen | None = None
        self._layout = QStackedLayout(self)

    @property
    def stands(self) -> bool:
        """Whether the real screen is there."""
        return self._screen is not None

    @property
    def real(self) -> Screen:
        """The real screen, built if need be."""
        return self._screen or self.build()

    @Slot()
    def build(self) -> Screen:
        """Build the real screen, unless it stands already."""
        if self._screen is None:
            self._screen = self._make()
            self._screen.badge_changed.connect(self.badge_changed)
            self._screen.status_message.connect(self.status_message)
            self._screen.act_done.connect(self.act_done)
            self._screen.title_changed.connect(self.title_changed)
            self._screen.seen_wanted.connect(self.seen_wanted)
            self._layout.addWidget(self._screen)
            self.built.emit()
        return self._screen

    def activate(self) -> None:
        """The screen is shown."""
        self.real.activate()

    def handle_find(self) -> None:
        """Ctrl+F."""
        self.real.handle_find()

    def handle_undone(self, rows: Collection[tuple[int, bytes]]) -> None:
        """Nothing was made on a screen that does not stand."""
        if self._screen is not None:
            self._screen.handle_undone(rows)

    def actions_for_menu(self) -> list[QAction]:
        """The actions of the real screen; none before it stands."""
        return self._screen.actions_for_menu() if self._screen else []

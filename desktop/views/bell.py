"""The corner beside the menus: the bell with the number of notices that were not seen, and whether this is practice."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QMenuBar, QWidget

from desktop.widgets.badges import Pill
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import IconButton
from desktop.widgets.theme import Theme, Tone

MOST = 99


class Bell(QWidget):
    """Signals: `clicked()`; `widened()` when it needs another width."""

    clicked = Signal()
    widened = Signal()

    def __init__(self, theme: Theme, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._button = IconButton(theme, "bell", self.tr("Pemberitahuan"), framed=False, small=True, parent=self)
        self._count = Pill(theme, tone=Tone.WARNING, parent=self)
        self._count.hide()
        row = Row(theme, gap=4, parent=self)
        row.add(self._button, self._count)
        self._button.clicked.connect(self.clicked)

    def set_unseen(self, count: int) -> None:
        """Show how many were not seen."""
        name = self.tr("Pemberitahuan, {count} baru").format(count=count) if count else self.tr("Pemberitahuan")
        self._button.set_name(name)
        self._count.set_pill(str(count) if count <= MOST else f"{MOST}+", Tone.WARNING)
        self._count.setVisible(count > 0)
        self.updateGeometry()
        self.widened.emit()


class MenuCorner(QWidget):
    """What stands at the right end of a menu bar."""

    def __init__(self, theme: Theme, bar: QMenuBar) -> None:
        super().__init__()
        self._bar = bar
        self.bell = Bell(theme)
        self._practice = Pill(theme, self.tr("LATIHAN"), tone=Tone.WARNING)
        row = Row(theme, gap=8, margins=(0, 2, 12, 2), parent=self)
        row.add(self.bell, self._practice)
        self._fit()
        self.bell.widened.connect(self._fit)

    def begin(self, *, practice: bool) -> None:
        """Somebody works, in practice or not; nothing is known yet of what he has not seen."""
        self._practice.setVisible(practice)
        self.bell.set_unseen(0)

    @Slot()
    def _fit(self) -> None:
        """Take the width that is needed now: a menu bar looks only when it is told of a corner."""
        self._bar.setCornerWidget(self, Qt.Corner.TopRightCorner)

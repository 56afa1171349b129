"""The bell beside the menus, with the number of notices that were not seen."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

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

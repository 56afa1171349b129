"""Karantina: what is held in the offices of an administrator, to be accepted or rejected."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.held_review import HeldReview
from desktop.views.held_panel import HeldPanel
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.theme import Theme


class QuarantinePage(QWidget):
    """The list of Pusat Sinkron, among the pages of an administrator.

    Signals: `told(str)` with a sentence after a decision, or why there was none.
    """

    told = Signal(str)

    def __init__(self, theme: Theme, review: HeldReview, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = HeldPanel(theme, review)
        self._panel.told.connect(self.told)
        column = Stack(theme, gap=0, parent=self)
        column.add(self._panel)

    @property
    def page(self) -> "QuarantinePage":
        """Itself: it has no pane."""
        return self

    @property
    def asks(self) -> bool:
        """Its dialog says by itself what is wrong."""
        return False

    def focus_table(self) -> None:
        """Put the keyboard on the list."""
        self._panel.setFocus(Qt.FocusReason.OtherFocusReason)

    def actions_for_menu(self) -> list[QAction]:
        """Its keys are its own."""
        return []

    @Slot()
    def begin(self) -> None:
        """Nothing begins here."""

"""What a list shows while it has no rows: pale bars while they are on their way, else a sentence and one action."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QRect, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from desktop.widgets.theme import Theme

BAR = 10
SHARES = (0.62, 0.48, 0.7, 0.55)
PADDING = 16


class ListOverlay(QWidget):
    """Lies over the rows of a list and hides itself as soon as there is one."""

    def __init__(self, theme: Theme, view: QAbstractItemView, *, row_height: int) -> None:
        super().__init__(view.viewport())
        self._theme = theme
        self._view = view
        self._row_height = row_height
        self._placeholder: QWidget | None = None
        self._model: QAbstractItemModel | None = None
        self._busy = False
        view.viewport().installEventFilter(self)
        self._refresh()

    def set_placeholder(self, placeholder: QWidget) -> None:
        """Show `placeholder`, usually an EmptyState, whenever there is no row; replaces the one before."""
        if self._placeholder is not None:
            self._placeholder.hide()
            self._placeholder.deleteLater()
        self._placeholder = placeholder
        placeholder.setParent(self)
        self._refresh()

    def set_busy(self, *, busy: bool) -> None:
        """Show pale bars instead of the placeholder while the first rows are on their way."""
        self._busy = busy
        self._refresh()

    def watch(self, model: QAbstractItemModel | None) -> None:
        """Follow the number of rows of another model."""
        if self._model is not None:
            for signal in (self._model.modelReset, self._model.rowsInserted, self._model.rowsRemoved):
                signal.disconnect(self._refresh)
            self._model.destroyed.disconnect(self._forget)
        self._model = model
        if model is not None:
            for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved):
                signal.connect(self._refresh)
            model.destroyed.connect(self._forget)
        self._refresh()

    def row_count(self) -> int:
        """Give the number of rows of the list, 0 while it has no model."""
        return 0 if self._model is None else self._model.rowCount()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay as large as the list."""
        if event.type() == QEvent.Type.Resize:
            self._refresh()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground, and the pale bars while busy."""
        theme = self._theme
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        if self._busy:
            row, bar, pad = theme.px(self._row_height), theme.px(BAR), theme.px(PADDING)
            for line, top in enumerate(range(0, self.height(), row)):
                width = round((self.width() - 2 * pad) * SHARES[line % len(SHARES)])
                painter.fillRect(QRect(pad, top + (row - bar) // 2, width, bar), theme.colour("hairline"))
                painter.fillRect(QRect(0, top + row - 1, self.width(), 1), theme.colour("hairline"))
        painter.end()

    @Slot()
    def _forget(self) -> None:
        # A model may go before its list; asking it for rows then would be an error.
        self._model = None
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        shown = self.row_count() == 0 and (self._busy or self._placeholder is not None)
        self.setVisible(shown)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, self._busy)
        self.setGeometry(self._view.viewport().rect())
        if self._placeholder is not None:
            self._placeholder.setGeometry(self.rect())
            self._placeholder.setVisible(not self._busy)
        self.update()

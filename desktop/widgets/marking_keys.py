"""Marking several rows of a list, by mouse as everywhere, and by keyboard without a hand on Ctrl.

Space marks the current row and begins marking: from then on the arrows go past what is marked, Space marks and
unmarks, Escape ends it. Shift with an arrow, Shift or Ctrl with a click do what they do in any list.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication

FLAG = QItemSelectionModel.SelectionFlag
PLAIN = Qt.KeyboardModifier.NoModifier
ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
GOING = frozenset(
    {
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
    }
)


class MarkingKeys(QObject):
    """Watches over one table or list; its property `marking` says whether several rows are marked, or shall be.

    Signals: `changed()` when other rows are marked.
    """

    changed = Signal()

    def __init__(self, table: QAbstractItemView, *, changing: Callable[[], bool]) -> None:
        """The table has its model, and lets several rows be selected.

        While `changing` says that rows change their places, what Qt selects is nobody's wish: `show_rows` follows.
        """
        super().__init__(table)
        self._table = table
        self._changing = changing
        self._begun = False
        self._showing = False
        self.anew = True
        """Whether the last change forgot what was marked before it."""
        table.setProperty("marking", False)
        table.installEventFilter(self)
        table.viewport().installEventFilter(self)
        table.selectionModel().selectionChanged.connect(self._on_selection)
        table.model().modelReset.connect(self._on_reset)

    @property
    def marking(self) -> bool:
        """Whether several rows are marked, or shall be."""
        return bool(self._table.property("marking"))

    def spans(self) -> list[tuple[int, int]]:
        """The marked rows: first and last of each run, in their order, none twice."""
        ranges = self._table.selectionModel().selection()
        ends = sorted((ranges.at(at).top(), ranges.at(at).bottom()) for at in range(ranges.count()))
        runs: list[tuple[int, int]] = []
        for first, last in ends:
            if runs and first <= runs[-1][1] + 1:
                runs[-1] = (runs[-1][0], max(runs[-1][1], last))
            else:
                runs.append((first, last))
        return runs

    def show_rows(self, rows: tuple[int, ...]) -> None:
        """Mark these rows and no others; the current one stays where it is."""
        model, chosen = self._table.model(), QItemSelection()
        for row in rows:
            chosen.select(model.index(row, 0), model.index(row, model.columnCount() - 1))
        self._showing = True
        self._table.selectionModel().select(chosen, FLAG.ClearAndSelect | FLAG.Rows)
        self._showing = False
        self._table.viewport().update()

    @Slot()
    def end(self) -> None:
        """Mark the current row alone."""
        self._begun = False
        self.anew = True
        self._table.selectionModel().select(self._table.currentIndex(), FLAG.ClearAndSelect | FLAG.Rows)
        self._settle()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys that mark."""
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress:
            self._begun = self._begun and bool(event.modifiers() & ADDING)
            self.anew = not event.modifiers() & ADDING
        if watched is self._table and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        if not self._table.isVisible():
            return False  # a table that is covered can still have the keyboard, and nobody sees its marks
        key, plain = Qt.Key(event.key()), event.modifiers() in {PLAIN, Qt.KeyboardModifier.KeypadModifier}
        self.anew = plain and not self._begun
        if plain and key == Qt.Key.Key_Space and self._table.currentIndex().isValid():
            self._mark_current()
            return True
        if plain and key == Qt.Key.Key_Escape and self.marking:
            self.end()
            return True
        if plain and self._begun and key in GOING:
            # As with Ctrl: the current row moves, the marks stay.
            moved = QKeyEvent(event.type(), key, Qt.KeyboardModifier.ControlModifier)
            QApplication.sendEvent(self._table, moved)
            return True
        return False

    def _mark_current(self) -> None:
        index = self._table.currentIndex()
        if not self._begun and not self.marking:
            self._begun = True
            self._table.selectionModel().select(index, FLAG.ClearAndSelect | FLAG.Rows)
            self._settle()
            return
        self._begun = True
        self._table.selectionModel().select(index, FLAG.Toggle | FLAG.Rows)
        if not self.spans():
            self.end()

    @Slot()
    def _on_selection(self) -> None:
        if not self._showing and not self._changing():
            self._settle()

    @Slot()
    def _on_reset(self) -> None:
        # Qt forgets what was selected without a word.
        self._begun = False
        self._settle()

    def _settle(self) -> None:
        runs = self.spans()
        self._begun = self._begun and bool(runs)
        several = sum(last - first + 1 for first, last in runs) > 1
        self._table.setProperty("marking", self._begun or several)
        self._table.viewport().update()
        self.changed.emit()

"""Atur kolom: which columns of a list are shown, and in which order; everything by keyboard, and at once."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.widgets.boxes import Column
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.checks import CheckBox
from desktop.widgets.item_roles import header_text
from desktop.widgets.record_table import RecordTable
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme

WIDTH = 420
CTRL = Qt.KeyboardModifier.ControlModifier
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class ColumnDialog(SheetDialog):
    """One box a column, in the order of the list."""

    def __init__(self, theme: Theme, table: RecordTable, *, parent: QWidget | None = None) -> None:
        sheet = Sheet(theme, "", icon="list", width=WIDTH, card=False)
        super().__init__(theme, sheet, parent=parent)
        sheet.set_title(self.tr("Atur kolom"))
        self.setWindowTitle(self.tr("Atur kolom"))
        self._columns = table.let_arrange()
        sheet.set_text(
            self.tr(
                "Spasi menampilkan atau menyembunyikan kolom; Ctrl+\u2191 dan Ctrl+\u2193 memindahkannya. "
                "Judul kolom juga dapat diseret."
            )
        )
        self._boxes: dict[int, CheckBox] = {}
        self._list = Column(theme, gap=2)
        sheet.body.add(self._list)
        reset = Button(theme, self.tr("Seperti semula"), kind=ButtonKind.QUIET)
        close = Button(theme, self.tr("Tutup"), kind=ButtonKind.PRIMARY, key_hint=self.tr("Esc"))
        reset.clicked.connect(self._on_reset)
        close.clicked.connect(self.accept)
        sheet.add_button(reset, left=True)
        sheet.add_button(close)
        for column in self._columns.order:
            name = header_text(table.model(), column)
            if not name:
                continue
            if not self._columns.may_hide(column):
                name = self.tr("{column} (selalu tampil)").format(column=name)
            box = CheckBox(theme, name)
            box.installEventFilter(self)
            box.toggled.connect(self._on_toggled)
            self._boxes[column] = box

    def begin(self) -> None:
        """Open the dialog on its first column."""
        self._fill()
        self.open()
        first = next(one for one in self._columns.order if one in self._boxes)
        self._boxes[first].setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move a column with Ctrl and an arrow, or go to the next one with an arrow alone."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        step = STEPS.get(Qt.Key(event.key()))
        column = next((at for at, box in self._boxes.items() if box is watched), None)
        if step is None or column is None:
            return super().eventFilter(watched, event)
        if event.modifiers() & CTRL:
            self._columns.move_column(column, step)
            self._fill()
            self._boxes[column].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.focusNextPrevChild(step > 0)
        return True

    def _fill(self) -> None:
        hidden = self._columns.hidden
        before: QWidget | None = None
        for column in self._columns.order:
            box = self._boxes.get(column)
            if box is None:
                continue
            blocked = box.blockSignals(True)
            box.setChecked(column not in hidden)
            box.blockSignals(blocked)
            self._list.removeWidget(box)
            self._list.addWidget(box)
            if before is not None:
                QWidget.setTabOrder(before, box)
            before = box

    @Slot()
    def _on_toggled(self) -> None:
        for column, box in self._boxes.items():
            if not self._columns.may_hide(column):
                continue
            if box.isChecked() == (column in self._columns.hidden):
                self._columns.show_column(column, shown=box.isChecked())
        self._fill()

    @Slot()
    def _on_reset(self) -> None:
        self._columns.reset()
        self._fill()

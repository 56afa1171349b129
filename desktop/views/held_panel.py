"""What others did when their right had ended already: a superior reads it and accepts or rejects."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.held_review import HeldReview
from desktop.views.held_words import held_sentence, held_words
from desktop.views.messages import sentence_for
from desktop.views.presented_rows import PresentedRows
from desktop.views.reject_dialog import RejectDialog
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.labels import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme

COLUMNS = (
    Column(ColumnKind.STATUS, 190),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.DATE, 150),
    Column(ColumnKind.TEXT, 300),
)


class HeldPanel(Surface):
    """The list, and under it why the chosen entry is held, with the two ways to decide.

    Enter puts the keyboard on *Terima*, so that a hasty one decides nothing. Signals: `told(str)` with a sentence
    after a decision, or why there was none.
    """

    told = Signal(str)

    def __init__(self, theme: Theme, review: HeldReview, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent=parent)
        self._held_theme = theme
        self._review = review
        headers = (self.tr("Pekerjaan"), self.tr("Tentang"), self.tr("Dikerjakan"), self.tr("Oleh"))
        self._table = RecordTable(theme, COLUMNS, name=self.tr("Yang menunggu keputusan Anda"))
        self._table.setModel(PresentedRows(review.items, held_words, headers=headers, parent=self))
        self._table.set_sortable(sortable=False)
        empty = EmptyState(theme, self.tr("Tidak ada yang menunggu keputusan Anda."), icon="circle-check")
        self._table.overlay.set_placeholder(empty)
        self._why = Label(theme, wrap=True, selectable=True)
        self._means = Label(
            theme,
            self.tr(
                "Terima: dilaksanakan atas nama Anda, tercatat atas nama jabatan itu. "
                "Tolak: tidak dilaksanakan; alasan Anda disampaikan kepadanya."
            ),
            wrap=True,
        )
        self._means.set_colour("text_secondary")
        self._accept = Button(theme, self.tr("Terima"), kind=ButtonKind.PRIMARY, key_hint=self.tr("Ctrl+↵"))
        self._reject = Button(theme, self.tr("Tolak…"), key_hint=self.tr("Del"))
        # Made when it is wanted: a window that was there before its panel has a place takes the panel's table out of
        # the chain of Tab, and the keys are caught in the table.
        self._dialog: RejectDialog | None = None
        self._lay_out(theme)
        self._connect()
        self._on_row()

    def _lay_out(self, theme: Theme) -> None:
        self._foot = Surface(theme, edges=Edge.TOP)
        words = Stack(theme, gap=4)
        words.add(self._why, self._means)
        row = Row(theme, gap=16, margins=(16, 10, 16, 10), parent=self._foot)
        row.add(words, self._reject, self._accept)
        row.setStretch(0, 1)
        for button in (self._reject, self._accept):
            row.setAlignment(button, Qt.AlignmentFlag.AlignTop)
        column = Stack(theme, gap=0, parent=self)
        column.add(self._table, self._foot)
        column.setStretch(0, 1)
        self.setFocusProxy(self._table)

    def _connect(self) -> None:
        for keys, slot in (("Ctrl+Return", self._on_accept), ("Ctrl+Enter", self._on_accept), ("Del", self._on_reject)):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
        self._table.current_row_changed.connect(self._on_row)
        self._table.opened.connect(self._on_opened)
        self._accept.clicked.connect(self._on_accept)
        self._reject.clicked.connect(self._on_reject)
        self._review.changed.connect(self._on_row)
        self._review.accepted.connect(self._on_accepted)
        self._review.rejected.connect(self._on_rejected)
        self._review.refused.connect(self._on_refused)
        self._review.busy_changed.connect(self._on_busy)

    @Slot()
    def _on_row(self) -> None:
        if self._table.current_row() < 0:
            self._table.select_row(0)
        item = self._review.items.row(self._table.current_row())
        self._foot.setVisible(item is not None)
        if item is not None:
            self._why.setText(held_sentence(item))

    @Slot()
    def _on_opened(self) -> None:
        self._accept.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_accept(self) -> None:
        item = self._review.items.row(self._table.current_row())
        if item is not None:
            self._review.accept(item)

    @Slot()
    def _on_reject(self) -> None:
        item = self._review.items.row(self._table.current_row())
        if item is not None:
            if self._dialog is None:
                self._dialog = RejectDialog(self._held_theme, self._review, parent=self)
            self._dialog.reject_item(item)

    @Slot()
    def _on_accepted(self) -> None:
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.told.emit(self.tr("Diterima dan dilaksanakan atas nama Anda."))

    @Slot()
    def _on_rejected(self) -> None:
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.told.emit(self.tr("Ditolak; alasannya disampaikan kepada yang mengerjakan."))

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        if self._dialog is None or not self._dialog.isVisible():
            self.told.emit(sentence_for(code))

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._accept.setEnabled(not busy)
        self._reject.setEnabled(not busy)

"""Lampirkan ke surat: a scan of Pindaian goes to a letter that is registered, found by typing or in the list."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.system.scan_item import ScanItem
from desktop.viewmodels.facts import LetterRow
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.viewmodels.scan_attaching import Attached, ScanAttaching
from desktop.views.act_dialog import ActDialog
from desktop.views.presented_rows import Cell, PresentedRows, Wording
from desktop.widgets.dates import format_date
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.line_edits import SearchField
from desktop.widgets.record_table import Column, ColumnKind, RecordTable
from desktop.widgets.scaled import Scaled
from desktop.widgets.theme import Theme

WIDTH = 640
COLUMNS = (Column(ColumnKind.CODE, 72), Column(ColumnKind.TEXT), Column(ColumnKind.DATE, 104))
LIST_HEIGHT = 280
MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class AttachDialog(ActDialog):
    """The list of letters under a field to type into.

    Signals: `attached(object)` with an Attached after the commit.
    """

    attached = Signal(object)

    def __init__(self, theme: Theme, attaching: ScanAttaching, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, attaching, icon="file-plus", width=WIDTH, parent=parent)
        self._attaching = attaching
        self._search = SearchField(theme, placeholder=self.tr("Ketik nomor, asal, atau perihal surat"), key_hint="")
        self._table = RecordTable(theme, COLUMNS, name=self.tr("Surat yang dapat dipilih"))
        headers = (self.tr("Agenda"), self.tr("Surat"), self.tr("Diterima"))
        self._table.setModel(PresentedRows(attaching.rows, letter_words, headers=headers, parent=self))
        self._table.set_sortable(sortable=False)
        Scaled(theme, self._table, height=LIST_HEIGHT)
        empty = EmptyState(theme, icon="search")
        empty.set_content(self.tr("Tidak ada surat yang cocok."), icon="search")
        self._table.overlay.set_placeholder(empty)
        self._set_head(self.tr("Lampirkan ke surat"))
        self._lay_out(self._search, self._table, confirm=self.tr("Lampirkan"))
        # Up and Down choose a letter while one types.
        self._search.installEventFilter(self)
        self._search.textChanged.connect(attaching.look_for)
        self._search.returnPressed.connect(self.confirm)
        self._search.left.connect(self.reject)
        self._table.opened.connect(self.confirm)
        attaching.changed.connect(self._on_changed)
        attaching.attached.connect(self._on_attached)

    def attach(self, item: ScanItem) -> None:
        """Open the dialog for an item."""
        text = self.tr("{name} · {count} halaman. Pindaian yang sudah ada di surat itu tetap.")
        self._set_head(self.tr("Lampirkan ke surat"), text.format(name=item.name, count=len(item.pages)))
        self._refusals.clear()
        self._search.clear()
        self._attaching.open(item)
        self.open()
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Move in the list from within the search field."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        if watched is self._search and event.key() in MOVES:
            self._table.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    @Slot()
    def confirm(self) -> None:
        """Give the scan to the chosen letter."""
        row = self._attaching.rows.row(self._table.current_row())
        if row is not None:
            self._refusals.clear()
            self._attaching.attach_to(row)

    @Slot()
    def _on_changed(self) -> None:
        # What is typed may list others: the best of them is the first.
        self._table.select_row(0)

    @Slot(object)
    def _on_attached(self, done: Attached) -> None:
        self.accept()
        self.attached.emit(done)


def letter_words(row: LetterRow) -> Wording:
    """A line of the list: agenda number, who wrote of what, when it came."""
    named = " · ".join(part for part in (subject_text(row.subject), row.sender, row.letter_no) if part)
    day = format_date(row.received_on)
    return Wording(
        cells=(Cell(text=row.agenda), Cell(text=named, tooltip=named), Cell(text=day)),
        accessible=f"{row.agenda}, {named}, {day}",
    )

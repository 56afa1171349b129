"""Lampirkan ke surat: a scan of Pindaian goes to a letter that is registered, found by typing or in the list."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.system.scan_item import ScanItem
from desktop.viewmodels.facts import LetterRow
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.viewmodels.scan_attaching import Attached, ScanAttaching
from desktop.views.act_dialog import ActDialog
from desktop.views.presented_rows import Cell, PresentedRows, Wording
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.dates import format_date
from desktop.widgets.search_list import SearchList
from desktop.widgets.theme import Theme

WIDTH = 640
COLUMNS = (Column(ColumnKind.CODE, 72), Column(ColumnKind.TEXT), Column(ColumnKind.DATE, 104))
LIST_HEIGHT = 280


class AttachDialog(ActDialog):
    """The list of letters under a field to type into.

    Signals: `attached(object)` with an Attached after the commit.
    """

    attached = Signal(object)

    def __init__(self, theme: Theme, attaching: ScanAttaching, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, attaching, icon="file-plus", width=WIDTH, parent=parent)
        self._attaching = attaching
        self._list = SearchList(
            theme,
            COLUMNS,
            placeholder=self.tr("Ketik nomor, asal, atau perihal surat"),
            name=self.tr("Surat yang dapat dipilih"),
            height=LIST_HEIGHT,
        )
        headers = (self.tr("Agenda"), self.tr("Surat"), self.tr("Diterima"))
        self._list.table.setModel(PresentedRows(attaching.rows, letter_words, headers=headers, parent=self))
        self._list.empty.set_content(self.tr("Tidak ada surat yang cocok."), icon="search")
        self._set_head(self.tr("Lampirkan ke surat"))
        self._lay_out(self._list, confirm=self.tr("Lampirkan"))
        self._list.typed.connect(attaching.look_for)
        self._list.chosen.connect(self.confirm)
        self._list.left.connect(self.reject)
        attaching.changed.connect(self._on_changed)
        attaching.attached.connect(self._on_attached)

    def attach(self, item: ScanItem) -> None:
        """Open the dialog for an item."""
        text = self.tr("{name} · {count} halaman. Pindaian yang sudah ada di surat itu tetap.")
        self._set_head(self.tr("Lampirkan ke surat"), text.format(name=item.name, count=len(item.pages)))
        self._refusals.clear()
        self._list.search.clear()
        self._attaching.open(item)
        self.open()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Give the scan to the chosen letter."""
        row = self._attaching.rows.row(self._list.table.current_row())
        if row is not None:
            self._refusals.clear()
            self._attaching.attach_to(row)

    @Slot()
    def _on_changed(self) -> None:
        # What is typed may list others: the best of them is the first.
        self._list.table.select_row(0)

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

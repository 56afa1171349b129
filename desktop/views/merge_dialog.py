"""Gabungkan surat: the letter of the book that is the same is chosen, from those that look like it or by typing."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from core.domain.ids import LetterId
from desktop.viewmodels.facts import MergeChoice, Merged
from desktop.viewmodels.letter_merging import LetterMerging
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.views.act_dialog import ActDialog
from desktop.views.presented_rows import Cell, PresentedRows, Wording
from desktop.widgets.dates import format_date
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.line_edits import SearchField
from desktop.widgets.record_table import Column, ColumnKind, RecordTable
from desktop.widgets.scaled import Scaled
from desktop.widgets.theme import Theme

WIDTH = 640
LIST_HEIGHT = 200
COLUMNS = (
    Column(ColumnKind.CODE, 64),
    Column(ColumnKind.DATE, 92),
    Column(ColumnKind.TEXT, 150),
    Column(ColumnKind.TEXT),
)
MOVES = frozenset({Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown})


class MergeDialog(ActDialog):
    """Lists and merges.

    Signals: `merged(str)` with a sentence after the commit, `stands(object)` with the LetterId that stands.
    """

    merged = Signal(str)
    stands = Signal(object)

    def __init__(self, theme: Theme, merging: LetterMerging, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, merging, icon="arrow-merge", width=WIDTH, parent=parent)
        self._set_head(
            self.tr("Gabungkan surat"),
            self.tr(
                "Pilih surat yang sama. Yang lebih dulu dicatat tetap berdiri dengan nomornya; yang lain dicoret, "
                "dan pindaian serta disposisinya tampil pada surat yang berdiri."
            ),
        )
        self._merging = merging
        self._search = SearchField(theme, placeholder=self.tr("Ketik nomor agenda, asal, atau perihal"), key_hint="")
        self._search.setAccessibleName(self.tr("Cari surat yang sama"))
        headers = (self.tr("Agenda"), self.tr("Diterima"), self.tr("Asal"), self.tr("Perihal"))
        self._table = RecordTable(theme, COLUMNS, name=self.tr("Surat yang mungkin sama"))
        self._table.setModel(PresentedRows(merging.rows, choice_words, headers=headers, parent=self))
        self._table.set_sortable(sortable=False)
        Scaled(theme, self._table, height=LIST_HEIGHT)
        self._empty = EmptyState(theme, icon="search")
        self._table.overlay.set_placeholder(self._empty)
        self._lay_out(self._search, self._table, confirm=self.tr("Gabungkan"))
        # Up and Down choose a letter while one types.
        self._search.installEventFilter(self)
        self._search.textChanged.connect(merging.set_words)
        self._search.returnPressed.connect(self.confirm)
        self._search.left.connect(self.reject)
        self._table.opened.connect(self.confirm)
        merging.changed.connect(self._on_changed)
        merging.merged.connect(self._on_merged)

    def merge_letter(self, letter_id: LetterId) -> None:
        """Open the dialog for a letter."""
        self._refusals.clear()
        self._search.clear()
        self._merging.open(letter_id)
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
        """Merge with the chosen letter."""
        choice = self._merging.rows.row(self._table.current_row())
        if choice is not None:
            self._merging.merge_with(choice)

    @Slot()
    def _on_changed(self) -> None:
        if self._merging.words:
            self._empty.set_content(self.tr("Tidak ada surat lain yang memuat kata itu."), icon="search")
        else:
            self._empty.set_content(self.tr("Tidak ada surat yang mirip. Ketik nomor agendanya."), icon="search")
        if self._table.current_row() < 0:
            self._table.select_row(0)
        self._confirm.setEnabled(self._merging.rows.rowCount() > 0 and not self._merging.busy)

    @Slot(object)
    def _on_merged(self, merged: Merged) -> None:
        self.accept()
        later = self.tr("yang menyusul")
        text = self.tr("Agenda {struck} digabung ke no. {agenda}").format(
            struck=merged.struck or later, agenda=merged.agenda or later
        )
        self.stands.emit(merged.stands)
        self.merged.emit(text)


def choice_words(row: MergeChoice) -> Wording:
    """A line of the list: agenda, received, sender, subject."""
    agenda = row.agenda or QCoreApplication.translate("MergeDialog", "menyusul")
    subject, received = subject_text(row.subject), format_date(row.received_on)
    sentence = QCoreApplication.translate("MergeDialog", "Agenda {agenda}, {date}, dari {sender}, {subject}")
    if row.sign is not None:
        sentence = QCoreApplication.translate("MergeDialog", "Mirip: agenda {agenda}, {date}, dari {sender}, {subject}")
    return Wording(
        cells=(Cell(text=agenda), Cell(text=received), Cell(text=row.sender), Cell(text=subject, tooltip=subject)),
        accessible=sentence.format(agenda=agenda, date=received, sender=row.sender, subject=subject),
        emphasis=row.sign is not None,
    )

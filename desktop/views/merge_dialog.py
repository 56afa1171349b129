"""Gabungkan surat: the letter of the book that is the same is chosen, from those that look like it or by typing."""

from PySide6.QtCore import QCoreApplication, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.domain.ids import LetterId
from desktop.viewmodels.letter_merging import LetterMerging
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.viewmodels.screen_facts import MergeChoice, Merged
from desktop.views.act_dialog import ActDialog
from desktop.views.presented_rows import Cell, PresentedRows, Wording
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.dates import format_date
from desktop.widgets.search_list import SearchList
from desktop.widgets.theme import Theme

WIDTH = 640
LIST_HEIGHT = 200
COLUMNS = (
    Column(ColumnKind.CODE, 64),
    Column(ColumnKind.DATE, 92),
    Column(ColumnKind.TEXT, 150),
    Column(ColumnKind.TEXT),
)


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
        self._list = SearchList(
            theme,
            COLUMNS,
            placeholder=self.tr("Ketik nomor agenda, asal, atau perihal"),
            name=self.tr("Surat yang mungkin sama"),
            height=LIST_HEIGHT,
        )
        self._list.search.setAccessibleName(self.tr("Cari surat yang sama"))
        headers = (self.tr("Agenda"), self.tr("Diterima"), self.tr("Asal"), self.tr("Perihal"))
        self._list.table.setModel(PresentedRows(merging.rows, choice_words, headers=headers, parent=self))
        self._lay_out(self._list, confirm=self.tr("Gabungkan"))
        self._list.typed.connect(merging.set_words)
        self._list.chosen.connect(self.confirm)
        self._list.left.connect(self.reject)
        merging.changed.connect(self._on_changed)
        merging.merged.connect(self._on_merged)

    def merge_letter(self, letter_id: LetterId) -> None:
        """Open the dialog for a letter."""
        self._refusals.clear()
        self._list.search.clear()
        self._merging.open(letter_id)
        self.open()
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Merge with the chosen letter."""
        choice = self._merging.rows.row(self._list.table.current_row())
        if choice is not None:
            self._merging.merge_with(choice)

    @Slot()
    def _on_changed(self) -> None:
        if self._merging.words:
            self._list.empty.set_content(self.tr("Tidak ada surat lain yang memuat kata itu."), icon="search")
        else:
            self._list.empty.set_content(self.tr("Tidak ada surat yang mirip. Ketik nomor agendanya."), icon="search")
        if self._list.table.current_row() < 0:
            self._list.table.select_row(0)
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

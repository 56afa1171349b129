"""Impor buku agenda: which column is what, the first lines, every line that will not be taken, and doing it."""

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.viewmodels.book_import import SHOWN_FIELDS, BookImport
from desktop.viewmodels.screen_facts import IMPORT_FIELDS, ImportReport
from desktop.views.act_dialog import ActDialog
from desktop.views.import_words import field_text, problem_words, sample_words
from desktop.views.presented_rows import PresentedRows
from desktop.views.strike_import_dialog import StrikeImportDialog
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Grid
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fields import Field
from desktop.widgets.figures import format_count
from desktop.widgets.record_table import RecordTable
from desktop.widgets.scaled import Scaled
from desktop.widgets.theme import Theme, Tone

WIDTH, SAMPLES_HEIGHT, PROBLEMS_HEIGHT, ACROSS = 940, 150, 130, 4
NONE = "-"
SAMPLE_COLUMNS = (
    Column(ColumnKind.CODE, 120),
    Column(ColumnKind.DATE, 104),
    Column(ColumnKind.TEXT, 220),
    Column(ColumnKind.CODE, 190),
    Column(ColumnKind.TEXT),
)
PROBLEM_COLUMNS = (Column(ColumnKind.NUMBER, 72), Column(ColumnKind.TEXT, 150), Column(ColumnKind.TEXT))


class ImportDialog(ActDialog):
    """Signals: `imported(str)` with a sentence of what became of the book, or of what came from it before."""

    imported = Signal(str)

    def __init__(self, theme: Theme, book: BookImport, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, book, icon="file-import", width=WIDTH, parent=parent)
        self._book = book
        self._choices: dict[str, ComboBox] = {}
        columns = QWidget()
        grid = Grid(theme, gaps=(12, 8), parent=columns)
        for place, field in enumerate(IMPORT_FIELDS):
            box = ComboBox(theme)
            box.activated.connect(self._on_chosen)
            self._choices[field] = box
            grid.addWidget(Field(theme, field_text(field), box), place // ACROSS, place % ACROSS)
        samples = RecordTable(theme, SAMPLE_COLUMNS, name=self.tr("Baris pertama"))
        headers = [field_text(field) for field in SHOWN_FIELDS]
        samples.setModel(PresentedRows(book.samples, sample_words, headers=headers, parent=self))
        problems = RecordTable(theme, PROBLEM_COLUMNS, name=self.tr("Baris yang tidak dimasukkan"))
        why = (self.tr("Baris"), self.tr("Kolom"), self.tr("Sebab"))
        problems.setModel(PresentedRows(book.problems, problem_words, headers=why, parent=self))
        none = EmptyState(theme, icon="circle-check")
        none.set_content(self.tr("Semua baris dapat dimasukkan."), icon="circle-check", action="")
        problems.overlay.set_placeholder(none)
        for table, height in ((samples, SAMPLES_HEIGHT), (problems, PROBLEMS_HEIGHT)):
            table.set_sortable(sortable=False)
            Scaled(theme, table, height=height)
        self._told = Banner(theme, tone=Tone.INFO, card=True)
        self._set_head(self.tr("Impor buku agenda"))
        self._lay_out(columns, samples, self._told, problems, confirm=self.tr("Masukkan"), back=self.tr("Tutup"))
        self._strike = Button(theme, self.tr("Coret surat dari buku ini…"), kind=ButtonKind.LINK)
        self._sheet.add_button(self._strike, left=True)
        self._strike.hide()
        self._striking: StrikeImportDialog | None = None
        self._strike.clicked.connect(self._on_strike)
        book.changed.connect(self._on_changed)
        book.taken.connect(self._on_taken)

    def begin(self) -> None:
        """Ask for a book, and open the dialog with it."""
        place = self.choose_book()
        if place:
            self.show_book(Path(place))

    def show_book(self, path: Path) -> None:
        """Open the dialog with a book."""
        self._set_head(
            self.tr("Impor buku agenda"),
            self.tr("{name}. Periksa kolomnya; belum ada yang dimasukkan.").format(name=path.name),
        )
        self._book.open(path)
        self.open()

    def choose_book(self) -> str:
        """The file; the empty text if none."""
        name, _ = QFileDialog.getOpenFileName(
            self.parentWidget(), self.tr("Impor buku agenda"), "", self.tr("Buku agenda (*.xlsx *.csv *.txt)")
        )
        return name

    @Slot()
    def confirm(self) -> None:
        """Import what can be."""
        self._book.take()

    @Slot()
    def _on_chosen(self) -> None:
        for field, box in self._choices.items():
            chosen = box.current_key()
            column = int(chosen) if chosen not in ("", NONE) else -1
            known = self._book.columns.index(field) if field in self._book.columns else -1
            if column != known:
                self._book.choose(field, column)
                return

    @Slot()
    def _on_changed(self) -> None:
        book = self._book
        headers = [
            (str(place), name or self.tr("Kolom {place}").format(place=place + 1))
            for place, name in enumerate(book.headers)
        ]
        for field, box in self._choices.items():
            box.set_choices([(NONE, self.tr("(tidak ada)")), *headers])
            box.select(str(book.columns.index(field)) if field in book.columns else NONE)
            box.setEnabled(bool(headers))
        self._told.setVisible(book.report is not None)
        if book.report is not None:
            self._told.set_message(self._summary(book.report), Tone.WARNING if book.report.refused else Tone.INFO)
        self._strike.setVisible(book.may_strike)
        self._allow()

    @Slot()
    def _on_strike(self) -> None:
        if self._striking is None:
            self._striking = StrikeImportDialog(self._theme, self._book, parent=self)
            self._striking.struck.connect(self._on_struck)
        self._striking.begin()

    @Slot(str)
    def _on_struck(self, sentence: str) -> None:
        self._told.set_message(sentence, Tone.INFO)
        self.imported.emit(sentence)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001  # the signature of the signal
        self._allow()

    def _allow(self) -> None:
        report = self._book.report
        self._confirm.setEnabled(not self._book.busy and report is not None and report.added > 0)

    def _summary(self, report: ImportReport) -> str:
        text = self.tr("{added} surat akan dimasukkan, {known} sudah ada, {refused} baris tidak dapat dimasukkan.")
        return text.format(
            added=format_count(report.added), known=format_count(report.known), refused=format_count(report.refused)
        )

    @Slot(object)
    def _on_taken(self, report: ImportReport) -> None:
        text = self.tr("{added} surat dimasukkan, {known} sudah ada, {refused} baris tidak dimasukkan.").format(
            added=format_count(report.added), known=format_count(report.known), refused=format_count(report.refused)
        )
        self.imported.emit(text)
        if report.refused:
            self._told.set_message(text, Tone.WARNING)
            self._confirm.setEnabled(False)
        else:
            self.accept()

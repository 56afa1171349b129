"""Berkaskan: the record file of a letter is chosen by typing, or a new one is opened for it."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from core.domain.ids import LetterId
from desktop.viewmodels.filing import Filed, Filing
from desktop.viewmodels.letter_row_texts import subject_text
from desktop.viewmodels.record_file_editor import Opened, RecordFileEditor
from desktop.views.messages import sentence_for
from desktop.views.presented_rows import PresentedRows
from desktop.views.record_file_dialog import WIDTH, RecordFileForm
from desktop.views.record_file_words import choice_words
from desktop.views.together_words import with_left
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column as Stack
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.scaled import Scaled
from desktop.widgets.search_list import SearchList
from desktop.widgets.sheet import Sheet
from desktop.widgets.surfaces import Surface
from desktop.widgets.theme import Theme, Tone

COLUMNS = (Column(ColumnKind.CODE, 104), Column(ColumnKind.TEXT), Column(ColumnKind.CODE, 60))
LIST_HEIGHT = 230


class FilingSheet(Sheet):
    """The list to choose from.

    Signals: `new_wanted()`, `cancelled()`.
    """

    new_wanted = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme, filing: Filing, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", icon="folder-plus", width=WIDTH, card=False, parent=parent)
        self.set_title(self.tr("Berkaskan surat"))
        self._filing = filing
        self._lies_in = Banner(theme, card=True)
        self._list = SearchList(
            theme,
            COLUMNS,
            placeholder=self.tr("Ketik kode atau judul berkas"),
            name=self.tr("Berkas yang dapat dipilih"),
            height=LIST_HEIGHT,
        )
        headers = (self.tr("Kode"), self.tr("Judul berkas"), self.tr("Tahun"))
        self._list.table.setModel(PresentedRows(filing.rows, choice_words, headers=headers, parent=self))
        self._trouble = Banner(theme, tone=Tone.DANGER, card=True)
        self._trouble.hide()
        self.body.add(self._lies_in, self._list, self._trouble)
        new = Button(theme, self.tr("Berkas baru"), icon="plus")
        new.setVisible(filing.may_open)
        cancel = Button(theme, self.tr("Batal"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"))
        self._file = Button(theme, self.tr("Berkaskan"), kind=ButtonKind.PRIMARY, key_hint=self.tr("↵"))
        self.add_button(new, left=True)
        self.add_button(cancel)
        self.add_button(self._file)
        self._list.typed.connect(filing.set_words)
        self._list.chosen.connect(self.file_current)
        self._list.left.connect(self.cancelled)
        self._file.clicked.connect(self.file_current)
        self._lies_in.action_triggered.connect(filing.take_out)
        self._list.empty.action_triggered.connect(self.new_wanted)
        new.clicked.connect(self.new_wanted)
        cancel.clicked.connect(self.cancelled)
        filing.changed.connect(self._on_changed)
        filing.refused.connect(self._on_refused)
        filing.busy_changed.connect(self._on_busy)

    def begin(self) -> None:
        """Empty the search and put the keyboard into it."""
        self._trouble.hide()
        self._lies_in.hide()
        self._list.search.clear()
        self._list.table.overlay.set_busy(busy=True)
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_busy()

    @Slot()
    def file_current(self) -> None:
        """File the letter into the chosen file."""
        row = self._filing.rows.row(self._list.table.current_row())
        if row is not None:
            self._trouble.hide()
            self._filing.file_into(row)

    @Slot()
    def _on_changed(self) -> None:
        letter = self._filing.letter
        self._list.table.overlay.set_busy(busy=letter is None)
        pile = len(self._filing.pile) > 1
        if letter is not None:
            text = self.tr("Agenda {agenda} · {sender} · {subject}")
            agenda = letter.agenda or self.tr("menyusul")
            self.set_text(text.format(agenda=agenda, sender=letter.letter.sender, subject=subject_text(letter.subject)))
            if pile:
                self.set_text(self.tr("{count} surat yang ditandai").format(count=len(self._filing.pile)))
        current = self._filing.current
        self._lies_in.setVisible(current is not None)
        if current is not None:
            text, action = self.tr("Surat ini di berkas {title}."), self.tr("Keluarkan dari berkas")
            if pile:
                text = self.tr("Surat pertama yang ditandai di berkas {title}.")
                action = self.tr("Keluarkan semua dari berkasnya")
            text = text.format(title=current.record_file.title)
            self._lies_in.set_message(text, Tone.INFO, icon="folder", action=action)
        self._say_why_empty()
        if self._list.table.current_row() < 0:
            self._list.table.select_row(0)
        self._on_busy()

    def _say_why_empty(self) -> None:
        action = self.tr("Buka berkas baru") if self._filing.may_open else ""
        empty = self._list.empty
        if self._filing.total:
            empty.set_content(self.tr("Tidak ada berkas yang memuat kata itu."), icon="search", action=action)
        else:
            empty.set_content(self.tr("Belum ada berkas di kantor ini."), icon="archive", action=action)

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        self._trouble.set_message(sentence_for(code), Tone.DANGER)
        self._trouble.show()

    @Slot()
    def _on_busy(self) -> None:
        self._file.setEnabled(not self._filing.busy and self._filing.rows.rowCount() > 0)


class FilingDialog(QDialog):
    """The list, and behind it the form of a new record file.

    Signals: `filed(str)` with a sentence after the commit.
    """

    filed = Signal(str)

    def __init__(
        self, theme: Theme, filing: Filing, *, editor: RecordFileEditor, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._filing = filing
        self.setWindowTitle(self.tr("Berkaskan surat"))
        self._choose = FilingSheet(theme, filing)
        self._form = RecordFileForm(theme, editor)
        self._pages = QStackedWidget()
        for page in (self._choose, self._form):
            Scaled(theme, page, width=page.width_at_100())
            self._pages.addWidget(page)
        ground = Surface(theme)
        inner = Stack(theme, gap=0, parent=ground)
        inner.add(self._pages)
        column = Stack(theme, gap=0, parent=self)
        column.add(ground)
        self._choose.new_wanted.connect(self._on_new)
        self._choose.cancelled.connect(self.reject)
        self._form.cancelled.connect(self._on_back)
        self._form.created.connect(self._on_created)
        filing.filed.connect(self._on_filed)

    def file_letter(self, letter_id: LetterId, pile: tuple[LetterId, ...] = ()) -> None:
        """Open the dialog for a letter, or for a pile of them."""
        self._pages.setCurrentWidget(self._choose)
        self._filing.open(letter_id, pile)
        self.open()
        self._choose.begin()

    @Slot()
    def _on_new(self) -> None:
        letter = self._filing.letter
        self._pages.setCurrentWidget(self._form)
        self._form.begin(classification=letter.letter.classification if letter else "")

    @Slot()
    def _on_back(self) -> None:
        self._pages.setCurrentWidget(self._choose)
        self._choose.begin()

    @Slot(object)
    def _on_created(self, opened: Opened) -> None:
        self._pages.setCurrentWidget(self._choose)
        self._filing.file_into_new(opened.record_file_id, opened.title)

    @Slot(object)
    def _on_filed(self, filed: Filed) -> None:
        self.accept()
        agenda = filed.agenda or self.tr("menyusul")
        if filed.count > 1 or filed.refused:
            text = self.tr("{count} surat diberkaskan ke {title}")
            if not filed.title:
                text = self.tr("{count} surat dikeluarkan dari berkas")
            self.filed.emit(with_left(text.format(count=filed.count, title=filed.title), filed.refused))
        elif filed.title:
            text = self.tr("Surat agenda {agenda} diberkaskan ke {title}")
            self.filed.emit(text.format(agenda=agenda, title=filed.title))
        else:
            self.filed.emit(self.tr("Surat agenda {agenda} dikeluarkan dari berkas").format(agenda=agenda))

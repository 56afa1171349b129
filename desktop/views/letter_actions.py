"""The actions of the screen of incoming letters, for its menu and its keys."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.letter_reader import LetterReader
from desktop.viewmodels.letter_reply import LetterReply
from desktop.viewmodels.letter_twins import LetterTwins
from desktop.views.form_page import FormPage
from desktop.views.screen import make_action


class LetterActions(QObject):
    """Offers each action only where it can do something.

    Signals: `together(str)` when `file`, `dispose` or `answer` shall be done with all letters that are marked.
    """

    together = Signal(str)

    def __init__(
        self, screen: QWidget, *, reader: LetterReader, reply: LetterReply, twins: LetterTwins, may_register: bool
    ) -> None:
        super().__init__(screen)
        self._reader = reader
        self._reply = reply
        self._twins = twins
        self._form_shown = False
        self._marked: tuple[str, ...] | None = None
        make = make_action
        self.new = make(self, self.tr("Surat &baru"), shortcut="Ctrl+N", name="letter_new", everywhere=True)
        self.edit = make(self, self.tr("&Ubah surat"), shortcut="Ctrl+E", name="letter_edit")
        self.file = make(self, self.tr("Ber&kaskan"), shortcut="Ctrl+B", name="letter_file")
        self.dispose = make(self, self.tr("&Disposisikan"), shortcut="D", name="letter_dispose")
        self.reclassify = make(self, self.tr("Ubah si&fat surat"), name="letter_reclassify")
        self.strike = make(self, self.tr("B&atalkan surat"), name="letter_strike")
        self.merge = make(self, self.tr("&Gabungkan dengan surat lain…"), shortcut="Ctrl+G", name="letter_merge")
        self.let_in = make(self, self.tr("Segel dan bukakan &akses"), name="letter_let_in")
        self.expect = make(self, self.tr("&Kapan balasnya…"), shortcut="Ctrl+Shift+R", name="letter_reply")
        self.answer = make(self, self.tr("Catat ba&lasan…"), name="letter_answer")
        self.sheet = make(self, self.tr("&Cetak lembar disposisi…"), shortcut="Ctrl+P", name="letter_sheet")
        self.passport = make(self, self.tr("Ce&tak paspor surat"), name="letter_passport")
        self.books = make(
            self, self.tr("Cetak && ekspor buk&u…"), shortcut="Ctrl+Shift+E", name="letter_books", everywhere=True
        )
        self.export = make(self, self.tr("&Ekspor daftar ini…"), name="letter_export")
        self.take_in = make(self, self.tr("&Impor buku agenda…"), name="letter_import")
        self.columns = make(self, self.tr("Atur ko&lom…"), name="letter_columns")
        self.numbers = make(self, self.tr("Pe&riksa nomor"), name="letter_numbers")
        self.save = make(self, self.tr("&Simpan"), shortcut="Ctrl+Return", name="letter_save")
        self.next = make(self, self.tr("Simpan && be&rikutnya"), shortcut="Ctrl+Shift+Return", name="letter_next")
        self.choose = make(self, self.tr("&Pilih berkas pindaian"), shortcut="F9", name="letter_scan")
        self.copy = make(self, self.tr("Sa&lin dari sebelumnya"), shortcut="Ctrl+D", name="letter_copy")
        self.read = make(self, self.tr("&Isikan yang terbaca"), shortcut="F7", name="letter_read")
        self.join = make(self, self.tr("&Gabungkan ke surat yang sudah ada"), shortcut="Ctrl+G", name="letter_join")
        self.batch = make(self, self.tr("&Mode beruntun"), shortcut="F8", name="letter_batch")
        self.empty = make(self, self.tr("K&osongkan formulir"), name="letter_empty")
        # Escape is no shortcut: a search field or a list of suggestions may have a use for it first.
        self.leave = make(self, self.tr("Kem&bali ke daftar\tEsc"), name="letter_back")
        self._on_form = [self.save, self.next, self.choose, self.copy, self.read, self.batch, self.empty, self.join]
        self._on_list = [self.edit, self.file, self.dispose, self.reclassify, self.strike, self.let_in]
        self._on_list += [self.merge, self.expect, self.answer, self.sheet, self.passport]
        self.listed = [
            self.new,
            *self._on_list,
            self.books,
            self.export,
            self.take_in,
            self.numbers,
            self.columns,
            *self._on_form,
            self.leave,
        ]
        for action in self.listed:
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            screen.addAction(action)
        # A new letter can be begun from any screen.
        self.new.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.books.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        allowed = (
            (self.books, reader.reads_register),
            (self.take_in, reader.may_import),
            (self.export, reader.may_export),
            (self.new, may_register),
        )
        for action, may in allowed:
            action.setVisible(may)
            action.setEnabled(may)
        for action, wanted in (
            (self.edit, reader.edit),
            (self.file, self._on_file),
            (self.dispose, self._on_dispose),
            (self.reclassify, reader.reclassify),
            (self.strike, reader.strike),
            (self.merge, reader.merge),
            (self.join, twins.join_shown),
            (self.let_in, reader.let_in),
            (self.expect, reply.ask),
            (self.answer, self._on_answer),
            (self.sheet, reader.print_sheet),
            (self.passport, reader.print_passport),
        ):
            action.triggered.connect(wanted)
        reader.changed.connect(self.refresh)
        twins.changed.connect(self.refresh)
        self.refresh()

    def serve_form(self, form: FormPage) -> None:
        """Let the actions of the form act on it."""
        self.save.triggered.connect(form.save)
        self.next.triggered.connect(form.save_and_next)
        self.choose.triggered.connect(form.choose_files)
        self.copy.triggered.connect(form.copy_previous)
        self.batch.triggered.connect(form.switch_batch)
        self.read.triggered.connect(form.take_proposals)

    def mark(self, offers: tuple[str, ...] | None) -> None:
        """Several letters are marked, for all of which these can be done; None: the letter that is read counts."""
        if offers != self._marked:
            self._marked = offers
            self.refresh()

    def show_form(self, *, shown: bool) -> None:
        """Offer what belongs to the form, or what belongs to the list."""
        self._form_shown = shown
        self.refresh()

    @Slot()
    def _on_file(self) -> None:
        if not self._begin_together("file"):
            self._reader.file()

    @Slot()
    def _on_dispose(self) -> None:
        if not self._begin_together("dispose"):
            self._reader.dispose()

    @Slot()
    def _on_answer(self) -> None:
        if not self._begin_together("answer"):
            self._reply.end()

    def _begin_together(self, name: str) -> bool:
        if self._marked is not None:
            self.together.emit(name)
        return self._marked is not None

    @Slot()
    def refresh(self) -> None:
        """Offer what can be done now."""
        reader, form, marked = self._reader, self._form_shown, self._marked
        for action in self._on_form:
            action.setVisible(form)
            action.setEnabled(form)
        self.columns.setVisible(not form)
        self.columns.setEnabled(not form)
        self.join.setEnabled(form and self._twins.shown is not None)
        for action, allowed in (
            (self.edit, reader.may_amend),
            (self.file, reader.may_file if marked is None else "file" in marked),
            (self.dispose, reader.may_dispose if marked is None else "dispose" in marked),
            (self.reclassify, reader.may_reclassify),
            (self.strike, reader.may_strike),
            (self.merge, reader.may_merge),
            (self.let_in, reader.may_let_in),
            (self.expect, self._reply.may_set),
            (self.answer, self._reply.may_end if marked is None else "answer" in marked),
            (self.sheet, reader.may_print),
            (self.passport, reader.may_print),
        ):
            action.setVisible(allowed and not form)
            action.setEnabled(allowed and not form)

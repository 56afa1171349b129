"""Buku nomor: the books in which an office counts its letters, beside the agenda of incoming letters."""

from datetime import date

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.domain.books import DEFAULT_TEMPLATE, YearBy
from desktop.viewmodels.console_desk import ConsoleDesk
from desktop.viewmodels.number_pattern import USUAL_PATTERNS, example_of, token_names
from desktop.viewmodels.screen_facts import BookRow
from desktop.views.admin_page import AdminPage
from desktop.views.messages import sentence_for
from desktop.views.screen import make_action
from desktop.views.structure_words import book_words, use_state, year_text
from desktop.views.table_page import TablePage
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.form_sheet import EntryKind, FormEntry, FormSheet
from desktop.widgets.theme import Theme


class BooksPage(AdminPage):
    """The books of numbers of the office."""

    def __init__(self, theme: Theme, desk: ConsoleDesk, *, today: date, parent: QWidget | None = None) -> None:
        page = TablePage(
            theme,
            desk.books,
            book_words,
            name=self.tr("Buku nomor"),
            columns=(
                Column(ColumnKind.ICON, 36),
                Column(ColumnKind.TEXT),
                Column(ColumnKind.TEXT, 150),
                Column(ColumnKind.STATUS, 150),
            ),
            headers=("", self.tr("Buku"), self.tr("Tahun menurut"), self.tr("Keadaan")),
            details=(
                ("pattern", self.tr("Pola nomor")),
                ("example", self.tr("Contoh")),
                ("year", self.tr("Tahun menurut")),
                ("state", self.tr("Keadaan")),
            ),
        )
        super().__init__(desk, page, theme=theme, parent=parent)
        self._desk = desk
        self._today = today
        self._change_button = page.add_button(self.tr("Ubah"), icon="pencil")
        self._retire_button = page.add_button(self.tr("Tidak dipakai lagi"), icon="archive-off")
        self.new_action = make_action(self, self.tr("Buku nomor b&aru"), name="books.new")
        self.change_action = make_action(self, self.tr("Ubah &buku nomor"), name="books.change")
        self.retire_action = make_action(self, self.tr("Pakai buku nomor atau t&idak"), name="books.retire")
        name = FormEntry(name="name", caption=self.tr("Nama buku"), required=True)
        usual = FormEntry(
            name="usual",
            caption=self.tr("Pola yang lazim"),
            kind=EntryKind.CHOICE,
            choices=tuple((one, example_of(one, today).number) for one in USUAL_PATTERNS),
            placeholder=self.tr("Pilih contoh, lalu sesuaikan di bawah"),
        )
        pattern = FormEntry(name="template", caption=self.tr("Pola nomor"), required=True)
        years = tuple((str(int(one)), year_text(one)) for one in YearBy)
        self._adding = FormSheet(
            theme,
            (
                name,
                usual,
                pattern,
                FormEntry(
                    name="year", caption=self.tr("Tahun menurut"), kind=EntryKind.ONE, choices=years, required=True
                ),
            ),
            title=self.tr("Buku nomor baru"),
            confirm=self.tr("Tambah"),
            today=today,
            icon="book-2",
            parent=self,
        )
        self._changing = FormSheet(
            theme,
            (name, usual, pattern),
            title=self.tr("Ubah buku nomor"),
            confirm=self.tr("Simpan"),
            today=today,
            icon="pencil",
            parent=self,
        )
        for form in (self._adding, self._changing):
            form.edited.connect(self._show_example)
            form.chosen.connect(self._on_usual)
        self._adding.confirmed.connect(self._on_add)
        self._changing.confirmed.connect(self._on_change)
        page.empty.set_content(self.tr("Belum ada buku lain. Semua surat masuk dicatat di buku agenda."), icon="book-2")
        page.row_changed.connect(self._on_row)
        for action, button, slot in (
            (self.new_action, None, self.begin),
            (self.change_action, self._change_button, self._ask_change),
            (self.retire_action, self._retire_button, self._retire),
        ):
            action.triggered.connect(slot)
            if button is not None:
                button.clicked.connect(slot)
        self._on_row(None)

    def actions_for_menu(self) -> list[QAction]:
        """What can be done here."""
        return [self.new_action, self.change_action, self.retire_action]

    @Slot()
    def begin(self) -> None:
        """Ask for a new book."""
        self._asking = self._adding
        self._adding.begin(
            text=self.tr(
                "Buku menghitung sendiri dari 1 setiap tahun. Tanggal mana yang menentukan tahunnya tidak dapat "
                "diubah lagi."
            ),
            values={"year": [str(int(YearBy.RECEIVED))], "template": DEFAULT_TEMPLATE},
        )
        self._show_example()

    @Slot(object)
    def _on_add(self, values: dict[str, object]) -> None:
        chosen = values["year"]
        if not str(values["name"]).strip():
            self._adding.show_error("name", self.tr("Isi nama buku."))
        elif isinstance(chosen, list) and chosen:
            self._desk.add_book(str(values["name"]), YearBy(int(chosen[0])), str(values["template"]))
        else:
            self._adding.show_error("year", self.tr("Pilih tanggal."))

    @Slot()
    def _ask_change(self) -> None:
        row = self.page.current
        if isinstance(row, BookRow):
            self._asking = self._changing
            text = self.tr("Nomor yang sudah diberikan tidak berubah.")
            self._changing.begin(text=text, values={"name": row.name, "template": row.template})
            self._show_example()

    @Slot(object)
    def _on_change(self, values: dict[str, object]) -> None:
        row = self.page.current
        if not str(values["name"]).strip():
            self._changing.show_error("name", self.tr("Isi nama buku."))
        elif isinstance(row, BookRow):
            template = str(values["template"])
            self._desk.change_book(row.book, str(values["name"]), active=row.active, template=template)

    @Slot()
    def _retire(self) -> None:
        row = self.page.current
        if isinstance(row, BookRow):
            self._desk.change_book(row.book, row.name, active=not row.active)

    @Slot()
    def _on_usual(self) -> None:
        if self._asking is not None:
            self._asking.fill({"template": str(self._asking.value("usual") or DEFAULT_TEMPLATE)})
            self._show_example()

    @Slot()
    def _show_example(self) -> None:
        """The number that a letter of today would get, or what is wrong and where, while it is typed."""
        form = self._asking
        if form is None:
            return
        found = example_of(str(form.value("template")), self._today)
        if found.code:
            where = self.tr("{sentence} (huruf ke-{at})")
            form.show_error("template", where.format(sentence=sentence_for(found.code), at=found.at))
        else:
            parts = " ".join(token_names())
            form.show_hint(
                "template", self.tr("Contoh: {number}. Bagian: {parts}").format(number=found.number, parts=parts)
            )

    @Slot(object)
    def _on_row(self, row: BookRow | None) -> None:
        for action in (self.change_action, self.retire_action):
            action.setEnabled(row is not None)
        for button in (self._change_button, self._retire_button):
            button.setEnabled(row is not None)
        if row is not None:
            self._retire_button.setText(self.tr("Tidak dipakai lagi") if row.active else self.tr("Pakai lagi"))
            values = {
                "pattern": row.template,
                "example": example_of(row.template, self._today).number,
                "year": year_text(row.year_by),
                "state": use_state(active=row.active)[0],
            }
            self.page.tell(row.name, values)

"""Cetak: what a paper will look like, on which size, and the two ways out of the PC."""

from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QImage, QKeySequence, QShortcut
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from core.domain.ids import BookId, LetterId, PositionId
from desktop.viewmodels.paper_desk import PaperDesk
from desktop.viewmodels.screen_facts import Form, PaperWish, sizes_for
from desktop.views.messages import sentence_for
from desktop.views.paper_days import PaperDays
from desktop.views.paper_press import RGB_BYTES, PrinterPress
from desktop.views.paper_words import form_text, size_text
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.fields import Field
from desktop.widgets.page_view import PageView
from desktop.widgets.scaled import Scaled
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone

WIDTH, CHOICES_WIDTH, PREVIEW_HEIGHT = 940, 250, 500
ALL_BOOKS = "semua"


class PaperSheet(Sheet):
    """The choices on the left, the pages on the right.

    Signals: `closed()`; `print_wanted()` and `save_wanted()`.
    """

    closed = Signal()
    print_wanted = Signal()
    save_wanted = Signal()

    def __init__(self, theme: Theme, desk: PaperDesk, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", icon="printer", width=WIDTH, card=False, parent=parent)
        self.set_title(self.tr("Cetak"))
        self._desk = desk
        self._form = ComboBox(theme)
        self._size = ComboBox(theme)
        self._days = PaperDays(theme, desk)
        self._book = ComboBox(theme)
        self._book_field = Field(theme, self.tr("Buku nomor"), self._book)
        self._book_field.hide()
        self._view = PageView(theme)
        self._notice = Banner(theme, tone=Tone.INFO, card=True)
        self._notice.hide()
        choices = QWidget()
        self.choices = Column(theme, gap=12, parent=choices)
        self.choices.add(Field(theme, self.tr("Formulir"), self._form), self._days, self._book_field)
        self.choices.add(Field(theme, self.tr("Ukuran kertas"), self._size), self._notice, None)
        Scaled(theme, choices, width=CHOICES_WIDTH)
        Scaled(theme, self._view, height=PREVIEW_HEIGHT)
        row = Row(theme, gap=16)
        row.add(choices, self._view)
        row.setStretch(1, 1)
        self.body.addLayout(row)
        close = Button(theme, self.tr("Tutup"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"))
        self._save = Button(theme, self.tr("Simpan PDF…"), icon="device-floppy", key_hint=self.tr("Ctrl+S"))
        self._print = Button(theme, self.tr("Cetak…"), kind=ButtonKind.PRIMARY, key_hint=self.tr("Ctrl+P"))
        for button in (close, self._save, self._print):
            self.add_button(button)
        close.clicked.connect(self.closed)
        self._save.clicked.connect(self.save_wanted)
        self._print.clicked.connect(self.print_wanted)
        for keys, button in (("Ctrl+S", self._save), ("Ctrl+P", self._print)):
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        self._form.activated.connect(self._on_form)
        self._size.activated.connect(self._on_size)
        self._book.activated.connect(self._on_book)
        self._days.chosen.connect(self._notice.hide)
        self._view.page_wanted.connect(desk.show_page)
        desk.changed.connect(self._on_changed)
        desk.refused.connect(self._on_refused)

    def begin(self) -> None:
        """Put the keyboard on printing."""
        self._notice.hide()
        self._form.set_choices([(form.value, self.name_of(form)) for form in self._desk.forms])
        self._show_choices()
        self._on_changed()
        self._print.setFocus(Qt.FocusReason.OtherFocusReason)

    def tell(self, sentence: str, tone: Tone) -> None:
        """Say something beside the pages."""
        self._notice.set_message(sentence, tone)
        self._notice.show()

    def name_of(self, form: Form) -> str:
        """What a form is called: of chosen letters the agenda book is a list."""
        chosen = form is Form.AGENDA_BOOK and self._desk.chosen
        return self.tr("Daftar surat") if chosen else form_text(form)

    def _show_choices(self) -> None:
        desk = self._desk
        self._form.select(desk.form.value)
        self._size.set_choices([(key, size_text(key)) for key in sizes_for(desk.form)])
        self._size.select(desk.size)
        self._days.show_days()

    @Slot()
    def _on_form(self) -> None:
        self._notice.hide()
        self._desk.choose_form(Form(self._form.current_key()))
        self._show_choices()

    @Slot()
    def _on_book(self) -> None:
        key = self._book.current_key()
        self._desk.choose_book(BookId(int(key)) if key != ALL_BOOKS else None)

    @Slot()
    def _on_size(self) -> None:
        self._notice.hide()
        self._desk.choose_size(self._size.current_key())

    @Slot()
    def _on_changed(self) -> None:
        desk = self._desk
        self.set_title(self.name_of(desk.form))
        shown = desk.shown
        if shown is not None:
            named = [(str(one.book), one.name or self.tr("Agenda surat masuk")) for one in shown.books]
            self._book.set_choices([(ALL_BOOKS, self.tr("Semua buku")), *named])
            self._book_field.setVisible(len(named) > 1 and desk.form is Form.AGENDA_BOOK and not desk.chosen)
        ready = shown is not None and not desk.busy
        self._save.setEnabled(ready)
        self._print.setEnabled(ready)
        if shown is not None:
            image = shown.image
            line = RGB_BYTES * image.width
            picture = QImage(image.rgb, image.width, image.height, line, QImage.Format.Format_RGB888).copy()
            self._view.show_image(picture, page=desk.page, pages=shown.pages)
        elif desk.busy:
            self._view.show_busy(self.tr("Menyusun lembar…"))
        else:
            self._view.show_empty(self.tr("Tidak ada yang dapat dicetak."))

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        self.tell(sentence_for(code), Tone.DANGER)


class PaperDialog(SheetDialog):
    """The sheet over its window, and the questions of the system: which printer, which folder.

    Signals: `told(str)` with a sentence of what became of it.
    """

    told = Signal(str)

    def __init__(self, theme: Theme, desk: PaperDesk, *, parent: QWidget | None = None) -> None:
        self._sheet = PaperSheet(theme, desk)
        super().__init__(theme, self._sheet, parent=parent)
        self._desk = desk
        self._sheet.closed.connect(self.accept)
        self._sheet.print_wanted.connect(self._on_print)
        self._sheet.save_wanted.connect(self._on_save)
        self.finished.connect(desk.leave)
        desk.done.connect(self._on_done)
        desk.unprinted.connect(self._on_unprinted)

    def begin(self, letter_id: LetterId) -> None:
        """Open the dialog with the lembar disposisi of a letter."""
        self._desk.begin_letter(letter_id)
        self._sheet.begin()
        self.open()

    def begin_books(self) -> None:
        """Open the dialog with the agenda book of this month."""
        self._desk.begin_books()
        self._sheet.begin()
        self.open()

    def begin_chosen(self, letters: tuple[LetterId, ...]) -> None:
        """Open the dialog with a list of these letters."""
        self._desk.begin(PaperWish(form=Form.AGENDA_BOOK, chosen=letters))
        self._sheet.begin()
        self.open()

    def begin_agenda(self, position: PositionId, since: date, until: date) -> None:
        """Open the dialog with the agenda of a position."""
        self._desk.begin(PaperWish(form=Form.AGENDA, position=position, since=since, until=until))
        self._sheet.begin()
        self.open()

    def choose_place(self) -> str:
        """Where the PDF goes; the empty text if nowhere."""
        shown = self._desk.shown
        proposed = f"{shown.paper.name}.pdf" if shown is not None else ""
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Simpan PDF"), proposed, self.tr("PDF (*.pdf)"))
        return name

    def choose_printer(self) -> QPrinter | None:
        """The printer that takes it, the one of the last time first; None if none does."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if self._desk.printer in QPrinterInfo.availablePrinterNames():
            printer.setPrinterName(self._desk.printer)
        chosen = QPrintDialog(printer, self)
        return printer if chosen.exec() == QDialog.DialogCode.Accepted else None

    @Slot()
    def _on_save(self) -> None:
        place = self.choose_place()
        if place:
            self._desk.save(Path(place))

    @Slot()
    def _on_print(self) -> None:
        if not QPrinterInfo.availablePrinterNames():
            text = self.tr("Tidak ada pencetak di komputer ini. Simpan sebagai PDF, lalu cetak di komputer lain.")
            self._sheet.tell(text, Tone.WARNING)
            return
        printer = self.choose_printer()
        if printer is not None:
            self._desk.print_on(PrinterPress(printer), printer=printer.printerName())

    @Slot(str)
    def _on_done(self, name: str) -> None:
        shown = self._desk.shown
        title = self._sheet.name_of(self._desk.form)
        if not name:
            self._sheet.tell(self.tr("Sudah dikirim ke pencetak."), Tone.SUCCESS)
            self.told.emit(self.tr("{title} dikirim ke pencetak.").format(title=title))
            return
        secret = shown is not None and shown.paper.secret
        sentence = self.tr("{title} ada di {name}. Surat ini rahasia: berkasnya terbuka bagi siapa pun.")
        plain = self.tr("{title} ada di {name}.")
        told = (sentence if secret else plain).format(title=title, name=name)
        self._sheet.tell(told, Tone.SUCCESS)
        self.told.emit(told)

    @Slot()
    def _on_unprinted(self) -> None:
        text = self.tr("Pencetak tidak menerima lembar ini. Periksa pencetaknya, atau simpan sebagai PDF.")
        self._sheet.tell(text, Tone.DANGER)

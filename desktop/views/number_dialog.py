"""Periksa nomor: the numbers of a year that no valid letter holds, each with its reason."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from core.domain.ids import BookId
from desktop.viewmodels.number_check import NumberCheck
from desktop.views.messages import sentence_for
from desktop.views.number_words import gap_words
from desktop.views.presented_rows import PresentedRows
from desktop.views.void_number_dialog import VoidNumberDialog
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.confirmation import Confirmation
from desktop.widgets.dates import format_date
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fields import Field
from desktop.widgets.figures import format_count
from desktop.widgets.record_table import RecordTable
from desktop.widgets.scaled import Scaled
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme, Tone

WIDTH = 760
LIST_HEIGHT = 320
COLUMNS = (
    Column(ColumnKind.CODE, 104),
    Column(ColumnKind.TEXT, 136),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.DATE, 190),
)


class NumberSheet(Sheet):
    """The gaps of one year of one book.

    Signals: `closed()`; `void_wanted()` and `closing_wanted()` when a person wants to void a number or close the year.
    """

    closed = Signal()
    void_wanted = Signal()
    closing_wanted = Signal()

    def __init__(self, theme: Theme, check: NumberCheck, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", icon="hash", width=WIDTH, card=False, parent=parent)
        self.set_title(self.tr("Periksa nomor"))
        self._check = check
        self._year = ComboBox(theme)
        self._year.set_choices([(str(year), str(year)) for year in check.years])
        self._book = ComboBox(theme)
        self._year_field = Field(theme, self.tr("Tahun"), self._year)
        self._book_field = Field(theme, self.tr("Buku nomor"), self._book)
        self._book_field.hide()
        choices = Row(theme)
        choices.add(self._year_field, self._book_field, None)
        headers = (self.tr("Nomor"), self.tr("Keadaan"), self.tr("Alasan"), self.tr("Oleh"))
        self._table = RecordTable(theme, COLUMNS, name=self.tr("Nomor tanpa surat yang berlaku"))
        self._table.setModel(PresentedRows(check.rows, gap_words, headers=headers, parent=self))
        self._table.set_sortable(sortable=False)
        Scaled(theme, self._table, height=LIST_HEIGHT)
        empty = EmptyState(theme, icon="circle-check")
        empty.set_content(self.tr("Tidak ada nomor yang kosong."), icon="circle-check", action="")
        self._table.overlay.set_placeholder(empty)
        self._trouble = Banner(theme, tone=Tone.DANGER, card=True)
        self._trouble.hide()
        self.body.add(choices, self._table, self._trouble)
        self._void = Button(theme, self.tr("Batalkan nomor…"), key_hint=self.tr("Del"))
        self._close_year = Button(theme, "", key_hint=self.tr("F8"))
        close = Button(theme, self.tr("Tutup"), kind=ButtonKind.PRIMARY, key_hint=self.tr("Esc"))
        self._keys: list[QShortcut] = []
        self.add_button(self._close_year, left=True)
        self.add_button(self._void, left=True)
        self.add_button(close)
        close.clicked.connect(self.closed)
        for button, keys, wanted in (
            (self._void, "Del", self.void_wanted),
            (self._close_year, "F8", self.closing_wanted),
        ):
            button.hide()
            button.clicked.connect(wanted)
            shortcut = QShortcut(QKeySequence(keys), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
            shortcut.setEnabled(False)
            self._keys.append(shortcut)
        self._year.currentIndexChanged.connect(self._on_chosen)
        self._book.currentIndexChanged.connect(self._on_chosen)
        check.changed.connect(self._on_changed)
        check.refused.connect(self._on_refused)

    def begin(self) -> None:
        """Read this year's account and put the keyboard on the year."""
        self._trouble.hide()
        self._table.overlay.set_busy(busy=True)
        self._on_chosen()
        self._year.setFocus(Qt.FocusReason.OtherFocusReason)

    def number(self) -> int:
        """The number of the chosen line, 0 where it stands for several or none."""
        row = self._check.rows.row(self._table.current_row())
        free = row is not None and row.span.low == row.span.high and row.span.fate is None
        return row.span.low if row is not None and free else 0

    @Slot()
    def _on_chosen(self) -> None:
        self._check.load(int(self._year.current_key()), BookId(int(self._book.current_key() or 0)))

    @Slot()
    def _on_changed(self) -> None:
        report = self._check.report
        self._table.overlay.set_busy(busy=False)
        if report is None:
            return
        named = [(str(one.book), one.name or self.tr("Agenda surat masuk")) for one in self._check.books]
        self._book.set_choices(named)
        self._book.blockSignals(True)
        self._book.select(str(report.book))
        self._book.blockSignals(False)
        self._book_field.setVisible(len(named) > 1)
        may = (self._check.may_void, self._check.may_close)
        for button, shortcut, offered in zip((self._void, self._close_year), self._keys, may, strict=True):
            button.setVisible(offered)
            shortcut.setEnabled(offered)
        self._close_year.setText(self.tr("Tutup buku {year}…").format(year=report.year))
        account = report.account
        text = self.tr("{issued} nomor dipakai sampai {highest}; {inserted} sisipan.").format(
            issued=format_count(account.issued),
            highest=format_count(account.highest),
            inserted=format_count(len(account.inserted)),
        )
        if report.closed_at is not None:
            text += " " + self.tr("Buku ditutup {date}.").format(date=format_date(report.closed_at.date()))
        self.set_text(text)

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        self._table.overlay.set_busy(busy=False)
        self._trouble.set_message(sentence_for(code), Tone.DANGER)
        self._trouble.show()


class NumberDialog(SheetDialog):
    """The sheet over its window, and what it asks before something is changed."""

    def __init__(self, theme: Theme, check: NumberCheck, *, parent: QWidget | None = None) -> None:
        self._sheet = NumberSheet(theme, check)
        super().__init__(theme, self._sheet, parent=parent)
        self._theme = theme
        self._check = check
        self._voiding = VoidNumberDialog(theme, check, parent=self)
        self._sheet.closed.connect(self.accept)
        self._sheet.void_wanted.connect(self._on_void)
        self._sheet.closing_wanted.connect(self._on_closing)

    def begin(self) -> None:
        """Open the dialog."""
        self.open()
        self._sheet.begin()

    @Slot()
    def _on_void(self) -> None:
        self._voiding.begin(self._sheet.number())

    @Slot()
    def _on_closing(self) -> None:
        report = self._check.report
        if report is None or not self._check.may_close:
            return
        question = Confirmation(
            self._theme,
            self.tr("Tutup buku {year}?").format(year=report.year),
            self.tr(
                "Setelah ini tidak ada surat yang dapat dicatat di buku tahun itu; sisa jatah nomornya dikembalikan. "
                "Surat yang sudah dicatat pada komputer yang masih luring tetap masuk. Buku tidak dapat dibuka lagi."
            ),
            confirm=self.tr("Tutup buku"),
            parent=self,
        )
        question.accepted.connect(self._check.close_year)
        question.open()

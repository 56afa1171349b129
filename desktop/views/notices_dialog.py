"""Pemberitahuan: the latest notices as a list, and when the desktop keeps quiet."""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.domain.attendance import clock_of
from core.domain.errors import RefusalCode
from desktop.viewmodels.notice_desk import NoticeDesk
from desktop.viewmodels.screen_facts import NoticeChoice
from desktop.views.event_words import clock_text
from desktop.views.messages import sentence_for
from desktop.views.notice_words import NoticeWords
from desktop.views.presented_rows import PresentedRows
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.card_list import CardList
from desktop.widgets.checks import CheckBox
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.literal import window_title
from desktop.widgets.scaled import Scaled
from desktop.widgets.sheet import Sheet, SheetDialog
from desktop.widgets.theme import Theme

WIDTH, LIST_HEIGHT, CLOCK_WIDTH = 560, 320, 180


class NoticesDialog(SheetDialog):
    """Opened, everything counts as seen; Enter on a notice opens its letter.

    Signals: `letter_requested(bytes)` with the id of a letter.
    """

    letter_requested = Signal(bytes)

    def __init__(
        self, theme: Theme, desk: NoticeDesk, *, today: Callable[[], date], parent: QWidget | None = None
    ) -> None:
        self._sheet = Sheet(theme, "", icon="bell", width=WIDTH, card=False)
        super().__init__(theme, self._sheet, parent=parent)
        self._desk = desk
        self._sheet.set_title(self.tr("Pemberitahuan"))
        self.setWindowTitle(window_title(self.tr("Pemberitahuan")))
        self._words = PresentedRows(desk.rows, NoticeWords(today, desk.is_new), parent=self)
        self._list = CardList(theme, name=self.tr("Daftar pemberitahuan"))
        self._list.setModel(self._words)
        self._list.overlay.set_placeholder(EmptyState(theme, self.tr("Tidak ada yang perlu diketahui."), icon="bell"))
        Scaled(theme, self._list, height=LIST_HEIGHT)
        self._shown = CheckBox(theme, self.tr("Tampilkan juga di layar saat Pesagi tidak di depan"))
        self._weekends = CheckBox(theme, self.tr("Tenang pada Sabtu dan Minggu"))
        self._from, self._until = LineEdit(theme, tabular=True), LineEdit(theme, tabular=True)
        hours = QWidget()
        row = Row(theme, gap=12, parent=hours)
        self._hours = (
            Field(theme, self.tr("Tenang mulai"), self._from),
            Field(theme, self.tr("Sampai"), self._until),
        )
        for field in self._hours:
            Scaled(theme, field, width=CLOCK_WIDTH)
            row.add(field)
        row.add(None)
        self._sheet.body.add(self._list, self._shown, hours, self._weekends)
        opening = Button(theme, self.tr("Buka surat"), key_hint="↵", parent=self)
        close = Button(theme, self.tr("Tutup"), kind=ButtonKind.QUIET, key_hint=self.tr("Esc"), parent=self)
        self._sheet.add_button(close)
        self._sheet.add_button(opening)
        close.clicked.connect(self._on_close)
        opening.clicked.connect(self._on_open)
        self._list.opened.connect(self._on_open)
        self.finished.connect(self._keep)

    @Slot()
    def begin(self) -> None:
        """Open the list; what is new stands out until it is closed."""
        choice = self._desk.choice
        self._shown.setChecked(choice.shown)
        self._weekends.setChecked(choice.quiet_weekends)
        self._from.setText(clock_text(choice.quiet_from))
        self._until.setText(clock_text(choice.quiet_until))
        for field in self._hours:
            field.set_error("")
        self._words.reword()
        self.open()
        self._list.select_row(0)
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_close(self) -> None:
        """Close the list, or say which hour cannot be read; Escape closes it all the same."""
        wrong = [clock_of(line.text()) is None for line in (self._from, self._until)]
        for field, is_wrong in zip(self._hours, wrong, strict=True):
            field.set_error(sentence_for(RefusalCode.TIME_MALFORMED) if is_wrong else "")
        if any(wrong):
            self._hours[wrong.index(True)].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.accept()

    @Slot()
    def _on_open(self) -> None:
        notice = self._desk.rows.row(self._list.currentIndex().row())
        if notice is not None:
            self.accept()
            self.letter_requested.emit(notice.letter)

    @Slot()
    def _keep(self) -> None:
        """Remember what was seen and chosen; hours that cannot be read stay as they were."""
        before = self._desk.choice
        start, end = clock_of(self._from.text()), clock_of(self._until.text())
        chosen = NoticeChoice(
            shown=self._shown.isChecked(),
            quiet_from=before.quiet_from if start is None else start,
            quiet_until=before.quiet_until if end is None else end,
            quiet_weekends=self._weekends.isChecked(),
        )
        if chosen != before:
            self._desk.choose(chosen)
        self._desk.mark_seen()

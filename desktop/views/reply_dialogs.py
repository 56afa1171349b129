"""Kapan balasnya? The day by which a letter wants an answer, and what ended the wait."""

from datetime import date

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QWidget

from core.domain.ids import LetterId
from desktop.viewmodels.entry_codes import EntryCode
from desktop.viewmodels.reply_desk import ENDED, EXPECTED, ReplyDesk
from desktop.views.act_dialog import ActDialog
from desktop.views.messages import sentence_for
from desktop.widgets.date_field import DateField
from desktop.widgets.dates import Leaning
from desktop.widgets.fields import Field
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.theme import Theme


class ExpectReplyDialog(ActDialog):
    """Asks for the day."""

    def __init__(self, theme: Theme, desk: ReplyDesk, *, today: date, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, icon="calendar", parent=parent)
        self._desk = desk
        self._day = DateField(theme, today=today, leaning=Leaning.FUTURE)
        self._field = Field(theme, self.tr("Balasan paling lambat"), self._day)
        self._set_head(
            self.tr("Kapan balasnya?"),
            self.tr("Surat ini tampil di Belum dijawab sampai balasannya dicatat; Anda diingatkan dua hari di muka."),
        )
        self._lay_out(fields={"by": self._field}, confirm=self.tr("Simpan"))
        desk.done.connect(self._on_done)

    def begin(self, letter: LetterId, by: date | None) -> None:
        """Open the dialog for a letter."""
        self._desk.letter = letter
        self._day.set_value(by)
        self._refusals.clear()
        self.open()
        self._day.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """Set the day, if one can be read."""
        day = self._day.value()
        if day is None:
            self._field.set_error(sentence_for(EntryCode.DATE_NOT_UNDERSTOOD.value))
            return
        self._desk.expect(day)

    @Slot(str)
    def _on_done(self, what: str) -> None:
        if what == EXPECTED:
            self.accept()


class EndReplyDialog(ActDialog):
    """Asks for the number of the answer, or a reason."""

    def __init__(self, theme: Theme, desk: ReplyDesk, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, desk, icon="send", parent=parent)
        self._desk = desk
        self._number = LineEdit(theme, tabular=True, placeholder=self.tr("Misalnya: 005/77/2026"))
        self._reason = LineEdit(theme, placeholder=self.tr("Misalnya: cukup dihadiri"))
        fields = {
            "answer_no": Field(theme, self.tr("Nomor surat balasan"), self._number),
            "reason": Field(
                theme,
                self.tr("Atau alasan tanpa balasan"),
                self._reason,
                hint=self.tr("Pada surat rahasia alasannya tidak disimpan."),
            ),
        }
        self._set_head(self.tr("Catat balasan"))
        self._lay_out(fields=fields, confirm=self.tr("Simpan"))
        desk.done.connect(self._on_done)

    def begin(self, letter: LetterId, pile: tuple[LetterId, ...] = ()) -> None:
        """Open the dialog for a letter, or for a pile that is answered in the same way."""
        self._desk.letter, self._desk.pile = letter, pile
        text = self.tr("Isi nomor balasannya, atau alasan mengapa tidak dibalas.")
        if pile:
            text = self.tr("Berlaku untuk {count} surat yang ditandai. {text}").format(count=len(pile), text=text)
        self._set_head(self.tr("Catat balasan"), text)
        self._number.clear()
        self._reason.clear()
        self._refusals.clear()
        self.open()
        self._number.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def confirm(self) -> None:
        """End the wait."""
        self._desk.end(self._number.text(), self._reason.text())

    @Slot(str)
    def _on_done(self, what: str) -> None:
        if what == ENDED:
            self.accept()

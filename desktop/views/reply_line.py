"""By when the letter that is read wants an answer, in one line above its scan."""

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.letter_reply import LetterReply
from desktop.widgets.boxes import Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.dates import format_date
from desktop.widgets.labels import IconLabel, Label
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole


class ReplyLine(Surface):
    """Shown while an answer is waited for, or something ended that."""

    def __init__(self, theme: Theme, reply: LetterReply, *, parent: QWidget | None = None) -> None:
        super().__init__(theme, edges=Edge.TOP, parent=parent)
        self._reply = reply
        self._text = Label(theme, role=TextRole.SECONDARY, wrap=True)
        self._end = Button(theme, self.tr("Catat balasan…"), kind=ButtonKind.LINK)
        row = Row(theme, gap=8, margins=(16, 6, 16, 6), parent=self)
        row.add(IconLabel(theme, "send", size=18), self._text, self._end)
        row.setStretch(1, 1)
        self._end.clicked.connect(reply.end)
        reply.changed.connect(self._show)
        self._show()

    @Slot()
    def _show(self) -> None:
        view = self._reply.view
        letter = None if view is None else view.letter
        ended = letter is not None and bool(letter.reply_no or letter.reply_reason)
        self.setVisible(letter is not None and (letter.reply_by is not None or ended))
        if letter is None:
            return
        if letter.reply_by is not None:
            self._text.setText(self.tr("Balasan paling lambat {day}").format(day=format_date(letter.reply_by)))
        elif letter.reply_no:
            self._text.setText(self.tr("Sudah dibalas: {number}").format(number=letter.reply_no))
        else:
            self._text.setText(self.tr("Tidak dibalas: {reason}").format(reason=letter.reply_reason))
        self._end.setVisible(self._reply.may_end)

"""A disposition that was given to me: what is asked, and the report of what I did."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.answer_editor import AnswerEditor
from desktop.viewmodels.facts import LetterView
from desktop.viewmodels.inbox_entries import InboxEntry
from desktop.views.answer_files import AnswerFiles
from desktop.views.disposition_trail import DispositionTrail, InstructionTexts
from desktop.views.messages import sentence_for
from desktop.views.pane_scroll import PaneScroll
from desktop.views.sent_panel import split_chain
from desktop.widgets.banner import Banner
from desktop.widgets.boxes import Column, Row
from desktop.widgets.buttons import Button, ButtonKind
from desktop.widgets.fields import Field
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import TextEdit
from desktop.widgets.surfaces import Edge, Surface
from desktop.widgets.theme import Theme, Tone
from desktop.widgets.typography import TextRole

RESULT_LINES = 3


class AnswerPanel(Surface):
    """Shows the disposition and takes the result.

    Signals: `forward_requested()` when the disposition is to be passed on; `files_wanted(object)` as of the trail.
    """

    forward_requested = Signal()
    files_wanted = Signal(object)

    def __init__(
        self, theme: Theme, editor: AnswerEditor, text_of: InstructionTexts, *, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent=parent)
        self._editor = editor
        self._own = DispositionTrail(theme, text_of)
        self._others_title = Label(theme, self.tr("Disposisi lain pada surat ini"), role=TextRole.CAPTION_STRONG)
        self._others = DispositionTrail(theme, text_of)
        self._result = TextEdit(theme, lines=RESULT_LINES)
        self._result_field = Field(theme, self.tr("Hasil tindak lanjut"), self._result)
        self._trouble = Banner(theme, tone=Tone.DANGER)
        self._trouble.hide()
        self._forward = Button(theme, self.tr("Teruskan"), icon="arrow-ramp-right", key_hint=self.tr("T"))
        self._send = Button(theme, "", kind=ButtonKind.PRIMARY, icon="send", key_hint=self.tr("Ctrl ↵"))
        self._files = AnswerFiles(theme, editor)
        self._progress = Button(theme, self.tr("Kemajuan"), icon="hourglass")
        self._progress.setToolTip(self.tr("Laporkan sejauh ini; disposisi tetap terbuka (Ctrl+Shift+Enter)"))
        self._progress.clicked.connect(self.send_progress)
        for trail in (self._own, self._others):
            trail.files_wanted.connect(self.files_wanted)
        self._lay_out(theme)
        editor.opened.connect(self._show_text)
        editor.refused.connect(self._on_refused)
        editor.busy_changed.connect(self._on_busy)
        editor.sent.connect(self._show_text)
        self._result.textChanged.connect(self._on_typed)
        self._forward.clicked.connect(self.forward_requested)
        self._send.clicked.connect(self.send)
        self._show_text()

    def show_entry(self, entry: InboxEntry, letter: LetterView | None) -> None:
        """Show a disposition with the others on its letter, as far as they are here."""
        mine, others = split_chain(entry, letter)
        self._own.show_dispositions(mine)
        self._others.show_dispositions(others)
        self._others_title.setVisible(bool(others))
        self._forward.setVisible(letter is not None and letter.may_dispose)
        self._editor.open(entry.disposition)
        self._on_busy()

    def focus_result(self) -> None:
        """Put the keyboard into the report."""
        self._result.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @Slot()
    def send(self) -> None:
        """Report the result."""
        if self._send.isEnabled():
            self._result_field.set_error("")
            self._trouble.hide()
            self._editor.send()

    @Slot()
    def send_progress(self) -> None:
        """Report how far it is; it stays open."""
        if self._progress.isVisible() and self._progress.isEnabled():
            self._result_field.set_error("")
            self._trouble.hide()
            self._editor.send(done=False)

    def showEvent(self, event: QShowEvent) -> None:
        """From now on the disposition is being read."""
        super().showEvent(event)
        self._editor.set_watched(watched=True)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody reads it any more."""
        super().hideEvent(event)
        self._editor.set_watched(watched=False)

    def _lay_out(self, theme: Theme) -> None:
        body = Surface(theme)
        inner = Column(theme, gap=8, margins=(16, 12, 16, 16), parent=body)
        own_title = Label(theme, self.tr("Disposisi untuk Anda"), role=TextRole.CAPTION_STRONG)
        inner.add(own_title, self._own, self._others_title, self._others, None)
        report = Surface(theme, edges=Edge.TOP)
        reported = Column(theme, gap=4, margins=(16, 10, 16, 0), parent=report)
        reported.add(self._result_field, self._files)
        foot = Surface(theme)
        buttons = Row(theme, gap=8, margins=(16, 10, 16, 12), parent=foot)
        buttons.add(self._forward, self._progress, None, self._send)
        column = Column(theme, gap=0, parent=self)
        column.add(PaneScroll(body), report, self._trouble, foot)
        column.setStretch(0, 1)

    @Slot()
    def _show_text(self) -> None:
        if self._result.toPlainText() != self._editor.text:
            blocked = self._result.blockSignals(True)
            self._result.setPlainText(self._editor.text)
            self._result.blockSignals(blocked)
        self._result_field.set_error("")
        self._trouble.hide()
        self._on_busy()

    @Slot()
    def _on_typed(self) -> None:
        self._editor.keep(self._result.toPlainText())
        self._result_field.set_error("")

    @Slot(str, str)
    def _on_refused(self, code: str, field: str) -> None:
        if field == "result":
            self._result_field.set_error(sentence_for(code))
            self.focus_result()
        else:
            self._trouble.set_message(sentence_for(code), Tone.DANGER)
            self._trouble.show()

    @Slot()
    def _on_busy(self) -> None:
        answered = self._editor.answered
        self._send.setText(self.tr("Perbarui laporan") if answered else self.tr("Kirim laporan"))
        possible = self._editor.disposition is not None and not self._editor.busy
        self._send.setEnabled(possible)
        self._progress.setEnabled(possible)
        self._progress.setVisible(not answered)

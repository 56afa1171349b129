"""The right pane of the disposition screen: the head of the letter, and what can be done about it."""

from enum import Enum

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.viewmodels.answer_editor import AnswerEditor
from desktop.viewmodels.disposition_editor import DispositionEditor, Issued, SheetOf
from desktop.viewmodels.disposition_inbox import DispositionInbox, InboxTab
from desktop.viewmodels.inbox_entries import InboxEntry
from desktop.views.answer_panel import AnswerPanel
from desktop.views.disposition_sheet import DispositionSheet
from desktop.views.letter_head import LetterHead
from desktop.views.sent_panel import SentPanel
from desktop.widgets.boxes import Column
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.surfaces import Surface
from desktop.widgets.theme import Theme


class Mode(Enum):
    """What the pane is for now."""

    NOTHING = "nothing"
    DECIDE = "decide"
    ANSWER = "answer"
    FORWARD = "forward"
    SENT = "sent"
    PILE = "pile"


class DispositionDetail(Surface):
    """Follows the entry of an inbox.

    Signals: `mode_changed()`; `done(str)` with a sentence after a commit, when the list is next; `files_wanted(object)`
    with files of an answer or an order that are to be shown; `together(str)` when `begin` or `forward` shall be done
    with all that are marked.
    """

    mode_changed = Signal()
    done = Signal(str)
    files_wanted = Signal(object)
    together = Signal(str)

    def __init__(
        self,
        theme: Theme,
        inbox: DispositionInbox,
        *,
        editor: DispositionEditor,
        answer: AnswerEditor,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, parent=parent)
        self._inbox = inbox
        self._editor = editor
        self._answer = answer
        self.mode = Mode.NOTHING
        self._marked: tuple[str, ...] | None = None
        self._head = LetterHead(theme)
        self._nothing = EmptyState(theme, self.tr("Pilih surat di daftar untuk melihat isinya."), icon="arrow-left")
        pile = self.tr("Beberapa ditandai. Tombol di bawah berlaku untuk semuanya; Esc melepas tandanya.")
        self._pile = EmptyState(theme, pile, icon="copy")
        self.sheet = DispositionSheet(theme, editor, today=inbox.today)
        self.answer = AnswerPanel(theme, answer, editor.text_of)
        self.sent = SentPanel(theme, editor.text_of)
        self._pages = QStackedWidget()
        for page in (self._nothing, self.sheet, self.answer, self.sent, self._pile):
            self._pages.addWidget(page)
        column = Column(theme, gap=0, parent=self)
        column.add(self._head, self._pages)
        column.setStretch(1, 1)
        inbox.letter_changed.connect(self._on_letter)
        inbox.changed.connect(self._on_letter)
        editor.issued.connect(self._on_issued)
        answer.sent.connect(self._on_sent)
        self.sent.files_wanted.connect(self.files_wanted)
        self.answer.files_wanted.connect(self.files_wanted)
        self.sheet.cancelled.connect(self.leave_forward)
        self.answer.forward_requested.connect(self.forward)
        self._show(Mode.NOTHING)

    @Slot()
    def commit(self) -> None:
        """Do what the large button of the pane does."""
        if self.mode in {Mode.DECIDE, Mode.FORWARD}:
            self.sheet.issue()
        elif self.mode is Mode.ANSWER:
            self.answer.send()
        elif self.mode is Mode.PILE:
            self.together.emit("begin")

    @Slot()
    def focus_work(self) -> None:
        """Put the keyboard where the work of the pane begins."""
        if self.mode in {Mode.DECIDE, Mode.FORWARD}:
            self.sheet.focus_recipients()
        elif self.mode is Mode.ANSWER:
            self.answer.focus_result()
        elif self.mode is Mode.PILE:
            self.together.emit("begin")

    @property
    def may_forward(self) -> bool:
        """Whether the disposition that is shown can be passed on by this person."""
        if self._marked is not None:
            return "forward" in self._marked
        letter = self._inbox.letter
        return self.mode is Mode.ANSWER and letter is not None and letter.may_dispose

    @Slot()
    def forward(self) -> None:
        """Begin to pass the disposition on."""
        entry = self._inbox.entry
        if self._marked is not None:
            self.together.emit("forward")
        elif entry is not None and entry.disposition is not None and self.may_forward:
            letter = self._inbox.letter
            sender = letter.letter.sender if letter else entry.who
            self._editor.open(SheetOf(letter_id=entry.letter_id, sender=sender, parent=entry.disposition.id))
            self._show(Mode.FORWARD)
            self.sheet.focus_recipients()

    @Slot()
    def leave_forward(self) -> None:
        """Go back to the disposition; what was filled in is kept."""
        if self.mode is Mode.FORWARD:
            self._editor.open(None)
            self._show(Mode.ANSWER)
            self.answer.focus_result()

    def mark(self, offers: tuple[str, ...] | None) -> None:
        """Several are marked, for all of which these can be done; None: the one that is shown counts.

        Nobody commits the sheet of one of them, or counts as having read it, while he looks at a pile.
        """
        if offers != self._marked:
            self._marked = offers
            self._on_letter()

    @Slot()
    def _on_letter(self) -> None:
        entry = self._inbox.entry
        if self._marked is not None:
            self._editor.open(None)
            self._answer.open(None)
            self._show(Mode.PILE)
            self.mode_changed.emit()
            return
        if entry is None:
            self._editor.open(None)
            self._answer.open(None)
            self._show(Mode.NOTHING)
            return
        self._show_head(entry)
        match self._inbox.tab:
            case InboxTab.TO_DECIDE:
                # At once, before the letter is read: Ctrl+Enter must never meet the sheet of another letter.
                self._editor.open(SheetOf(letter_id=entry.letter_id, sender=entry.who))
                self._show(Mode.DECIDE)
            case InboxTab.FOR_ME:
                self.answer.show_entry(entry, self._inbox.letter)
                if not self._forwards(entry):
                    self._editor.open(None)
                    self._show(Mode.ANSWER)
            case InboxTab.SENT:
                self._editor.open(None)
                self.sent.show_entry(entry, self._inbox.letter)
                self._show(Mode.SENT)
        self.mode_changed.emit()

    def _forwards(self, entry: InboxEntry) -> bool:
        sheet = self._editor.sheet
        passed_on = sheet.parent if sheet is not None else None
        return self.mode is Mode.FORWARD and passed_on == entry.key

    def _show_head(self, entry: InboxEntry) -> None:
        letter = self._inbox.letter
        if letter is not None:
            self._head.show_letter(letter)
        elif not entry.arrived:
            self._head.show_entry(entry)

    def _show(self, mode: Mode) -> None:
        page = {
            Mode.NOTHING: self._nothing,
            Mode.DECIDE: self.sheet,
            Mode.ANSWER: self.answer,
            Mode.FORWARD: self.sheet,
            Mode.SENT: self.sent,
            Mode.PILE: self._pile,
        }[mode]
        self._head.setVisible(mode not in {Mode.NOTHING, Mode.PILE})
        self._pages.setCurrentWidget(page)
        if mode is not self.mode:
            self.mode = mode
            self.mode_changed.emit()

    @Slot(object)
    def _on_issued(self, issued: Issued) -> None:
        if self.mode is Mode.FORWARD:
            self._show(Mode.ANSWER)
        self._inbox.forget_guest(issued.letter_id)
        text = self.tr("Surat {sender} didisposisikan ke {recipients}")
        self.done.emit(text.format(sender=issued.sender, recipients=", ".join(issued.to)))

    @Slot()
    def _on_sent(self) -> None:
        self.done.emit(self.tr("Laporan tersimpan dan akan dikirim"))

"""Marking cards of the disposition screen, and beginning what is done with all of them."""

from PySide6.QtCore import QObject, Qt, Signal, Slot

from desktop.viewmodels.disposition_inbox import DispositionInbox, InboxTab
from desktop.viewmodels.disposition_marks import CONFIRM, DISPOSE, FORWARD, REMIND, REPORT, DispositionMarks
from desktop.views.disposition_screen import DispositionScreen
from desktop.views.marked_bar import MarkedBar
from desktop.views.messages import sentence_for
from desktop.views.pile_report_dialog import PileReportDialog
from desktop.views.together_words import with_left
from desktop.widgets.figures import format_count
from desktop.widgets.marking_keys import MarkingKeys
from desktop.widgets.theme import Theme


class DispositionMarking(QObject):
    """Follows what is marked in the list: Space, Shift and Ctrl, as in the register.

    Signals: `sheet_wanted(object)` with a SheetOf that is to be filled in for all of them.
    """

    sheet_wanted = Signal(object)

    def __init__(
        self, theme: Theme, screen: DispositionScreen, marks: DispositionMarks, *, inbox: DispositionInbox
    ) -> None:
        """From now on cards can be marked."""
        super().__init__(screen)
        self._theme = theme
        self._screen = screen
        self._marks = marks
        self._inbox = inbox
        self._report: PileReportDialog | None = None
        screen.cards.setAccessibleDescription(self.tr("Spasi menandai; beberapa disposisi dapat dikerjakan sekaligus."))
        self.keys = MarkingKeys(screen.cards, changing=lambda: False)
        self.bar = MarkedBar(theme, (DISPOSE, REPORT, FORWARD, REMIND, CONFIRM), said="")
        screen.column.addWidget(self.bar)
        self.keys.changed.connect(self._on_keys)
        # Rows follow their entries by themselves; what an entry says may be another now, or it has gone.
        inbox.changed.connect(self._on_keys)
        marks.changed.connect(self._on_marks)
        marks.busy_changed.connect(self._on_marks)
        marks.done.connect(self._on_done)
        marks.refused.connect(self._on_refused)
        self.bar.wanted.connect(self.begin)
        screen.detail.together.connect(self.begin)
        screen.following.together.connect(self.begin)

    @Slot(str)
    def begin(self, name: str) -> None:
        """Do something with all that are marked; `begin` is what one does in this list."""
        marks = self._marks
        if name == "begin":
            name = {InboxTab.TO_DECIDE: DISPOSE, InboxTab.FOR_ME: REPORT}.get(self._inbox.tab, "")
        if name == "end":
            self.end()
        elif not marks.ready or name not in marks.offers:
            return
        elif name in {DISPOSE, FORWARD}:
            self.sheet_wanted.emit(marks.sheet(name))
        elif name == REPORT:
            self._made().begin()
        elif name == REMIND:
            marks.remind()
        else:
            marks.confirm()

    @Slot()
    def end(self) -> None:
        """It was done, or shall not be: the card that is shown is the only one again."""
        self.keys.end()
        self._screen.cards.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def tell(self, sentence: str) -> None:
        """Something was done with all of them, and can be undone."""
        for one in self._marks.entries:
            self._inbox.forget_guest(one.letter_id)
        self.end()
        self._screen.act_done.emit(sentence)

    @Slot()
    def _on_keys(self) -> None:
        spans = self.keys.spans() if self.keys.marking else []
        self._marks.take([row for first, last in spans for row in range(first, last + 1)])

    @Slot()
    def _on_marks(self) -> None:
        marks = self._marks
        shown = marks.count > 0
        offers = marks.offers if shown else None
        self.bar.setVisible(shown)
        if offers is not None:
            letters = self._inbox.tab is InboxTab.TO_DECIDE
            said = self.tr("{count} surat ditandai") if letters else self.tr("{count} disposisi ditandai")
            self.bar.set_offers(offers, said=said)
            self.bar.show_count(marks.count, ready=marks.ready, too_many=marks.too_many)
        self._screen.detail.mark(offers)
        self._screen.following.mark(offers)

    @Slot(str, int, object)
    def _on_done(self, name: str, count: int, refused: tuple[str, ...]) -> None:
        if name == REMIND and not count and not refused:
            self._screen.status_message.emit(
                self.tr("Tidak ada yang perlu diingatkan: semua sudah melapor, atau baru saja diingatkan.")
            )
            return
        sentence = {
            REPORT: self.tr("{count} disposisi dilaporkan selesai"),
            REMIND: self.tr("Penerima {count} disposisi diingatkan"),
            CONFIRM: self.tr("{count} disposisi yang dicatatkan Anda benarkan"),
        }[name]
        self.tell(with_left(sentence.format(count=format_count(count)), refused))

    @Slot(str, str)
    def _on_refused(self, code: str, _field: str) -> None:
        if self._report is None or not self._report.isVisible():
            self._screen.status_message.emit(sentence_for(code))

    def _made(self) -> PileReportDialog:
        if self._report is None:
            self._report = PileReportDialog(self._theme, self._marks, parent=self._screen)
        return self._report

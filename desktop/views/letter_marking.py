"""Marking letters in the register, and beginning what is done with all of them."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from desktop.viewmodels.letter_marks import LetterMarks
from desktop.views.letters_screen import LettersScreen
from desktop.views.marked_bar import MarkedBar
from desktop.views.screen import make_action
from desktop.widgets.figures import format_count
from desktop.widgets.marking_keys import MarkingKeys
from desktop.widgets.theme import Theme


class LetterMarking(QObject):
    """Follows what is marked on a screen of letters.

    While the form or, in a narrow window, the letter that is read covers the list, nothing is done with the marks:
    nobody sees them, and the keys mean that letter.

    Signals: `wanted(str, object)` with `file`, `dispose`, `answer` or `print` and the LetterIds.
    """

    wanted = Signal(str, object)

    def __init__(self, theme: Theme, screen: LettersScreen, marks: LetterMarks) -> None:
        """From now on letters can be marked."""
        super().__init__(screen)
        self._screen = screen
        self._marks = marks
        table = screen.register.table
        table.setAccessibleDescription(self.tr("Spasi menandai surat; beberapa surat dapat dikerjakan sekaligus."))
        self.keys = MarkingKeys(table, changing=lambda: marks.changing)
        self.bar = MarkedBar(theme, marks.offers, said=self.tr("{count} surat ditandai"))
        screen.register.add_below(self.bar)
        self._copy = make_action(self, self.tr("Sa&lin baris"), shortcut="Ctrl+C", name="letter_copy_lines")
        self._print = make_action(self, self.tr("Cetak surat yang di&tandai…"), name="letter_print_marked")
        # Ctrl+C means something else wherever one types or reads.
        self._copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        table.addAction(self._copy)
        screen.add_decisions([self._copy, self._print])
        self._copy.triggered.connect(self._on_copy)
        self._print.triggered.connect(self._on_print)
        self.keys.changed.connect(self._on_keys)
        marks.changed.connect(self._on_marks)
        marks.moved.connect(self._on_moved)
        screen.register.seen_changed.connect(self._on_marks)
        screen.acts.together.connect(self.begin)
        self.bar.wanted.connect(self.begin)
        self._on_marks()

    @Slot(str)
    def begin(self, name: str) -> None:
        """Do something with all letters that are marked."""
        letters = self._marks.letters
        if name == "end":
            self.end()
        elif name == "copy":
            self._on_copy()
        elif letters:
            self.wanted.emit(name, letters)

    @Slot()
    def end(self) -> None:
        """It was done, or shall not be: the letter that is read is the only one again."""
        self.keys.end()
        self._screen.register.table.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_keys(self) -> None:
        if self.keys.marking:
            self._marks.take(self.keys.spans(), anew=self.keys.anew)
        else:
            self._marks.clear()

    @Slot()
    def _on_moved(self) -> None:
        if self.keys.marking:
            self.keys.show_rows(self._marks.rows())

    @Slot()
    def _on_marks(self) -> None:
        marks = self._marks
        shown = marks.count > 0
        self.bar.setVisible(shown)
        if shown:
            self.bar.show_count(marks.count, ready=marks.ready, too_many=marks.too_many)
        beside = self._screen.register.isVisible()
        self._screen.acts.mark((marks.offers if marks.ready else ()) if shown and beside else None)
        for action, name in ((self._copy, "copy"), (self._print, "print")):
            action.setVisible(name in marks.offers)
            action.setEnabled(marks.ready and beside and name in marks.offers)

    @Slot()
    def _on_copy(self) -> None:
        if self._marks.ready:
            QApplication.clipboard().setText(self._marks.as_lines())
            text = self.tr("{count} baris disalin.")
            self._screen.status_message.emit(text.format(count=format_count(self._marks.count)))

    @Slot()
    def _on_print(self) -> None:
        self.begin("print")

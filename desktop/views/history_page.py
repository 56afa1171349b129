"""The page of the reading pane that tells what became of the letter."""

from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from desktop.viewmodels.facts import HistoryLine, LetterView
from desktop.viewmodels.letter_history import LetterHistory
from desktop.viewmodels.local_time import local
from desktop.views.history_words import history_note, history_sentence
from desktop.views.letter_reader_pages import ScrolledPage
from desktop.widgets.boxes import Column
from desktop.widgets.dates import format_moment
from desktop.widgets.labels import Label
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

SHOWN_AT_MOST = 200


class HistoryPage(ScrolledPage):
    """One short paragraph for each thing that happened, the newest on top; `sends` is False in practice."""

    def __init__(self, theme: Theme, history: LetterHistory, *, sends: bool) -> None:
        super().__init__(theme, "")
        self.setAccessibleName(self.tr("Riwayat surat ini"))
        self._theme = theme
        self._sends = sends
        self._history = history
        self._shown: tuple[HistoryLine, ...] = ()
        self._entries: list[QWidget] = []
        self._inner = Column(theme, gap=12)
        self.column.addLayout(self._inner)
        self.column.addStretch(1)
        history.changed.connect(self._on_changed)

    def show_letter(self, view: LetterView | None) -> None:
        """Tell of another letter; None: nobody looks at this page."""
        self._history.look_at(None if view is None else view.letter.id)

    def sentences(self) -> list[str]:
        """What is shown, one sentence an entry."""
        return [history_sentence(line) for line in self._shown]

    @Slot()
    def _on_changed(self) -> None:
        self._show(self._history.lines[:SHOWN_AT_MOST])

    def _show(self, lines: Sequence[HistoryLine]) -> None:
        if tuple(lines) == self._shown:
            return
        self._shown = tuple(lines)
        for entry in self._entries:
            self._inner.removeWidget(entry)
            entry.hide()
            entry.deleteLater()
        self._entries = [self._entry(line) for line in self._shown]
        for entry in self._entries:
            self._inner.addWidget(entry)
            # Now and not a moment later, as the layout would: else the pane flickers empty in between.
            entry.show()

    def _entry(self, line: HistoryLine) -> QWidget:
        theme = self._theme
        entry = QWidget()
        column = Column(theme, gap=1, parent=entry)
        column.add(
            Label(theme, format_moment(local(line.at)), role=TextRole.CAPTION, tabular=True),
            Label(theme, history_sentence(line), wrap=True, selectable=True),
        )
        note = history_note(line, sends=self._sends)
        if note:
            column.add(Label(theme, note, role=TextRole.CAPTION, wrap=True))
        return entry

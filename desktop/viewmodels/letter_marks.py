"""Letters of the register that are marked, so that one act is done with all of them.

Marks follow the letters, not the places: what comes in from elsewhere moves rows, and nobody may file the wrong one.
"""

from collections.abc import Callable, Sequence
from datetime import date

from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from desktop.services.papers.plain_text import no_formula
from desktop.services.register import LetterRow
from desktop.viewmodels.letter_row_texts import state_words, subject_text
from desktop.viewmodels.letter_table import LetterTable

# Nobody works on more at once than he has looked at.
MOST_MARKED = 200
_POWERS = {
    "file": Power.FILE_LETTER,
    "dispose": Power.DISPOSE,
    "answer": Power.ANSWER,
    "print": Power.READ_REGISTER,
    "copy": Power.EXPORT,
}


class LetterMarks(QObject):
    """What is marked in one table.

    Signals: `changed()` when other letters are marked; `moved()` when the marked ones stand in other rows.
    """

    changed = Signal()
    moved = Signal()

    def __init__(
        self, table: LetterTable, actor: Actor, *, date_text: Callable[[date], str], parent: QObject | None = None
    ) -> None:
        """Nothing is marked."""
        super().__init__(parent)
        self._table = table
        self._date_text = date_text
        self._marked: dict[LetterId, LetterRow] = {}
        self._missing: set[int] = set()
        self._beyond = 0
        self.offers = tuple(name for name, power in _POWERS.items() if has_power(actor, power))
        table.loaded.connect(self._on_loaded)
        table.rows_came.connect(self._on_rows_came)

    @property
    def count(self) -> int:
        """How many letters are marked."""
        return self._beyond or len(self._marked) + len(self._missing)

    @property
    def too_many(self) -> bool:
        """Whether more are marked than are worked on at once."""
        return self._beyond > 0

    @property
    def ready(self) -> bool:
        """Whether it is known which letters they all are."""
        return bool(self._marked) and not self._missing and not self._beyond

    @property
    def changing(self) -> bool:
        """Whether rows change their places just now; `moved` follows."""
        return self._table.changing

    @property
    def letters(self) -> tuple[LetterId, ...]:
        """The letters, once that is known."""
        return tuple(self._marked) if self.ready else ()

    def take(self, spans: Sequence[tuple[int, int]], *, anew: bool) -> None:
        """The rows of these spans, first and last, are marked now; `anew` if what was marked before is forgotten."""
        total = sum(last - first + 1 for first, last in spans)
        if total > MOST_MARKED:
            self._marked, self._missing, self._beyond = {}, set(), total
            self.changed.emit()
            return
        before = {} if anew else self._marked
        rows = [row for first, last in spans for row in range(first, last + 1)]
        here = {row: self._table.letter_at(row) for row in rows}
        self._beyond = 0
        self._marked = {one.id: one for one in here.values() if one is not None}
        self._missing = {row for row, one in here.items() if one is None}
        # A letter that has been moved off the pages that are here is marked as before.
        gone = {one: row for one, row in before.items() if one not in self._marked and self._table.row_of(one) is None}
        self._marked.update(gone)
        self._send_for()
        self.changed.emit()

    def clear(self) -> None:
        """Nothing is marked any more."""
        if self.count:
            self._marked, self._missing, self._beyond = {}, set(), 0
            self.changed.emit()

    def rows(self) -> tuple[int, ...]:
        """The rows of the marked letters, of those that are here."""
        found = (self._table.row_of(one) for one in self._marked)
        return tuple(sorted({row for row in found if row is not None} | self._missing))

    def as_lines(self) -> str:
        """The marked lines for the clipboard, with tabs between: nothing in them that a spreadsheet would work out."""
        return "\n".join("\t".join(map(_cell, self._texts(row))) for row in self._marked.values())

    def _texts(self, row: LetterRow) -> tuple[str, ...]:
        day = self._date_text(row.received_on)
        return row.agenda, day, row.sender, row.letter_no, subject_text(row.subject), state_words(row.state).text

    def _send_for(self) -> None:
        for row in sorted(self._missing):
            self._table.data(self._table.index(row, 0))

    @Slot(bool)
    def _on_loaded(self, another: bool) -> None:  # noqa: FBT001  # the signature of the signal
        if another:
            self.clear()
        elif self._marked or self._missing:
            # Which letters those rows held is not known any more.
            self._missing = set()
            fresh = {one: self._table.row_of(one) for one in self._marked}
            for one, row in fresh.items():
                self._marked[one] = (self._table.letter_at(row) if row is not None else None) or self._marked[one]
            self.moved.emit()
            self.changed.emit()

    @Slot()
    def _on_rows_came(self) -> None:
        if not self._marked and not self._missing:
            return
        for row in sorted(self._missing):
            one = self._table.letter_at(row)
            if one is not None:
                self._missing.discard(row)
                self._marked[one.id] = one
        self._send_for()
        self.moved.emit()
        self.changed.emit()


def _cell(text: str) -> str:
    return " ".join(no_formula(text).split())

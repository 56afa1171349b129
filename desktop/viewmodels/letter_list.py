"""The screen of the register: which letters are listed, in which order, and which of them is looked at."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter
from desktop.services.register import LetterFilter, LetterOrder, RegisterService
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.letter_cells import LetterColumn
from desktop.viewmodels.letter_table import LetterTable
from desktop.workers.change_feed import ChangeFeed, Changes
from desktop.workers.runner import CancelToken, Lane, TaskRunner

TYPING_MS = 120
CHANGES_MS = 120
COUNTS_MS = 400

FILTERS = (LetterFilter.ALL, LetterFilter.UNDISPOSED, LetterFilter.DUE, LetterFilter.WAITING)
ORDERS = {
    LetterColumn.AGENDA: LetterOrder.AGENDA,
    LetterColumn.RECEIVED: LetterOrder.RECEIVED,
    LetterColumn.SENDER: LetterOrder.SENDER,
    LetterColumn.STATUS: LetterOrder.STATUS,
}


class Sorting(NamedTuple):
    """The column the list is sorted by."""

    column: LetterColumn
    descending: bool


NEWEST_FIRST = Sorting(LetterColumn.RECEIVED, descending=True)


class LetterList(QObject):
    """What the register shows.

    Signals: `row_wanted(int)` when a row should become the current one; `selected(object)` with the LetterId of the
    current row or None; `counts_changed()`; `listed()` after the list was read; `busy_changed(bool)`;
    `failed(str, str)`.
    """

    row_wanted = Signal(int)
    selected = Signal(object)
    counts_changed = Signal()
    listed = Signal()
    busy_changed = Signal(bool)
    failed = Signal(str, str)

    def __init__(
        self,
        register: RegisterService,
        runner: TaskRunner,
        *,
        feed: ChangeFeed,
        date_text: Callable[[date], str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._register = register
        self._runner = runner
        self.table = LetterTable(register, runner, date_text=date_text, parent=self)
        self._only = LetterFilter.ALL
        self._words = ""
        self._sorting = NEWEST_FIRST
        self._current: LetterId | None = None
        self._row = 0
        self._pending = -1
        self._total = 0
        self._counts: dict[str, int] = {}
        self._counting = False
        self._typing = Coalescer(TYPING_MS, restart=True, parent=self)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._recount = Coalescer(COUNTS_MS, parent=self)
        self._typing.due.connect(self._show)
        self._changes.due.connect(self._on_changes_due)
        self._recount.due.connect(self._count)
        self.table.loaded.connect(self._on_loaded)
        self.table.rows_came.connect(self._on_rows_came)
        self.table.failed.connect(self._on_table_failed)
        feed.changed.connect(self._on_changed)

    @Slot()
    def start(self) -> None:
        """Show the list for the first time; later calls only refresh it.

        May be called before the screen is built, which then finds the rows on their way.
        """
        if self.table.rowCount():
            self.table.reload()
        elif not self.table.busy:
            self._show()
        self._recount.ask()

    def begin_with(self, only: str, column: int, *, descending: bool) -> None:
        """Filter and sort as a person left it; before the first list is read. What is not known is as at first."""
        if only in [one.value for one in FILTERS]:
            self._only = LetterFilter(only)
        if column in [int(one) for one in ORDERS]:
            self._sorting = Sorting(LetterColumn(column), descending)

    @property
    def chosen_sorting(self) -> Sorting:
        """How the list is sorted while nothing is searched for."""
        return self._sorting

    @property
    def only(self) -> str:
        """The key of the quick filter."""
        return self._only.value

    @property
    def words(self) -> str:
        """The words that are searched for."""
        return self._words

    @property
    def sorting(self) -> Sorting:
        """How the list is sorted; what a search finds is always newest first."""
        return NEWEST_FIRST if self._words else self._sorting

    @property
    def current(self) -> LetterId | None:
        """The letter that is looked at."""
        return self._current

    @property
    def total(self) -> int:
        """How many letters are listed."""
        return self.table.rowCount()

    def count_of(self, only: str) -> int | None:
        """How many letters a quick filter lists, or None while that is not known."""
        return self._counts.get(only)

    def set_filter(self, only: str) -> None:
        """List the letters of a quick filter, by its key."""
        self._only = LetterFilter(only)
        self._show()

    def search(self, words: str) -> None:
        """List the letters that hold all these words, soon after the last key."""
        if words.strip() != self._words:
            self._words = words.strip()
            self._typing.ask()

    def sort(self, column: int, *, descending: bool) -> bool:
        """Sort by a column; whether it can be sorted by now."""
        if LetterColumn(column) not in ORDERS or self._words:
            return False
        self._sorting = Sorting(LetterColumn(column), descending)
        self._show()
        return True

    def select_row(self, row: int) -> None:
        """Look at the letter of a row; -1 for none."""
        listed = self.table.letter_at(row)
        self._pending = row if listed is None else -1
        if listed is not None:
            self._row = row
            if listed.id != self._current:
                self._current = listed.id
                self.selected.emit(self._current)

    def select_letter(self, letter_id: LetterId) -> None:
        """Look at a letter, whether or not it stands in the list."""
        self._current = letter_id
        row = self.table.row_of(letter_id)
        if row is not None:
            self._row = row
            self.row_wanted.emit(row)
        self.selected.emit(letter_id)

    @Slot()
    def _show(self) -> None:
        self._typing.cancel()
        query = self._register.query(
            order=ORDERS[self._sorting.column],
            descending=self._sorting.descending,
            only=self._only,
            words=self._words,
        )
        self.table.show_list(query)
        self.busy_changed.emit(True)

    @Slot(bool)
    def _on_loaded(self, another: bool) -> None:  # noqa: FBT001  # the signature of the signal
        total, before = self.table.rowCount(), self._total
        self._total = total
        self.busy_changed.emit(False)
        self.listed.emit()
        if total == 0:
            self._row, self._current = 0, None
            self.selected.emit(None)
            return
        found = None if self._current is None else self.table.row_of(self._current)
        if found is not None:
            self._row = found
            self.row_wanted.emit(found)
        elif another or total < before or self._current is None:
            # Another list begins at its top; where the letter left this one, the next took its place.
            self._row = 0 if another else min(self._row, total - 1)
            self.row_wanted.emit(self._row)
            self.select_row(self._row)

    @Slot()
    def _on_rows_came(self) -> None:
        if self._pending >= 0:
            self.select_row(self._pending)

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        if changes.touches(IncomingLetter):
            self._changes.ask()
            self._recount.ask()

    @Slot()
    def _on_changes_due(self) -> None:
        self.table.reload()

    @Slot()
    def _count(self) -> None:
        if self._counting:
            self._recount.ask()
            return
        self._counting = True
        work = partial(_count_all, self._register)
        self._runner.run(Lane.INDEX, work, done=self._on_counted, failed=self._on_count_failed)

    def _on_counted(self, counts: dict[str, int]) -> None:
        self._counting = False
        if counts != self._counts:
            self._counts = counts
            self.counts_changed.emit()

    def _on_count_failed(self, error: Exception) -> None:
        self._counting = False
        self.failed.emit(*failure_of(error))

    @Slot(str)
    def _on_table_failed(self, code: str) -> None:
        self.busy_changed.emit(False)
        self.failed.emit(code, "")


def _count_all(register: RegisterService, _token: CancelToken) -> dict[str, int]:
    query = register.query()
    return {only.value: register.count(msgspec.structs.replace(query, only=only)) for only in FILTERS}

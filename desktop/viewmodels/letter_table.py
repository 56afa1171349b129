"""The register as a table of any length: rows come page by page when they are looked at, never all at once.

The number of rows is known from the outline; a row whose page is not here shows a placeholder and is fetched when
it is painted. Nothing here waits for the store.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.services.register import (
    PAGE_ROWS,
    LetterFilter,
    LetterOrder,
    LetterQuery,
    LetterRow,
    Outline,
    RegisterService,
)
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.letter_cells import Cells, CellValue, LetterColumn, cells_of
from desktop.viewmodels.letter_pages import LetterPages
from desktop.viewmodels.letter_row_texts import row_sentence
from desktop.viewmodels.row_roles import RowRole
from desktop.workers.runner import CancelToken, Lane, TaskRunner

PLACEHOLDER = "…"
# Pages on their way at one time; a person who drags the scroll bar passes many that nobody waits for any more.
MOST_WANTED = 4
# Pages that are read anew with a changed outline, so that what is on the screen never flickers.
RELOADED = 2
# Lines whose cells are kept ready: a few screens full.
MOST_WORKED_OUT = 500

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class _Fetched(NamedTuple):
    """An outline with the rows of some of its pages."""

    outline: Outline
    pages: dict[int, tuple[LetterRow, ...]]


class LetterTable(QAbstractTableModel):
    """The item model of the register.

    Signals: `loaded(bool)` after a list was read, True for another list, False for the same one anew;
    `rows_came()` after a page that was sent for; `failed(str)` with a code.
    """

    loaded = Signal(bool)
    rows_came = Signal()
    failed = Signal(str)

    def __init__(
        self,
        register: RegisterService,
        runner: TaskRunner,
        *,
        date_text: Callable[[date], str],
        parent: QObject | None = None,
    ) -> None:
        """`date_text` writes a date as the screens show it."""
        super().__init__(parent)
        self._register = register
        self._runner = runner
        self._date_text = date_text
        self._query: LetterQuery | None = None
        self._outline = Outline(total=0, starts=())
        self._pages = LetterPages()
        self._worked_out: dict[int, tuple[LetterRow, Cells]] = {}
        self._wanted: dict[int, CancelToken] = {}
        self._listing: CancelToken | None = None
        self._again = False
        self.changing = False
        """Whether rows change their places just now: what is marked moves with its letters, not with the rows."""

    @property
    def query(self) -> LetterQuery | None:
        """What is listed; None before the first list."""
        return self._query

    def show_list(self, query: LetterQuery) -> None:
        """Show another list, from its top."""
        if self._listing is not None:
            self._listing.cancel()
        self._again = False
        self._fetch(query, pages=(0,))

    def reload(self) -> None:
        """Read the same list anew; asked for while one is under way, it is read once more after it."""
        if self._query is None:
            return
        if self._listing is not None:
            self._again = True
            return
        # The first page too: there a new letter appears, which is often the one to look at next.
        self._fetch(self._query, pages=(0, *self._pages.latest(RELOADED)))

    @property
    def busy(self) -> bool:
        """Whether a list is being read."""
        return self._listing is not None

    def letter_at(self, row: int) -> LetterRow | None:
        """The row at a place, or None while it is not here."""
        return self._pages.row(row) if 0 <= row < self._outline.total else None

    def row_of(self, letter_id: bytes) -> int | None:
        """The place of a letter among the rows that are here."""
        return self._pages.find(letter_id)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """The length of the whole list."""
        return 0 if parent.isValid() else self._outline.total

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """The number of columns."""
        return 0 if parent.isValid() else len(LetterColumn)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """The heads of the columns."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            LetterColumn.AGENDA: self.tr("Agenda"),
            LetterColumn.RECEIVED: self.tr("Diterima"),
            LetterColumn.SENDER: self.tr("Asal"),
            LetterColumn.SUBJECT: self.tr("Perihal"),
            LetterColumn.STATUS: self.tr("Status"),
        }.get(LetterColumn(section), "")

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> CellValue:
        """One value of one cell; a row that is not here says so and is sent for."""
        if not index.isValid():
            return None
        number = index.row()
        row = self._pages.row(number)
        if row is None:
            self._want(number // PAGE_ROWS)
            placed = role == Qt.ItemDataRole.DisplayRole and index.column() == LetterColumn.SUBJECT
            return PLACEHOLDER if placed else None
        if role == RowRole.ACCESSIBLE:
            return row_sentence(row, number + 1)
        return self._cells(number, row)[index.column()].get(role)

    def cell_at(self, row: int, column: int) -> Mapping[int, CellValue] | None:
        """All values of a cell by their roles, for whoever paints it; None where the row is not here."""
        letter = self._pages.row(row)
        return None if letter is None else self._cells(row, letter)[column]

    def _cells(self, number: int, row: LetterRow) -> Cells:
        known = self._worked_out.get(number)
        if known is None or known[0] is not row:
            if len(self._worked_out) >= MOST_WORKED_OUT:
                self._worked_out.clear()
            known = self._worked_out[number] = (row, cells_of(row, self._date_text))
        return known[1]

    def _want(self, page: int) -> None:
        # A page that is here but shorter than the outline says is put right by the next reload, not by asking again.
        here = self._pages.has(page) or page in self._wanted
        if self._query is None or here or page >= len(self._outline.starts):
            return
        while len(self._wanted) >= MOST_WANTED:
            eldest = next(iter(self._wanted))
            self._wanted.pop(eldest).cancel()
        start = self._outline.starts[page]
        work = partial(_read_page, self._register, query=self._query, start=start)
        done = partial(self._on_page, page)
        self._wanted[page] = self._runner.run(Lane.STORE, work, done=done, failed=self._on_failed)

    def _on_page(self, page: int, rows: tuple[LetterRow, ...]) -> None:
        self._wanted.pop(page, None)
        self._pages.put(page, rows)
        first = page * PAGE_ROWS
        self._tell(first, min(first + PAGE_ROWS, self._outline.total) - 1)
        self.rows_came.emit()

    def _fetch(self, query: LetterQuery, *, pages: tuple[int, ...]) -> None:
        lane = Lane.STORE if _is_quick(query) else Lane.INDEX
        work = partial(_read_list, self._register, query=query, pages=pages)
        done = partial(self._on_list, query)
        self._listing = self._runner.run(lane, work, done=done, failed=self._on_failed)

    def _on_list(self, query: LetterQuery, fetched: _Fetched) -> None:
        self._listing = None
        for token in self._wanted.values():
            token.cancel()
        self._wanted.clear()
        another = query is not self._query
        self.changing = True
        if not another:
            self._take_changed(fetched)
        else:
            self.beginResetModel()
            self._query = query
            self._outline = fetched.outline
            self._pages.replace(fetched.pages)
            self.endResetModel()
        self.changing = False
        self.loaded.emit(another)
        if self._again:
            self._again = False
            self.reload()

    def _take_changed(self, fetched: _Fetched) -> None:
        # Rows may have come or gone anywhere. The length changes at the end, and every row says that it may have
        # changed: views keep their place, and who follows one letter looks it up by its id.
        before, after = self._outline.total, fetched.outline.total
        if after > before:
            self.beginInsertRows(QModelIndex(), before, after - 1)
        elif after < before:
            self.beginRemoveRows(QModelIndex(), after, before - 1)
        self._outline = fetched.outline
        self._pages.replace(fetched.pages)
        if after > before:
            self.endInsertRows()
        elif after < before:
            self.endRemoveRows()
        self._tell(0, min(before, after) - 1)

    def _tell(self, first: int, last: int) -> None:
        if first <= last:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(LetterColumn) - 1))

    def _on_failed(self, error: Exception) -> None:
        self._listing = None
        self._wanted.clear()
        self.failed.emit(failure_of(error).code)


def _is_quick(query: LetterQuery) -> bool:
    """Whether the outline is made in a few milliseconds: the newest letters of the office, or a search."""
    narrowed = query.year is not None or query.involved is not None or query.record_file is not None
    usual = query.order is LetterOrder.RECEIVED and query.only is LetterFilter.ALL and not narrowed
    return usual or bool(query.words)


def _read_list(
    register: RegisterService, token: CancelToken, *, query: LetterQuery, pages: tuple[int, ...]
) -> _Fetched:
    outline = register.outline(query)
    # Where rows were removed, the last page that was looked at may be gone.
    kept = {min(page, len(outline.starts) - 1) for page in pages} if outline.starts else set()
    rows = {page: register.page(query, outline.starts[page]) for page in sorted(kept) if not token.cancelled}
    return _Fetched(outline, rows)


def _read_page(
    register: RegisterService, _token: CancelToken, *, query: LetterQuery, start: tuple[tuple[int, ...], int]
) -> tuple[LetterRow, ...]:
    return register.page(query, start)

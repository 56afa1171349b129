"""Periksa nomor: a year of a book with every number that no valid letter holds, and why. Voids one, closes the year."""

from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal

from core.domain.books import DEFAULT_BOOK
from core.domain.ids import BookId
from desktop.services.numbers import BookChoice, BookReport, NumberService, Span
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.viewmodels.row_list import RowList
from desktop.workers.runner import CancelToken, Lane, TaskRunner

YEARS = 5


class GapRow(msgspec.Struct, frozen=True, kw_only=True):
    """Neighbouring numbers without a valid letter, and the name of who decided it."""

    span: Span
    by: str


class NumberCheck(OneAtATime):
    """Reads the account of a book, and changes it.

    Signals besides those of OneAtATime: `changed()` when another account is here; `voided()` and `year_closed()` after
    the commit, then `changed`.
    """

    changed = Signal()
    voided = Signal()
    year_closed = Signal()

    def __init__(self, service: NumberService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        """Without an account."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._token: CancelToken | None = None
        self.rows: RowList[GapRow] = RowList(_key_of, columns=4, parent=self)
        self.books: tuple[BookChoice, ...] = ()
        self.report: BookReport | None = None

    @property
    def may_void(self) -> bool:
        """Whether this person may void a number of the year that is shown."""
        return self._service.may_void and self.report is not None and self.report.closed_at is None

    @property
    def may_close(self) -> bool:
        """Whether this person may close the year that is shown: it is over, and not closed yet."""
        report = self.report
        shown = report is not None and report.closed_at is None and report.year < self._service.this_year
        return shown and self._service.may_close

    @property
    def years(self) -> tuple[int, ...]:
        """The years that can be asked for, this year first."""
        return tuple(self._service.this_year - back for back in range(YEARS))

    def load(self, year: int, book: BookId = DEFAULT_BOOK) -> None:
        """Read the account of a year; `changed` follows. An earlier wish is forgotten."""
        if self._token is not None:
            self._token.cancel()
        work = partial(_read, self._service, year=year, book=book)
        self._token = self._runner.run(Lane.STORE, work, done=self._on_read, failed=self._on_unread)

    def void(self, number: int, reason: str) -> None:
        """Void a number of the year shown; `voided` or `refused` follows. A second wish meanwhile is ignored."""
        report = self.report
        if report is not None:
            work = partial(self._service.void_number, report.year, number, reason, book=report.book)
            self._begin(work, self._on_voided, priority=1)

    def close_year(self) -> None:
        """Close the year shown; `year_closed` or `refused` follows. A second wish meanwhile is ignored."""
        report = self.report
        if report is not None:
            self._begin(partial(self._service.close_year, report.year, report.book), self._on_closed, priority=1)

    def _on_voided(self, _nothing: object) -> None:
        self.voided.emit()
        self._read_again()

    def _on_closed(self, _nothing: object) -> None:
        self.year_closed.emit()
        self._read_again()

    def _read_again(self) -> None:
        if self.report is not None:
            self.load(self.report.year, self.report.book)

    def _on_read(self, found: tuple[tuple[BookChoice, ...], BookReport]) -> None:
        self._token = None
        self.books, self.report = found
        people = self.report.people
        gaps = [
            GapRow(span=span, by=people.get(span.fate.by, "") if span.fate else "") for span in self.report.account.gaps
        ]
        self.rows.reset(gaps)
        self.changed.emit()

    def _on_unread(self, error: Exception) -> None:
        self._token = None
        self._refuse(error)


def _key_of(row: GapRow) -> int:
    return row.span.low


def _read(
    service: NumberService, _token: CancelToken, *, year: int, book: BookId
) -> tuple[tuple[BookChoice, ...], BookReport]:
    return service.books(active=False), service.report(year, book)

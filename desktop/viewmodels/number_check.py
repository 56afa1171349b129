"""Periksa nomor: a year of a book with every number that no valid letter holds, and why. Voids one, closes the year."""

from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal

from core.domain.books import DEFAULT_BOOK
from core.domain.ids import BookId
from desktop.services.numbers import BookChoice, BookReport, NumberService, Span
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.row_list import RowList
from desktop.workers.runner import CancelToken, Lane, OnDone, TaskRunner, Work

YEARS = 5


class GapRow(msgspec.Struct, frozen=True, kw_only=True):
    """Neighbouring numbers without a valid letter, and the name of who decided it."""

    span: Span
    by: str


class NumberCheck(QObject):
    """Reads the account of a book, and changes it.

    Signals: `changed()` when another account is here; `voided()` and `year_closed()` after the commit, then `changed`;
    `refused(str, str)` with code and field; `busy_changed(bool)` while something is being changed.
    """

    changed = Signal()
    voided = Signal()
    year_closed = Signal()
    busy_changed = Signal(bool)
    refused = Signal(str, str)

    def __init__(self, service: NumberService, runner: TaskRunner, *, parent: QObject | None = None) -> None:
        """Without an account."""
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._token: CancelToken | None = None
        self.rows: RowList[GapRow] = RowList(_key_of, columns=4, parent=self)
        self.books: tuple[BookChoice, ...] = ()
        self.report: BookReport | None = None
        self.busy = False

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
        self._token = self._runner.run(Lane.STORE, work, done=self._on_read, failed=self._on_failed)

    def void(self, number: int, reason: str) -> None:
        """Void a number of the year shown; `voided` or `refused` follows. A second wish meanwhile is ignored."""
        if self.report is not None and not self.busy:
            work = partial(_void, self._service, report=self.report, number=number, reason=reason)
            self._change(work, self._on_voided)

    def close_year(self) -> None:
        """Close the year shown; `year_closed` or `refused` follows. A second wish meanwhile is ignored."""
        if self.report is not None and not self.busy:
            self._change(partial(_close, self._service, report=self.report), self._on_closed)

    def _change(self, work: Work, done: OnDone) -> None:
        self._set_busy(busy=True)
        self._runner.run(Lane.STORE, work, done=done, failed=self._on_unchanged, priority=1)

    def _on_voided(self, _nothing: object) -> None:
        self._set_busy(busy=False)
        self.voided.emit()
        self._read_again()

    def _on_closed(self, _nothing: object) -> None:
        self._set_busy(busy=False)
        self.year_closed.emit()
        self._read_again()

    def _on_unchanged(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self.refused.emit(*failure_of(error))

    def _read_again(self) -> None:
        if self.report is not None:
            self.load(self.report.year, self.report.book)

    def _set_busy(self, *, busy: bool) -> None:
        if busy != self.busy:
            self.busy = busy
            self.busy_changed.emit(busy)

    def _on_read(self, found: tuple[tuple[BookChoice, ...], BookReport]) -> None:
        self._token = None
        self.books, self.report = found
        people = self.report.people
        gaps = [
            GapRow(span=span, by=people.get(span.fate.by, "") if span.fate else "") for span in self.report.account.gaps
        ]
        self.rows.reset(gaps)
        self.changed.emit()

    def _on_failed(self, error: Exception) -> None:
        self._token = None
        self.refused.emit(*failure_of(error))


def _key_of(row: GapRow) -> int:
    return row.span.low


def _read(
    service: NumberService, _token: CancelToken, *, year: int, book: BookId
) -> tuple[tuple[BookChoice, ...], BookReport]:
    return service.books(active=False), service.report(year, book)


def _void(service: NumberService, _token: CancelToken, *, report: BookReport, number: int, reason: str) -> None:
    service.void_number(report.year, number, reason, book=report.book)


def _close(service: NumberService, _token: CancelToken, *, report: BookReport) -> None:
    service.close_year(report.year, report.book)

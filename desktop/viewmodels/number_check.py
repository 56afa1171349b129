"""Periksa nomor: a year of a book with every number that no valid letter holds, and why."""

from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal

from core.domain.books import DEFAULT_BOOK
from core.domain.ids import BookId
from desktop.services.numbers import BookChoice, BookReport, NumberService, Span
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.row_list import RowList
from desktop.workers.runner import CancelToken, Lane, TaskRunner

YEARS = 5


class GapRow(msgspec.Struct, frozen=True, kw_only=True):
    """Neighbouring numbers without a valid letter, and the name of who decided it."""

    span: Span
    by: str


class NumberCheck(QObject):
    """Reads the account of a book.

    Signals: `changed()` when another account is here; `refused(str, str)` with code and field.
    """

    changed = Signal()
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

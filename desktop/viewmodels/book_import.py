"""Taking an agenda book in: what its columns are, what every line would become, and doing it."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from desktop.services.import_striking import ImportStrikingService
from desktop.services.importing import ImportReport, ImportService, LineProblem
from desktop.services.importing_tables import BookTable, guess, header_word, read_table
from desktop.services.person_service import Together
from desktop.system.import_choices import ImportChoices
from desktop.viewmodels.one_at_a_time import OneAtATime
from desktop.viewmodels.row_list import RowList
from desktop.workers.runner import Lane, TaskRunner

SAMPLED = 5
SHOWN_FIELDS = ("agenda_no", "received_on", "sender", "letter_no", "subject")


class SampleRow(msgspec.Struct, frozen=True, kw_only=True):
    """One of the first lines, as its columns are understood: the cells of `SHOWN_FIELDS`."""

    line: int
    cells: tuple[str, ...]


class _Looked(NamedTuple):
    table: BookTable
    columns: tuple[str, ...]
    report: ImportReport


class BookImport(OneAtATime):
    """One book at a time.

    Signals besides those of OneAtATime: `changed()` when another book, other columns or another report are here;
    `taken(object)` with the ImportReport; `struck(int, object)` with how many letters were struck through and the codes
    of those that could not be.
    """

    changed = Signal()
    taken = Signal(object)
    struck = Signal(int, object)

    def __init__(
        self,
        service: ImportService,
        choices: ImportChoices,
        runner: TaskRunner,
        *,
        striking: ImportStrikingService,
        parent: QObject | None = None,
    ) -> None:
        """Without a book."""
        super().__init__(runner, parent=parent)
        self._service = service
        self._choices = choices
        self._striking = striking
        self._table: BookTable | None = None
        self._stale = False
        self.columns: tuple[str, ...] = ()
        self.report: ImportReport | None = None
        self.samples: RowList[SampleRow] = RowList(_line_of_sample, columns=len(SHOWN_FIELDS), parent=self)
        self.problems: RowList[LineProblem] = RowList(_key_of_problem, columns=3, parent=self)
        self.busy_changed.connect(self._on_busy)

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers of the book, in their order."""
        return () if self._table is None else self._table.headers

    def open(self, path: Path) -> None:
        """Read a book and look at every line; `changed` or `refused` follows."""
        self._table, self.columns, self.report = None, (), None
        self._fill()
        self._begin(partial(_look, self._service, self._choices, path), self._on_looked, lane=Lane.INDEX)

    def choose(self, field: str, column: int) -> None:
        """Say which column is a field, -1 for none; every line is looked at again."""
        columns = ["" if one == field else one for one in self.columns]
        if column >= 0:
            columns[column] = field
        if self._table is None or tuple(columns) == self.columns:
            return
        self.columns = tuple(columns)
        self.report = None
        self._stale = True
        self._fill()
        self._look_again()

    def take(self) -> None:
        """Import it and remember what the columns are; `taken` or `refused` follows."""
        table, columns = self._table, self.columns
        if table is not None and self.report is not None:
            work = partial(_take, self._service, self._choices, table, columns=columns)
            self._begin(work, self._on_taken, lane=Lane.INDEX)

    @property
    def may_strike(self) -> bool:
        """Whether letters of this book stand, and this person may strike them through."""
        standing = 0 if self.report is None else self.report.standing
        return standing > 0 and self._striking.may_strike

    def strike(self, reason: str) -> None:
        """Strike through what came from this book; `struck` or `refused` follows."""
        if self._table is not None and self.may_strike:
            work = partial(self._striking.strike, self._table, self.columns, reason)
            self._begin(work, self._on_struck, lane=Lane.INDEX)

    @Slot(bool)
    def _on_busy(self, busy: bool) -> None:  # noqa: FBT001  # the signature of the signal
        if not busy and self._stale:
            self._look_again()

    def _look_again(self) -> None:
        if self.busy or self._table is None:
            return
        self._stale = False
        work = partial(self._service.check, self._table, self.columns)
        self._begin(work, partial(self._on_checked, self.columns), lane=Lane.INDEX)

    def _on_looked(self, looked: _Looked) -> None:
        self._table, self.columns, self.report = looked
        self._fill()

    def _on_checked(self, columns: tuple[str, ...], report: ImportReport) -> None:
        if columns == self.columns:
            self.report = report
            self._fill()

    def _on_taken(self, report: ImportReport) -> None:
        self.report = report
        self._fill()
        self.taken.emit(report)

    def _on_struck(self, together: Together) -> None:
        self.struck.emit(together.done, together.refused)
        self._look_again()

    def _fill(self) -> None:
        lines = [] if self._table is None else [line for line in self._table.lines if line[1] is not None][:SAMPLED]
        self.samples.reset([_sample(number, cells or [], self.columns) for number, cells in lines])
        self.problems.reset(() if self.report is None else self.report.problems)
        self.changed.emit()


def _sample(line: int, cells: list[str], columns: tuple[str, ...]) -> SampleRow:
    named = dict(zip(columns, cells, strict=False))
    return SampleRow(line=line, cells=tuple(named.get(field, "") for field in SHOWN_FIELDS))


def _line_of_sample(row: SampleRow) -> int:
    return row.line


def _key_of_problem(row: LineProblem) -> int:
    return row.line


def _look(service: ImportService, choices: ImportChoices, path: Path) -> _Looked:
    table = read_table(path)
    columns = guess(table.headers, choices.known())
    return _Looked(table, columns, service.check(table, columns))


def _take(
    service: ImportService, choices: ImportChoices, table: BookTable, *, columns: tuple[str, ...]
) -> ImportReport:
    report = service.take(table, columns)
    choices.keep({header_word(header): field for header, field in zip(table.headers, columns, strict=True)})
    return report

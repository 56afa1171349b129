"""Perbedaan: values that lost against another one, and what a person decides about each."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from desktop.services.conflicts import ConflictRow, ConflictService
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.reading import Reading
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import Lane, TaskRunner, untold

COLUMNS = 5
CHANGES_MS = 150


class ConflictList(QObject):
    """The open conflicts, kept fresh.

    Signals: `changed()`; `settled()` after the commit of a decision; `failed(str, str)` with code and field: nothing
    was decided.
    """

    changed = Signal()
    settled = Signal()
    failed = Signal(str, str)

    def __init__(
        self, service: ConflictService, runner: TaskRunner, feed: ChangeFeed, *, parent: QObject | None = None
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(parent)
        self._service = service
        self._runner = runner
        self._deciding = False
        self.lines: RowList[ConflictRow] = RowList(_key_of, columns=COLUMNS, parent=self)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        feed.changed.connect(self._changes.ask)
        self._reading = Reading(runner, service.listed, parent=self)
        self._reading.done.connect(self._on_read)
        self._reading.failed.connect(self.failed)

    def keep(self, row: ConflictRow) -> None:
        """Let stand what stands; `settled` or `failed` follows. A second wish meanwhile is ignored."""
        self._decide(partial(self._service.keep, row))

    def take(self, row: ConflictRow) -> None:
        """Let the value that lost stand; as `keep`."""
        self._decide(partial(self._service.take, row))

    def change(self, row: ConflictRow, value: str) -> None:
        """Let another value stand; as `keep`."""
        self._decide(partial(self._service.change, row, value))

    @Slot()
    def refresh(self) -> None:
        """Read everything again; several wishes while one reading is under way become one."""
        self._reading.ask()

    def _decide(self, work: Callable[[], None]) -> None:
        if not self._deciding:
            self._deciding = True
            self._runner.run(Lane.STORE, untold(work), done=self._on_settled, failed=self._on_failed, priority=1)

    @Slot(object)
    def _on_read(self, rows: tuple[ConflictRow, ...]) -> None:
        self.lines.replace(rows)
        self.changed.emit()

    def _on_settled(self, _nothing: object) -> None:
        self._deciding = False
        self.settled.emit()
        self.refresh()

    def _on_failed(self, error: Exception) -> None:
        self._deciding = False
        self.failed.emit(*failure_of(error))


def _key_of(row: ConflictRow) -> bytes:
    return row.id

"""The files of Pusat Sinkron: which are on their way, how far, how long they will take, and stopping them."""

from collections.abc import Callable
from enum import Enum
from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from desktop.services.clock import WIB, Clock
from desktop.services.file_traffic import FileFacts, FileItem, FileReason, FileTrafficService
from desktop.sync.file_policy import is_night, share_of
from desktop.sync.file_visits import FileProgress
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.reading import Reading
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import Lane, TaskRunner, untold

FILE_COLUMNS = 6
CHANGES_MS = 250


class FileState(Enum):
    """How it stands with a file."""

    MOVING = "moving"
    WAITING = "waiting"
    NIGHT = "night"
    """It waits for the hours in which nobody needs the line."""
    STOPPED = "stopped"
    DAMAGED = "damaged"
    """Its bytes were not what was scanned; they are fetched again."""
    DAMAGED_THERE = "damaged_there"
    """What the server gave was damaged too; it is asked for again when a person wants it."""


class FileLine(msgspec.Struct, frozen=True, kw_only=True):
    """One file: `have` of its bytes are across, and what is left takes `seconds`; None while no speed is known."""

    item: FileItem
    state: FileState
    have: int
    seconds: float | None

    @property
    def percent(self) -> int:
        """How much of it is across."""
        return 100 * self.have // self.item.size if self.item.size else 100


class FileTraffic(QObject):
    """Keeps the list fresh and takes a person's wishes.

    Signals: `changed()`; `order_changed()` when the lane of files shall look again what it may do; `failed(str, str)`
    with code and field.
    """

    changed = Signal()
    order_changed = Signal()
    failed = Signal(str, str)

    def __init__(
        self,
        service: FileTrafficService,
        clock: Clock,
        *,
        runner: TaskRunner,
        feed: ChangeFeed,
        parent: QObject | None = None,
    ) -> None:
        """Nothing is read before the first `refresh`."""
        super().__init__(parent)
        self._service = service
        self._clock = clock
        self._runner = runner
        self._items: tuple[FileItem, ...] = ()
        self._progress: FileProgress | None = None
        self.facts = FileFacts()
        self.lines: RowList[FileLine] = RowList(_hash_of, columns=FILE_COLUMNS, parent=self)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        feed.changed.connect(self._changes.ask)
        self._reading = Reading(runner, service.listed, parent=self)
        self._reading.done.connect(self._on_read)
        self._reading.failed.connect(self.failed)

    @property
    def going(self) -> int:
        """How many files go over the line now, one after another."""
        return len(self._going())

    @property
    def bytes_left(self) -> int:
        """What has still to go over the line, of files that nobody stopped."""
        return sum(line.item.size - line.have for line in self._going())

    @property
    def seconds_left(self) -> float | None:
        """How long that takes at the measured speeds; None where one is not known, or nothing goes."""
        spans = [line.seconds for line in self._going()]
        known = [span for span in spans if span is not None]
        return sum(known) if known and len(known) == len(spans) else None

    @Slot()
    def refresh(self) -> None:
        """Read everything again; several wishes while one reading is under way become one."""
        self._reading.ask()

    @Slot(object)
    def set_progress(self, progress: FileProgress | None) -> None:
        """Hear how far the file under way is; None: none is."""
        self._progress = progress
        self._show()

    def toggle_all(self) -> None:
        """Stop all files, or let them go on."""
        self._do(partial(self._service.pause_all, paused=not self.facts.paused))

    def toggle(self, line: FileLine) -> None:
        """Stop one file, or let it go on."""
        self._do(partial(self._service.pause, line.item.sha256, paused=not line.item.paused))

    def choose_night(self, *, fetch: bool) -> None:
        """Whether scans that nobody opened come at night."""
        self._do(partial(self._service.choose_night, fetch=fetch, metered=self.facts.metered))

    def choose_metered(self, *, metered: bool) -> None:
        """Whether the line is paid for by what goes over it."""
        self._do(partial(self._service.choose_night, fetch=self.facts.night_fetch, metered=metered))

    def _do(self, work: Callable[[], None]) -> None:
        self._runner.run(Lane.STORE, untold(work), done=self._on_done, failed=self._on_failed, priority=1)

    def _going(self) -> list[FileLine]:
        quiet = {FileState.STOPPED, FileState.NIGHT, FileState.DAMAGED_THERE}
        return [line for line in self.lines.rows() if line.state not in quiet]

    def _on_done(self, _value: object) -> None:
        self.order_changed.emit()
        self.refresh()

    @Slot(object)
    def _on_read(self, read: tuple[tuple[FileItem, ...], FileFacts]) -> None:
        self._items, self.facts = read
        self._show()

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(*failure_of(error))

    def _show(self) -> None:
        hour = self._clock().astimezone(WIB).hour
        night = is_night(hour, begin=self.facts.night_from, end=self.facts.night_until)
        self.lines.replace([self._line(item, night=night) for item in self._items])
        self.changed.emit()

    def _line(self, item: FileItem, *, night: bool) -> FileLine:
        moving = self._progress
        if moving is not None and moving.sha256 == item.sha256 and not (item.paused or self.facts.paused):
            return FileLine(item=item, state=FileState.MOVING, have=moving.have, seconds=moving.seconds_left)
        rate = (self.facts.rate_up if item.up else self.facts.rate_down) * share_of(item.reason, night=night)
        return FileLine(
            item=item,
            state=self._state(item, night=night),
            have=item.have,
            seconds=(item.size - item.have) / rate if rate > 0 else None,
        )

    def _state(self, item: FileItem, *, night: bool) -> FileState:
        if item.damaged:
            return FileState.DAMAGED_THERE if item.paused else FileState.DAMAGED
        if item.paused or self.facts.paused:
            return FileState.STOPPED
        return FileState.NIGHT if item.reason is FileReason.NIGHT and not night else FileState.WAITING


def _hash_of(line: FileLine) -> bytes:
    return line.item.sha256

"""Pusat Sinkron: what waits, what was refused, how the last rounds went."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from desktop.services.clock import WIB, Clock, local_date
from desktop.services.sync_center import LineState, QueueItem, SyncCenterService, SyncOverview
from desktop.viewmodels.coalescing import Coalescer
from desktop.viewmodels.failures import failure_of
from desktop.viewmodels.reading import Reading
from desktop.viewmodels.row_list import RowList
from desktop.workers.change_feed import ChangeFeed
from desktop.workers.runner import Lane, TaskRunner, untold

QUEUE_COLUMNS = 5
TRAY_COLUMNS = 4
LOG_COLUMNS = 7
# A round of a few hundred bytes measures the delay of the line and not its speed.
TELLING_BYTES = 20_000
ROUNDS_MEASURED = 8
# A round commits many times a second; nobody reads figures so fast.
CHANGES_MS = 150


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """One round of sync; `outcome` is `ok` or a code, `started` is local time."""

    place: int
    started: datetime
    seconds: float
    outcome: str
    bytes_up: int
    bytes_down: int
    ops: int
    rows: int


class _Read(msgspec.Struct, frozen=True, kw_only=True):
    overview: SyncOverview
    queue: tuple[QueueItem, ...]
    tray: tuple[QueueItem, ...]
    log: tuple[Round, ...]


class SyncCenter(QObject):
    """Keeps the figures and the three lists fresh.

    Signals: `changed()`; `sync_requested()` when a person wants a round now; `dismissed()` after an entry was taken off
    the tray; `failed(str, str)` with code and field.
    """

    changed = Signal()
    sync_requested = Signal()
    dismissed = Signal()
    failed = Signal(str, str)

    def __init__(
        self,
        service: SyncCenterService,
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
        self.overview: SyncOverview | None = None
        self.bytes_per_second: float | None = None
        self.running = False
        self.queue: RowList[QueueItem] = RowList(_seq_of, columns=QUEUE_COLUMNS, parent=self)
        self.tray: RowList[QueueItem] = RowList(_seq_of, columns=TRAY_COLUMNS, parent=self)
        self.log: RowList[Round] = RowList(_start_of, columns=LOG_COLUMNS, parent=self)
        self._changes = Coalescer(CHANGES_MS, parent=self)
        self._changes.due.connect(self.refresh)
        # Every commit may have moved the queue; which records it touched does not matter.
        feed.changed.connect(self._changes.ask)
        self._reading = Reading(runner, partial(_read, service), parent=self)
        self._reading.done.connect(self._on_read)
        self._reading.failed.connect(self.failed)

    @property
    def practice(self) -> bool:
        """Whether this is the practice office, whose data is never sent."""
        return self.overview is not None and self.overview.line is LineState.PRACTICE

    @property
    def today(self) -> date:
        """The day where the office is."""
        return local_date(self._clock())

    @property
    def bytes_waiting(self) -> int:
        """Bytes of records and files that wait to be sent."""
        records = sum(item.size for item in self.queue.rows())
        return records + (self.overview.bytes_waiting if self.overview else 0)

    @property
    def seconds_to_send(self) -> float | None:
        """How long what waits will take at the measured speed; None while no speed is known or nothing waits."""
        if self.bytes_per_second is None or not self.bytes_waiting:
            return None
        return self.bytes_waiting / self.bytes_per_second

    @property
    def last_success(self) -> datetime | None:
        """When the last round succeeded, in local time."""
        moment = self.overview.last_success if self.overview else None
        return moment.astimezone(WIB) if moment else None

    @property
    def offline_since(self) -> datetime | None:
        """Since when the server cannot be reached, in local time."""
        moment = self.overview.offline_since if self.overview else None
        return moment.astimezone(WIB) if moment else None

    def request_sync(self) -> None:
        """Ask for a round now; ignored while one is running and in the practice office."""
        if not self.running and not self.practice:
            self.sync_requested.emit()

    @Slot(bool)
    def set_running(self, running: bool) -> None:  # noqa: FBT001  # the slot of a bool signal
        """Tell whether a round is under way."""
        if running != self.running:
            self.running = running
            self.changed.emit()

    def dismiss(self, item: QueueItem) -> None:
        """Take an entry off the tray: the person has understood it."""
        work = untold(partial(self._service.dismiss, item.id))
        self._runner.run(Lane.STORE, work, done=self._on_dismissed, failed=self._on_failed)

    @Slot()
    def refresh(self) -> None:
        """Read everything again; several wishes while one reading is under way become one."""
        self._reading.ask()

    @Slot(object)
    def _on_read(self, read: _Read) -> None:
        self.overview = read.overview
        self.queue.replace(read.queue)
        self.tray.replace(read.tray)
        self.log.replace(read.log)
        self.bytes_per_second = measured_speed(read.log)
        self.changed.emit()

    def _on_dismissed(self, _value: object) -> None:
        self.dismissed.emit()
        self.refresh()

    def _on_failed(self, error: Exception) -> None:
        self.failed.emit(*failure_of(error))


def measured_speed(rounds: Sequence[Round]) -> float | None:
    """Bytes a second over the newest telling rounds that succeeded, or None where there is none."""
    telling = [
        (one.bytes_up + one.bytes_down) / one.seconds
        for one in rounds
        if one.outcome == "ok" and one.seconds > 0 and one.bytes_up + one.bytes_down >= TELLING_BYTES
    ]
    newest = sorted(telling[:ROUNDS_MEASURED])
    # The median. Not `statistics`: it brings fractions and decimals into the start of the program.
    return (newest[(len(newest) - 1) // 2] + newest[len(newest) // 2]) / 2 if newest else None


def _seq_of(item: QueueItem) -> int:
    return item.id


def _start_of(one: Round) -> tuple[datetime, int]:
    return one.started, one.place


def _read(service: SyncCenterService) -> _Read:
    entries = service.log()
    log = tuple(
        Round(
            # Two rounds may begin in one millisecond of a clock that was set back: their place tells them apart.
            place=sum(other.started_ms == entry.started_ms for other in entries[at + 1 :]),
            started=datetime.fromtimestamp(entry.started_ms / 1000, WIB),
            seconds=entry.seconds,
            outcome=entry.outcome,
            bytes_up=entry.bytes_up,
            bytes_down=entry.bytes_down,
            ops=entry.ops,
            rows=entry.rows,
        )
        for at, entry in enumerate(entries)
    )
    return _Read(overview=service.overview(), queue=service.queue(), tray=service.tray(), log=log)

"""One mechanism for background work: a function in, a value or an error out, delivered on the GUI thread.

The runner owns the signal, never the task: with PySide6 a signal owned by a short-lived task is lost or worse. Each
lane is one thread, so work of one lane keeps its order and one slow lane never holds up another.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from enum import Enum
from functools import partial
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot
from shiboken6 import isValid

logger = logging.getLogger(__name__)

SHUTDOWN_MS = 8000
GIVEN_UP_MS = 200
# The priority of what goes on for hours and nobody waits for.
UNAWAITED = -2


class Lane(Enum):
    """Which thread does the work."""

    STORE = "store"  # reading and writing the store on a person's behalf
    FIND = "find"  # looking up while somebody types
    INDEX = "index"  # passes over many rows
    PAGES = "pages"  # pages of scans
    PAPER = "paper"  # papers that are typeset and printed
    FILES = "files"  # copying files
    SCANS = "scans"  # the watched folder and the scanner, which may hang
    READ = "read"  # reading the text of scans, which takes seconds a page
    STICK = "stick"  # writing and reading bundles, which may take minutes
    SYNC = "sync"  # rounds of sync
    TRANSFER = "transfer"  # files over the line
    LIVE = "live"  # the held connection that carries news


class CancelToken:
    """Tells a task that nobody waits for it any more."""

    def __init__(self) -> None:
        """Not cancelled."""
        self._cancelled = False

    @property
    def cancelled(self) -> bool:
        """Whether to stop."""
        return self._cancelled

    def cancel(self) -> None:
        """Ask the task to stop; its result is not delivered."""
        self._cancelled = True


Work = Callable[[CancelToken], Any]
OnDone = Callable[[Any], None]
OnFailed = Callable[[Exception], None]


def untold(work: Callable[[], Any]) -> Work:
    """Work that goes on to its end: it is not told when nobody waits for it any more."""
    return partial(_untold, work)


def _untold(work: Callable[[], Any], _token: CancelToken) -> Any:
    return work()


class _Task(QRunnable):
    def __init__(self, number: int, work: Work, token: CancelToken, deliver: Callable[[int, Any, Any], None]) -> None:
        super().__init__()
        self._number = number
        self._work = work
        self._token = token
        self._deliver = deliver

    def run(self) -> None:
        """On the lane's thread."""
        value: Any = None
        error: Exception | None = None
        if not self._token.cancelled:
            try:
                value = self._work(self._token)
            except Exception as err:  # noqa: BLE001  # the boundary of a thread: an error is a value from here on
                error = err
        with suppress(RuntimeError):  # the runner is gone, and with it whoever waited
            self._deliver(self._number, value, error)


class TaskRunner(QObject):
    """Runs work in lanes. Callbacks are called on the thread that owns the runner, in the order of the lane."""

    _finished = Signal(int, object, object)
    unexpected = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        """Make one single-threaded pool a lane."""
        super().__init__(parent)
        self._pools: dict[Lane, QThreadPool] = {}
        for lane in Lane:
            self._pools[lane] = self._make_pool(lane)
        self._numbers = count(1)
        self._waiting: dict[int, tuple[CancelToken, OnDone | None, OnFailed | None]] = {}
        self._lanes: dict[int, Lane] = {}
        self._unawaited: set[int] = set()
        self._given_up: list[QThreadPool] = []
        self._finished.connect(self._on_finished)
        self._closed = False

    def run(
        self, lane: Lane, work: Work, *, done: OnDone | None = None, failed: OnFailed | None = None, priority: int = 0
    ) -> CancelToken:
        """Do `work` in a lane; call `done(value)` or `failed(error)` later on this thread.

        With the priority `UNAWAITED` it is behind all that a person waits for there.
        """
        token = CancelToken()
        if self._closed:
            token.cancel()
            return token
        number = next(self._numbers)
        self._waiting[number] = (token, done, failed)
        self._lanes[number] = lane
        if priority <= UNAWAITED:
            self._unawaited.add(number)
        self._pools[lane].start(_Task(number, work, token, self._finished.emit), priority)
        return token

    def restart(self, lane: Lane) -> None:
        """Give a lane whose thread hangs a new thread; what it had to do is cancelled, and never delivered.

        Only for work whose state lies in the store alone: the old thread may still wake up one day.
        """
        for number in [number for number, where in self._lanes.items() if where == lane]:
            self._waiting.pop(number)[0].cancel()
            del self._lanes[number]
            self._unawaited.discard(number)
        self._pools[lane].clear()
        self._given_up.append(self._pools[lane])
        self._pools[lane] = self._make_pool(lane)

    @property
    def busy(self) -> bool:
        """Whether anything that somebody waits for is still to be delivered."""
        return bool(self._waiting.keys() - self._unawaited)

    def works_in(self, *lanes: Lane) -> bool:
        """Whether anything of these lanes is still to be delivered."""
        return any(lane in lanes for lane in self._lanes.values())

    def close(self) -> bool:
        """Cancel everything and wait for the threads; whether all ended in time."""
        self._closed = True
        for token, _, _ in self._waiting.values():
            token.cancel()
        for pool in self._pools.values():
            pool.clear()
        ended = [pool.waitForDone(SHUTDOWN_MS) for pool in self._pools.values()]
        for pool in self._given_up:
            pool.waitForDone(GIVEN_UP_MS)  # whatever hung there is no reason to stay
        self._waiting.clear()
        self._lanes.clear()
        return all(ended)

    def _make_pool(self, lane: Lane) -> QThreadPool:
        pool = QThreadPool(self)
        pool.setMaxThreadCount(1)
        pool.setExpiryTimeout(-1)
        pool.setObjectName(f"lane-{lane.value}")
        return pool

    @Slot(int, object, object)
    def _on_finished(self, number: int, value: object, error: object) -> None:
        token, done, failed = self._waiting.pop(number, (None, None, None))
        self._lanes.pop(number, None)
        self._unawaited.discard(number)
        if token is None or token.cancelled or _is_gone(done) or _is_gone(failed):
            return
        if isinstance(error, Exception):
            if failed is not None:
                failed(error)
            else:
                logger.error("background work failed", exc_info=error)
                self.unexpected.emit(error)
        elif done is not None:
            done(value)


def _is_gone(callback: Callable[..., None] | None) -> bool:
    """Whether whoever wants to hear of the end was destroyed meanwhile, as everything of a person who leaves."""
    owner = getattr(getattr(callback, "func", callback), "__self__", None)
    return isinstance(owner, QObject) and not isValid(owner)

"""A helper process that is kept between calls: started when it is wanted, and again when it has died."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop.system.page_process import START_SECONDS, PageProcess, Worker


class KeptProcess:
    """Holds the process of one worker; one caller at a time, but any thread may `close`."""

    def __init__(self, worker: Worker, broken: Callable[[str], Exception]) -> None:
        """Nothing is started yet; `broken` makes what is raised when there is no process to ask, of a word why."""
        self._worker = worker
        self._broken = broken
        self._lock = threading.Lock()
        self._child: PageProcess | None = None
        self._closed = False

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let this thread alone use the process."""
        with self._lock:
            yield

    @property
    def number(self) -> int | None:
        """The number by which the system knows the process, while there is one."""
        child = self._child
        return None if child is None else child.number

    def living(self, *, within: float = START_SECONDS) -> PageProcess:
        """The process, started if need be, in so many seconds. For who holds it; raises what `broken` makes."""
        if self._child is not None and not self._child.is_alive():
            self.drop()
        if self._child is None:
            self._refuse_when_closed()
            try:
                self._child = PageProcess(self._worker)
            except OSError as err:
                raise self._broken("the process does not start") from err
            if not self._child.wait_until_ready(within):
                self.drop()
                self._refuse_when_closed()
                raise self._broken("the process does not start")
        self._refuse_when_closed()
        return self._child

    def drop(self) -> None:
        """End the process until it is wanted again. For who holds it."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def rest(self) -> None:
        """As `drop`, unless somebody is using it now."""
        if self._lock.acquire(blocking=False):
            try:
                self.drop()
            finally:
                self._lock.release()

    def close(self) -> None:
        """End the process; a call that waits for it in another thread fails, and so do later ones."""
        self._closed = True
        child = self._child
        if child is not None:
            child.kill()  # wakes whoever holds the lock
        with self._lock:
            self.drop()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise self._broken("closed")

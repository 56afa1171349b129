"""Papers as PDFs, made by a child process with a limit on time and memory (`paper_worker`).

The process is started when the first paper is wanted and kept until `close`, so that a paper that is changed in a
dialog comes at once. It is killed when it takes too long, and started again when it has died.
"""

import io
import logging
import threading
from typing import Final, Self

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.page_messages import Troubled, Typeset, Typesetted
from desktop.system.page_process import PageProcess, Worker

logger = logging.getLogger(__name__)

PAPER_WORKER: Final = Worker("desktop.system.paper_worker", "--paper-worker")
# A book of several thousand lines takes ten seconds on a PC that is busy with other things.
TIMEOUT_S: Final = 90.0


class Typesetter:
    """Fills forms; one caller at a time, but any thread may `close`."""

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        """Nothing is started before the first paper."""
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._child: PageProcess | None = None
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def typeset(self, form: str, data: bytes) -> bytes:
        """The form of that name in `resources/papers`, filled with `data` (JSON), as a PDF.

        EnvironmentFault with PAPER_FAILED or PAPER_TOO_LONG.
        """
        with self._lock:
            child = self._living_child()
            reply = child.ask(Typeset(form=form, data=data), io.BytesIO(), self._timeout_s)
            if reply is None:
                self._drop_child()
                code = FaultOf.PAPER_TOO_LONG if child.timed_out else FaultOf.PAPER_FAILED
                raise EnvironmentFault(code, "the paper process ended")
        if isinstance(reply, Typesetted):
            return reply.pdf
        detail = reply.detail if isinstance(reply, Troubled) else "another answer"
        logger.info("paper refused: %s", detail)
        raise EnvironmentFault(FaultOf.PAPER_FAILED, detail)

    @property
    def process_number(self) -> int | None:
        """The number by which the system knows the paper process, while there is one."""
        child = self._child
        return None if child is None else child.number

    def rest(self) -> None:
        """End the process until the next paper: it holds some 100 MB."""
        if self._lock.acquire(blocking=False):
            try:
                self._drop_child()
            finally:
                self._lock.release()

    def close(self) -> None:
        """End the process; a call that waits for it in another thread fails, and so do later ones."""
        self._closed = True
        child = self._child
        if child is not None:
            child.kill()  # wakes whoever holds the lock
        with self._lock:
            self._drop_child()

    def _living_child(self) -> PageProcess:
        if self._child is not None and not self._child.is_alive():
            self._drop_child()
        if self._child is None:
            self._refuse_when_closed()
            try:
                self._child = PageProcess(PAPER_WORKER)
            except OSError as err:
                raise EnvironmentFault(FaultOf.PAPER_FAILED, "the paper process does not start") from err
            if not self._child.wait_until_ready():
                self._drop_child()
                raise EnvironmentFault(FaultOf.PAPER_FAILED, "the paper process does not start")
        self._refuse_when_closed()
        return self._child

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise EnvironmentFault(FaultOf.PAPER_FAILED, "closed")

    def _drop_child(self) -> None:
        if self._child is not None:
            self._child.stop()
            self._child = None

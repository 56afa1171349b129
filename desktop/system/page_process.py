"""The page process as the program holds it: start, ask with a time limit, stop."""

import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, NamedTuple, Protocol

from desktop.system.page_messages import (
    MAX_PIECE,
    BrokenMessageError,
    Ready,
    Reply,
    Request,
    Wanted,
    read_reply,
    write_message,
    write_piece,
)

logger = logging.getLogger(__name__)

WORKER_MODULE: Final = "desktop.system.page_worker"
# A cold start on an old PC with a virus scanner takes seconds.
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 5.0
_PROGRAM_FOLDER: Final = Path(__file__).resolve().parents[2]
# CREATE_NO_WINDOW of the Windows API: no console window may flash up beside the program.
_NO_WINDOW: Final = 0x08000000


class Worker(NamedTuple):
    """A process of our own program: its module, and the argument by which the frozen program becomes it."""

    module: str
    flag: str


PAGE_WORKER: Final = Worker(WORKER_MODULE, "--page-worker")


class Content(Protocol):
    """What is given of a file: binary, open for reading."""

    def seek(self, offset: int, /) -> int:
        """Go to a place, counted from the beginning."""

    def read(self, size: int, /) -> bytes:
        """Read on, as many bytes where there are so many."""


class PageProcess:
    """One running page process, or another helper that speaks like it, and its two pipes.

    One caller at a time, but any thread may `kill`.

    `timed_out` tells whether it was killed because an answer took too long.
    """

    def __init__(self, worker: Worker = PAGE_WORKER) -> None:
        """Start the process. Raises OSError when the system cannot."""
        self.timed_out = False
        self._process = subprocess.Popen(  # noqa: S603 - our own program, no part of it from outside
            _command(worker),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            creationflags=_NO_WINDOW if sys.platform == "win32" else 0,
        )

    @property
    def number(self) -> int:
        """The number by which the system knows the process."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Tell whether the process still runs."""
        return self._process.poll() is None

    def wait_until_ready(self, seconds: float = START_SECONDS) -> bool:
        """Wait until the process has loaded its libraries; False when it does not come up in time."""
        with self._limited(seconds):
            reply = self._read()
        if isinstance(reply, Ready) and not reply.limited:
            logger.warning("a helper process runs without a memory limit")
        return isinstance(reply, Ready)

    def ask(self, request: Request, content: Content, seconds: float) -> Reply | None:
        """Send the request, give of `content` what is asked for, and wait for the reply.

        None when the process died or was killed for slowness. OSError and EnvironmentFault: `content` cannot be read;
        the process is ended then.
        """
        pipe = _pipe(self._process.stdin)
        with self._limited(seconds):
            try:
                write_message(pipe, request)
            except OSError:  # nobody reads any more
                return None
            while isinstance(reply := self._read(), Wanted):
                try:
                    content.seek(reply.offset)
                    piece = content.read(min(reply.count, MAX_PIECE))
                except BaseException:
                    self.kill()  # it waits for what nobody can give
                    raise
                try:
                    write_piece(pipe, piece)
                except OSError:  # as above
                    return None
            return reply

    def kill(self) -> None:
        """End the process at once; whoever waits for its answer gets None."""
        self._process.kill()

    def stop(self) -> None:
        """End the process, wait for its end, and close both pipes."""
        self._process.kill()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:  # it hangs in the system, reading from a dead disk
            logger.warning("the helper process %d does not end", self.number)
        for pipe in (_pipe(self._process.stdin), _pipe(self._process.stdout)):
            try:
                pipe.close()
            except OSError:  # bytes that the dead process did not take
                logger.debug("a request was left in the pipe")

    @contextmanager
    def _limited(self, seconds: float) -> Iterator[None]:
        # Windows cannot wait for a pipe with a time limit: a timer kills the process, which ends the pipe.
        timer = threading.Timer(seconds, self._kill_for_slowness)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def _read(self) -> Reply | None:
        try:
            return read_reply(_pipe(self._process.stdout))
        except BrokenMessageError as err:
            logger.warning("a helper process sent no message of ours: %s", err)
            return None

    def _kill_for_slowness(self) -> None:
        self.timed_out = True
        self._process.kill()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise AssertionError("both pipes were asked for")
    return pipe


def _command(worker: Worker) -> list[str]:
    if getattr(sys, "frozen", False):
        return [sys.executable, worker.flag]
    return [sys.executable, "-m", worker.module]


def _environment() -> dict[str, str]:
    """Let the page process find the program's packages from whatever folder the program was started in."""
    found = os.environ.get("PYTHONPATH")
    places = [str(_PROGRAM_FOLDER), *([found] if found else [])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(places), "PYTHONDONTWRITEBYTECODE": "1"}

"""Where a PC can die: every commit, every request, every file step, each named by the code that takes it.

The names are found, not written into the program: a commit is named by the function whose block ends in it, a file that
is synced or renamed by the function that does it, a request by what it asks for. A new one appears by itself, and the
tests that count them fail until it is listed.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import requests
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from desktop.sync.upload_line import UploadLine
from server.storage.database import Database, UnitOfWork

# No handler, no `finally`, no flushing: on Windows that is what SIGTERM does to a process that sends it to itself.
DEATH = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL
COMMIT_BEFORE, COMMIT_AFTER = "commit-before", "commit-after"
# What these do, they do for their callers.
_HELPERS = {("storage", name) for name in ("unit_of_work.py", "database.py", "engine.py")} | {
    ("system", "durability.py"),
    ("services", "person_service.py"),
}
_PROGRAM = {"desktop", "core", "server"}


class Reaper:
    """Counts moments, and ends the process at the chosen one."""

    def __init__(self, moment: str, hit: int) -> None:
        self._moment = moment
        self._hit = hit
        self.counts: Counter[str] = Counter()

    def step(self, name: str) -> None:
        self.counts[name] += 1
        if name == self._moment and self.counts[name] == self._hit:
            os.kill(os.getpid(), DEATH)

    def before_commit(self, _connection: Connection) -> None:
        self.step(COMMIT_BEFORE)
        self.step(f"before {whose()}")

    def after_commit(self, _rows: object) -> None:
        self.step(COMMIT_AFTER)
        self.step(f"after {whose()}")

    def watch_commits(self) -> None:
        """Before each commit of every database; what comes after one is for the store to tell."""
        event.listen(Engine, "commit", self.before_commit)

    def watch_server(self) -> None:
        """On both sides of each transaction that a server writes."""
        write = Database.write

        def committing(database: Database, work: Callable[[UnitOfWork], Any]) -> Any:
            name = whose()

            def worked(unit: UnitOfWork) -> Any:
                done = work(unit)
                self.step(f"before {name}")
                return done

            done = write(database, worked)
            self.step(f"after {name}")
            return done

        Database.write = committing  # type: ignore[method-assign, assignment]  # the seam of every writer

    def watch_files(self) -> None:
        """Before a file or folder is synced, and on both sides of a rename."""
        sync, rename = os.fsync, Path.replace

        def fsync(handle: int) -> None:
            self.step(f"sync {whose()}")
            sync(handle)

        def replace(path: Path, target: Path) -> Path:
            self.step(f"rename {whose()}")
            moved = rename(path, target)
            self.step(f"renamed {whose()}")
            return moved

        os.fsync = fsync  # type: ignore[assignment]  # the program gives handles only
        Path.replace = replace  # type: ignore[method-assign, assignment]  # the seam is the system itself

    def watch_requests(self) -> None:
        """On both sides of a request: it may have reached the server, and its answer may be lost."""
        ask, upload = requests.Session.request, UploadLine.upload

        def request(session: requests.Session, method: str, url: str, **settings: Any) -> requests.Response:
            name = f"{method} {_place(url)}"
            self.step(f"ask {name}")
            response = ask(session, method, url, **settings)
            self.step(f"answered {name}")
            return response

        def send(line: UploadLine, *args: Any, **settings: Any) -> bool:
            self.step("ask upload")
            whole = upload(line, *args, **settings)
            self.step("answered upload")
            return whole

        requests.Session.request = request  # type: ignore[method-assign, assignment]  # as above
        UploadLine.upload = send  # type: ignore[method-assign, assignment]  # as above


def whose() -> str:
    """The module and function of the program that is at it, a name that stays."""
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # the only way to the callers
    while frame is not None:
        if module := _module_of(frame.f_code.co_filename):
            return f"{module}.{frame.f_code.co_name}"
        if frame.f_code.co_name == "doubt":
            return "doubt"
        frame = frame.f_back
    return "elsewhere"


@functools.cache
def _module_of(file: str) -> str:
    """The module of the program that a file is, if it is one that does something of its own."""
    path = Path(file)
    of_program = _PROGRAM.intersection(path.parts) and "tests" not in path.parts and path.parts[-2:] not in _HELPERS
    return path.stem if of_program else ""


def careless(mode: str) -> Callable[[Any, Any], None]:
    """A listener that lets each new connection sync as `mode` says."""

    def listener(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA synchronous = {mode}")

    return listener


def _place(url: str) -> str:
    """What is asked for, without which."""
    parts = urlsplit(url).path.strip("/").split("/")
    return "/".join(parts[:2])

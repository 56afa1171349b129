"""No test leaves a thread behind: it would run on under the next one, and fail that one instead."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import FrameType

import pytest

GRACE_SECONDS = 2.0
NAMING_SECONDS = 0.05  # a new thread carries the name of the program until it sets its own

# Threads of Qt that outlive the test that happened to start them, by the name the system shows.
QT_OWN_THREADS = {
    # Qt's image code keeps a pool of its own, and an idle pool thread lives 30 s more. A pool thread that
    # still runs a task of ours shows up as running Python, and is reported.
    "Thread (pooled)",
    # One connection to the message bus serves the whole process.
    "QDBusConnection",
    # Reads the events of the display, for as long as there is an application.
    "QXcbEventQueue",
    # Asks the desktop, once for the process, whether the network is there.
    "gmain",
}
LOOP_WORKERS = ("asyncio_", "AnyIO worker thread")
PROC_TASKS = Path("/proc/self/task")


def python_threads() -> dict[int, str]:
    """Non-daemon threads of `threading`, and foreign threads (of Qt) that are inside Python code now."""
    ours = {thread.ident or 0: thread for thread in threading.enumerate()}
    running = sys._current_frames()  # noqa: SLF001 - the only list that knows foreign threads
    daemons = {ident for ident, thread in ours.items() if thread.daemon and not is_foreign(thread)}
    names = {ident: thread.name for ident, thread in ours.items() if not thread.daemon}
    # An event loop has one when it first needs it, perhaps a server of several tests, and ends it when it ends itself.
    daemons |= {ident for ident, name in names.items() if name.startswith(LOOP_WORKERS)}
    names = {ident: name for ident, name in names.items() if ident not in daemons}
    return names | {
        ident: f"foreign thread in {entry(frame)}"
        for ident, frame in running.items()
        if ident not in names and ident not in daemons
    }


def entry(frame: FrameType) -> str:
    """Name the place where a thread came into Python."""
    while frame.f_back:
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def is_foreign(thread: threading.Thread) -> bool:
    """Tell whether `threading` only stands in for a thread that it did not start."""
    return type(thread).__name__ == "_DummyThread"


def native_threads() -> dict[int, str]:
    """Every thread that Python did not start, with the name the system shows; on Linux only."""
    if not PROC_TASKS.is_dir():
        return {}
    python = {thread.native_id for thread in threading.enumerate()}
    found = {}
    for task in PROC_TASKS.iterdir():
        try:
            name = (task / "comm").read_text(encoding="utf-8").strip()
        except OSError:  # it ended while we looked
            continue
        if int(task.name) not in python:
            found[int(task.name)] = name
    return found


def qt_threads(before: AbstractSet[int]) -> list[str]:
    """Threads of Qt that have come since: they have names of their own, not the program's."""
    inherited = (PROC_TASKS.parent / "comm").read_text(encoding="utf-8").strip() if PROC_TASKS.is_dir() else ""
    found = native_threads()
    if any(name == inherited for ident, name in found.items() if ident not in before):
        time.sleep(NAMING_SECONDS)
        found = native_threads()
    nameless_or_known = QT_OWN_THREADS | {inherited}
    return [name for ident, name in found.items() if ident not in before and name not in nameless_or_known]


def present_threads() -> AbstractSet[int]:
    """Return the identity of every thread there is, of whatever kind."""
    return python_threads().keys() | native_threads().keys()


def threads_since(before: AbstractSet[int]) -> list[str]:
    """Name the threads that were not there before and that a test may not leave behind."""
    python = [name for ident, name in python_threads().items() if ident not in before]
    return sorted(python + [f"Qt thread {name}" for name in qt_threads(before)])


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail a test that leaves a thread running, after a short time to let it end."""
    before = present_threads()
    yield
    deadline = time.monotonic() + GRACE_SECONDS
    while leaked := threads_since(before):
        if time.monotonic() > deadline:
            pytest.fail(f"threads left running: {', '.join(leaked)}")
        time.sleep(0.01)

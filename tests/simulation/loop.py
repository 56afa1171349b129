"""An event loop whose time is made up: whoever waits for a second gets it at once, in the right order."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from unittest import mock

from desktop.sync.overtaking import OutboxGate

ResultT = TypeVar("ResultT")


class Standstill(AssertionError):
    """Nothing is left that could ever happen, and yet somebody waits."""


class _Selector(selectors.SelectSelector):
    """Never sleeps: it moves the time instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise Standstill
        self.now += max(0.0, timeout)
        return []


class SimulatedLoop(asyncio.SelectorEventLoop):
    """One thread, no sockets, no sleep."""

    def __init__(self) -> None:
        self._times = _Selector()
        super().__init__(self._times)

    def time(self) -> float:
        return self._times.now

    def _write_to_self(self) -> None:
        """Nobody else is there who could have to wake us."""

    def run(self, work: Awaitable[ResultT]) -> ResultT:
        return self.run_until_complete(work)

    def run_until_one(self, *awaited: asyncio.Future[Any]) -> None:
        """Let everybody work until one of these is done; to wait for it in a task would take as long as a request."""
        if any(one.done() for one in awaited):
            return
        for one in awaited:
            one.add_done_callback(self._enough)
        try:
            self.run_forever()
        finally:
            for one in awaited:
                one.remove_done_callback(self._enough)

    def _enough(self, _done: asyncio.Future[Any]) -> None:
        self.stop()

    def settle(self) -> None:
        """Let everybody run until all of them wait; a millisecond goes by."""
        self.run_until_complete(asyncio.sleep(0.001))


async def _at_once(function: Any, *args: Any, **_others: Any) -> Any:
    return function(*args)


def _take_or_leave(gate: OutboxGate, _cancelled: Callable[[], bool]) -> bool:
    return gate.try_take()


@contextmanager
def one_thread() -> Iterator[None]:
    """Whatever the server would hand to a pool of threads is done on the spot, so that a seed replays exactly.

    A PC that would have to wait for another of its carriers goes away instead and comes again later.
    """
    with mock.patch("anyio.to_thread.run_sync", _at_once), mock.patch.object(OutboxGate, "take", _take_or_leave):
        yield

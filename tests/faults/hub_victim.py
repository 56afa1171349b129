"""A hub that is killed at one of its commits: `python -m tests.faults.hub_victim FOLDER UPSTREAM PORT CODE NUMBER`.

Odd numbers kill before the commit, even ones after it; 0 never.
"""

from __future__ import annotations

import itertools
import os
import signal
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from server.app import shipped_dictionary
from server.hub import HubConfig, HubHandle
from server.storage.database import Database, UnitOfWork

ResultT = TypeVar("ResultT")


def kill() -> None:
    """As a power cut, but for what the system had not written yet: SQLite syncs each commit here."""
    os.kill(os.getpid(), signal.SIGKILL)


class Doomed(HubHandle):
    """Its commits are counted from when requests are taken."""

    def doom(self, number: int) -> None:
        """Kill at this commit."""
        count, write = itertools.count(1), self.database.write

        def counted(work: Callable[[UnitOfWork], ResultT]) -> ResultT:
            doomed = next(count) == (number + 1) // 2

            def killing(unit: UnitOfWork) -> ResultT:
                result = work(unit)
                if doomed and number % 2:
                    kill()
                return result

            result = write(killing)
            if doomed:
                kill()
            return result

        database: Database = self.database
        database.write = counted  # type: ignore[method-assign]  # the one place that every commit passes


def main(words: list[str]) -> None:
    """Run until killed."""
    folder, upstream, port, code, number = words
    config = HubConfig(data=Path(folder), upstream=upstream, code=code, dictionary=shipped_dictionary())
    handle = Doomed(config)
    if int(number):
        handle.doom(int(number))
    with socket.create_server(("127.0.0.1", int(port))) as listener:
        handle.run(listener, ready=lambda: print("ready", flush=True))  # noqa: T201  # whoever started it waits for this


if __name__ == "__main__":
    main(sys.argv[1:])

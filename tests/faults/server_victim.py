"""A server that dies: it serves its folder and kills itself, without any warning, at a named transaction.

    python -m tests.faults.server_victim [CASE]

Each line of standard input is a case, `{"folder": ..., "moment": ..., "hit": ...}`. It is served in a process of its
own, forked from this one so that it need not load the program again, or started with the case where processes cannot
be forked. It prints its `port`; at the next line it tells
the `moments`, how often each came, and stops, if it is not dead. `ended` tells the signal of its death, or 0.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec

from tests.faults.failpoints import Reaper
from tests.faults.victim import say
from tests.support.server import running_server

STOP = "stop"


class ServerCase(msgspec.Struct, frozen=True, kw_only=True):
    """What to serve, and where to die: at the `hit`-th time of a moment; without a moment not at all."""

    folder: str
    moment: str = ""
    hit: int = 1


def main() -> None:
    if len(sys.argv) > 1:
        serve(msgspec.json.decode(sys.argv[1], type=ServerCase))
        return
    for line in sys.stdin:
        if line.strip() == STOP:  # to one who was dead when it came
            continue
        case = msgspec.json.decode(line, type=ServerCase)
        if not hasattr(os, "fork"):
            say(ended=abs(subprocess.call([sys.executable, "-m", "tests.faults.server_victim", line])))
            continue
        child = os.fork()
        if not child:
            serve(case)
            return
        _, status = os.waitpid(child, 0)
        say(ended=os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def serve(case: ServerCase) -> None:
    """Serve until killed, or told to stop."""
    reaper = Reaper(case.moment, case.hit)
    reaper.watch_server()
    with running_server(Path(case.folder)) as server:
        say(port=server.port)
        sys.stdin.readline()
        say(moments=dict(reaper.counts))


if __name__ == "__main__":
    main()

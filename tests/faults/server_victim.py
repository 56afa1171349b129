"""A server that dies: it serves its folder and kills itself, without any warning, at a named transaction.

    python -m tests.faults.server_victim FOLDER MOMENT HIT

Prints its port. When standard input ends before it is dead, it tells how often each moment came, and stops.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.faults.failpoints import Reaper
from tests.support.server import running_server


def main() -> None:
    folder, moment, hit = sys.argv[1:4]
    reaper = Reaper(moment, int(hit))
    reaper.watch_server()
    with running_server(Path(folder)) as server:
        sys.stdout.write(f"{server.port}\n")
        sys.stdout.flush()
        sys.stdin.read()
        sys.stdout.write(json.dumps(reaper.counts) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

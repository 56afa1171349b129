"""A page process that answers nothing: how a hostile file has it, told by the environment.

STARTS_AFTER: the seconds that it takes to start. DIES_FIRST: a file; as long as there is none, the process makes it and
dies of its request, as it would of a file that breaks it.
"""

import os
import sys
import time
from pathlib import Path

from desktop.system.page_messages import read_request
from desktop.system.worker_pipes import Pipes, served


def main() -> int:
    """Start, read a request, and compute for ever or die."""
    time.sleep(float(os.environ.get("STARTS_AFTER", "0")))
    return served(_never_answer, memory_bytes=1024**3)


def _never_answer(pipes: Pipes) -> None:
    first = os.environ.get("DIES_FIRST", "")
    if read_request(pipes.requests) is None:
        return
    if first and not Path(first).exists():
        Path(first).touch()
        os._exit(1)
    while True:
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())

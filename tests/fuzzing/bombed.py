"""A process that is bombed, one bomb after the other; one JSON line tells what came of it.

    python -m tests.fuzzing.bombed

For each bomb: whether it was refused, the seconds of the processor, and by how many bytes the process grew at the most
(-1 where the system does not tell: only Linux sets the peak of a process back).
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path

from tests.fuzzing.bombs import bombs, explode

KIB = 1024
_RESET = Path("/proc/self/clear_refs")


def main() -> None:
    told = {}
    for bomb in bombs():
        sent = bomb.make()
        gc.collect()
        before = _set_back()
        started = time.process_time()
        refused = explode(bomb, sent)
        seconds = time.process_time() - started
        told[bomb.name] = (refused, seconds, _memory("VmHWM") - before if before else -1)
    sys.stdout.write(json.dumps(told))


def _set_back() -> int:
    """Forget the peak so far; how much memory the process has now, or 0."""
    if not _RESET.exists():
        return 0
    _RESET.write_text("5", encoding="ascii")
    return _memory("VmRSS")


def _memory(line: str) -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return KIB * next(int(text.split()[1]) for text in status.splitlines() if text.startswith(line))


if __name__ == "__main__":
    main()

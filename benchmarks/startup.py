"""From the start of the process to a window filled with the register of 1,000,000 letters; memory of the program.

Beside it, in the same run and measured in the same way, a bare PySide6 window over the same number of rows, by turns,
so that whatever else the machine does falls on both. Both are warm starts of what is installed, with its bytecode on
disk: the installer ships it, and from source the first start writes it. An environment that forbids Python to write
it would have the program compiled anew each time.

    python -m benchmarks.startup [LETTERS]
"""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.big_store import big_profile
from benchmarks.measuring import memory, report
from benchmarks.yardsticks import measure_bare_window

LETTERS = 1_000_000
RUNS = 5


def main(letters: int) -> None:
    """Measure and print one JSON line."""
    folder = big_profile(letters)
    start(folder)  # warms the page cache, as the bare window's own first run does
    seconds, sizes, bare_seconds, bare_sizes = [], [], [], []
    for _ in range(RUNS):
        bare = measure_bare_window(1)
        bare_seconds.append(bare["median_seconds"])
        bare_sizes.append(bare["pss_bytes"] or 0)
        took, size = start(folder)
        seconds.append(took)
        sizes.append(size)
    median, bare_median = statistics.median(seconds), statistics.median(bare_seconds)
    report(
        "startup",
        {
            "letters": letters,
            "seconds": [round(one, 3) for one in seconds],
            "median_seconds": round(median, 3),
            "bare_median_seconds": round(bare_median, 3),
            "ratio": round(median / bare_median, 2),
            "pss_mb": round(statistics.median(sizes) / 1e6, 1),
            "bare_pss_mb": round(statistics.median(bare_sizes) / 1e6, 1),
        },
    )


def start(folder: Path) -> tuple[float, int]:
    """Start the program once: seconds to the filled window, and its PSS in bytes."""
    command = [sys.executable, "-m", "desktop", "--profile", str(folder), "--as", "tu", "--measure"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.monotonic_ns()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment
    ) as process:
        line = process.stdout.readline() if process.stdout else ""
        filled = json.loads(line)["filled_monotonic_ns"]
        size = memory(process.pid)
        if process.stdin:
            process.stdin.close()
        process.wait(30)
    return (filled - begun) / 1e9, size.pss_bytes if size and size.pss_bytes else 0


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS)

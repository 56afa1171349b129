"""Offers every hostile file to the real page process, and prints what came of it: `python -m tests.hostile`."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from desktop.system.page_renderer import PageRenderer
from tests.hostile.samples import offer, samples

MIB = 1024 * 1024


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """What is slow or large as it comes, and the sums at the end."""
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="pesagi-hostile-") as folder, PageRenderer() as renderer:
        path = Path(folder) / "berkas"
        for name, data in samples():
            path.write_bytes(data)
            outcomes.append(offer(renderer, path, name))
            last = outcomes[-1]
            if last.seconds > 1 or last.peak_bytes > 400 * MIB:
                say(f"{last.name}: {last.code or 'drawn'}, {last.seconds:.1f} s, {last.peak_bytes // MIB} MiB")
    codes = Counter(one.code or "drawn" for one in outcomes)
    say(f"{len(outcomes)} files, {len({one.name for one in outcomes})} names; {dict(codes)}")
    slowest, largest = max(one.seconds for one in outcomes), max(one.peak_bytes for one in outcomes)
    say(f"longest answer {slowest:.1f} s, most memory {largest / MIB:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

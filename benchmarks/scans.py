"""How small a scanned page becomes, and in what time: noisy pages of 200 and 300 dpi, made clean in the page process.

Prints one JSON line; beside each figure stands the scan as it came and the promise. A page in colour has a stamp and a
signature, a text page has neither.
"""

from __future__ import annotations

import io
import math
import statistics
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from benchmarks.measuring import cpu_seconds, percentile, report
from benchmarks.noisy_scans import NoisyScan, NoisyScanner
from desktop.system.page_renderer import PageRenderer

PAGES = 6
PROMISED = {"colour": 75_000, "text": 40_000}
PROMISED_S = 1.5


def main() -> None:
    """Measure and print one JSON line."""
    scanner = NoisyScanner()
    letters = scanner.letters(PAGES)
    figures: dict[str, Any] = {}
    with PageRenderer(timeout_s=60.0) as renderer:
        renderer.clean(opener(scanner.scan(letters[0], dpi=200).pdf))  # the process starts, its libraries load
        for dpi in (300, 200):
            for kind in ("colour", "text"):
                scans = [scanner.scan(letter, dpi=dpi, inked=kind == "colour") for letter in letters]
                figures[f"{kind}_{dpi}_dpi"] = cleaned(renderer, scans, promised=PROMISED[kind])
    report("scans", figures)


def cleaned(renderer: PageRenderer, scans: list[NoisyScan], *, promised: int) -> dict[str, Any]:
    """What becomes of the scans."""
    sizes, seconds, worked, raw = [], [], [], []
    for scan in scans:
        content = scan.pdf
        before, begun = cpu_seconds(renderer.process_number), time.perf_counter()
        made = renderer.clean(opener(content))
        seconds.append(time.perf_counter() - begun)
        after = cpu_seconds(renderer.process_number)
        worked.append(after - before if after is not None and before is not None else math.nan)
        if made is None:
            raise AssertionError("a scan was not taken for one")
        sizes.append(len(made))
        raw.append(len(content))
    return {
        "raw_bytes": round(statistics.mean(raw)),
        "bytes": round(statistics.mean(sizes)),
        "most_bytes": max(sizes),
        "promised_bytes": promised,
        "page_s": round(statistics.median(seconds), 2),
        "page_cpu_s": round(statistics.median(worked), 2),
        "page_p95_s": round(percentile(seconds, 95), 2),
        "promised_s": PROMISED_S,
    }


def opener(content: bytes) -> Callable[[], BinaryIO]:
    """How to open what is held in memory."""
    return lambda: io.BytesIO(content)


if __name__ == "__main__":
    main()

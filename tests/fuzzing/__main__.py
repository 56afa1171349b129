"""Fuzzes the decoders over both cores.

    python -m tests.fuzzing --inputs 10000000 --seed 1

Each process is given its part in rounds with seeds of their own, and ends itself, saying where it stood, when one round
takes ten minutes: that would be a hang. Prints one JSON line; ends with 1 if anything failed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections import Counter

from tests.fuzzing.rounds import A_ROUND, one_round


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--inputs", type=int, default=1_000_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = asked.parse_args()
    rounds = -(-options.inputs // A_ROUND)
    tasks = [(-(-options.inputs // rounds), options.seed * 1_000_000 + number) for number in range(rounds)]
    started = time.monotonic()
    inputs: Counter[str] = Counter()
    refused = worst_kib = 0
    slowest_ms, slowest = 0.0, ""
    failures: list[str] = []
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        idle_kib = max(kib for _fed, kib in pool.map(one_round, [(0, 0)] * options.processes))
        for fed, kib in pool.imap_unordered(one_round, tasks):
            inputs.update(fed.inputs)
            refused += fed.refused
            worst_kib = max(worst_kib, kib)
            slowest_ms, slowest = max((slowest_ms, slowest), (fed.slowest_ms, fed.slowest))
            failures += fed.failures
    seconds = time.monotonic() - started
    told = {
        "seed": options.seed,
        "inputs": inputs.total(),
        "refused": refused,
        "failures": len(failures),
        "seconds": round(seconds, 1),
        "inputs_per_s": round(inputs.total() / seconds),
        "idle_mib": idle_kib // 1024,
        "worst_mib": worst_kib // 1024,
        "slowest_cpu_ms": round(slowest_ms, 1),
        "slowest": slowest,
        "by_decoder": dict(inputs),
    }
    sys.stdout.write(json.dumps(told) + "\n")
    for failure in failures[:20]:
        sys.stderr.write(failure + "\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())

"""Time, processor, memory and percentiles of a benchmark, and the one JSON line that it prints."""

from __future__ import annotations

import ctypes
import json
import math
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

_PROC = Path("/proc")
# A right of the Windows API, enough to ask what a process takes.
_QUERY_LIMITED_INFORMATION = 0x1000


@dataclass
class Stopwatch:
    """Seconds on the clock and seconds of processor of this process; zero until the block ends."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0


@contextmanager
def stopwatch() -> Iterator[Stopwatch]:
    """Measure a `with` block, also when it raises."""
    watch = Stopwatch()
    cpu, start = time.process_time(), time.perf_counter()
    try:
        yield watch
    finally:
        watch.seconds = time.perf_counter() - start
        watch.cpu_seconds = time.process_time() - cpu


def percentile(values: Sequence[float], percent: float) -> float:
    """Give the smallest value that at least `percent` per cent of the values do not exceed (nearest rank).

    Raises `ValueError` for no values or a percentage outside of 0 to 100.
    """
    if not values or not 0 <= percent <= 100:  # noqa: PLR2004 - a percentage
        raise ValueError("a percentile needs values and a percentage from 0 to 100")
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(rank, 1) - 1]


def milliseconds(durations_s: Sequence[float]) -> dict[str, float]:
    """Sum up durations, given in seconds, as `p50_ms`, `p95_ms`, `p99_ms` and `max_ms`."""
    found = {f"p{percent}_ms": percentile(durations_s, percent) for percent in (50, 95, 99)}
    found["max_ms"] = max(durations_s)
    return {name: round(seconds * 1000, 3) for name, seconds in found.items()}


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Memory of a process in bytes; PSS shares out what several processes map."""

    rss_bytes: int
    pss_bytes: int


def memory(pid: int | None = None) -> Memory | None:
    """Tell what a process (this one by default) holds now, or `None` where the system is not Linux.

    Raises `ProcessLookupError` when there is no such process.
    """
    fields = _kilobytes(pid, "smaps_rollup")
    if fields is None:
        return None
    return Memory(rss_bytes=fields["Rss"] * 1024, pss_bytes=fields["Pss"] * 1024)


def peak_rss_bytes(pid: int | None = None) -> int | None:
    """Tell the most memory a process held since it began, or `None` where the system does not tell (macOS).

    Raises `ProcessLookupError` when there is no such process.
    """
    if sys.platform == "win32":
        return _peak_working_set(os.getpid() if pid is None else pid)
    else:  # noqa: RET505 - mypy reads each branch for its system only
        fields = _kilobytes(pid, "status")
        if fields is None:
            return None
        if "VmHWM" not in fields:  # it has ended, and waits for its parent
            raise ProcessLookupError(f"no process {pid}")
        return fields["VmHWM"] * 1024


def cpu_seconds(pid: int | None = None) -> float | None:
    """Tell the processor seconds of a process so far, user and system.

    Another process is known to 10 ms, and only on Linux; elsewhere `None`.
    """
    if pid is None:
        return time.process_time()
    text = _read(pid, "stat")
    if text is None:
        return None
    after_name = text.rpartition(")")[2].split()  # the name may hold spaces and brackets
    user, system = after_name[11:13]  # fields 14 and 15 of proc(5)
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def report(benchmark: str, figures: Mapping[str, object], *, stream: TextIO | None = None) -> str:
    """Print the figures as one JSON line with sorted keys; adds the benchmark's name, the date, the machine.

    Returns the line. Raises `ValueError` for a figure that JSON cannot say, such as NaN.
    """
    facts = {
        "benchmark": benchmark,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine(),
    }
    if overlap := facts.keys() & figures.keys():
        raise ValueError(f"figures may not be called {', '.join(sorted(overlap))}")
    line = json.dumps({**facts, **figures}, sort_keys=True, ensure_ascii=False, allow_nan=False)
    output = sys.stdout if stream is None else stream
    output.write(line + "\n")
    output.flush()
    return line


def machine() -> dict[str, object]:
    """Tell what a figure depends on: processors, their load just now, Python and system."""
    return {
        "cpus": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "system": platform.system(),
    }


class _MemoryCounters(ctypes.Structure):
    """PROCESS_MEMORY_COUNTERS of the Windows API."""

    _fields_ = (
        ("size", ctypes.c_uint32),
        ("page_faults", ctypes.c_uint32),
        ("peak_working_set", ctypes.c_size_t),
        ("others", ctypes.c_size_t * 7),
    )


if sys.platform == "win32":

    def _peak_working_set(pid: int) -> int:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        kernel.OpenProcess.argtypes = (ctypes.c_uint32, ctypes.c_int, ctypes.c_uint32)
        kernel.K32GetProcessMemoryInfo.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32)
        kernel.CloseHandle.argtypes = (ctypes.c_void_p,)
        handle = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, 0, pid)
        if not handle:
            raise ProcessLookupError(f"no process {pid}")
        counters = _MemoryCounters(size=ctypes.sizeof(_MemoryCounters))
        told = kernel.K32GetProcessMemoryInfo(handle, ctypes.byref(counters), counters.size)
        kernel.CloseHandle(handle)
        if not told:
            raise ctypes.WinError(ctypes.get_last_error())
        return int(counters.peak_working_set)


def _kilobytes(pid: int | None, file_name: str) -> dict[str, int] | None:
    text = _read(pid, file_name)
    if text is None:
        return None
    rows = (line.split() for line in text.splitlines())
    return {row[0].rstrip(":"): int(row[1]) for row in rows if len(row) == 3 and row[2] == "kB"}  # noqa: PLR2004


def _read(pid: int | None, file_name: str) -> str | None:
    if not (_PROC / "self" / file_name).exists():
        return None
    try:
        return (_PROC / str(pid or "self") / file_name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ProcessLookupError(f"no process {pid}") from None

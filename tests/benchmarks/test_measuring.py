"""The figures of a benchmark are what they say they are."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time

import pytest

from benchmarks.measuring import (
    cpu_seconds,
    memory,
    milliseconds,
    peak_rss_bytes,
    percentile,
    report,
    stopwatch,
)

MIB = 1024 * 1024
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the memory of a process")


def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([3, 1, 2], 50) == 2
    assert percentile(range(1, 101), 95) == 95
    assert percentile([1, 9], 50) == 1
    assert percentile([1, 9], 51) == 9
    assert (percentile([5, 4], 0), percentile([5, 4], 100)) == (4, 5)


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1.0], 101), ([1.0], -1)])
def test_a_percentile_of_nothing_or_beyond_all_is_refused(values: list[float], percent: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, percent)


def test_durations_are_summed_up_in_milliseconds() -> None:
    durations = [number / 1000 for number in range(1, 201)]
    assert milliseconds(durations) == {"p50_ms": 100, "p95_ms": 190, "p99_ms": 198, "max_ms": 200}


def test_a_stopwatch_tells_waiting_from_working() -> None:
    with stopwatch() as waiting:
        time.sleep(0.05)
    with stopwatch() as working:
        sum(range(1_000_000))
    assert waiting.seconds >= 0.05
    assert waiting.cpu_seconds < 0.04
    assert working.cpu_seconds > 0.002


@on_linux
def test_memory_grows_with_what_a_process_holds() -> None:
    before = memory()
    held = bytes(range(256)) * (64 * MIB // 256)
    after = memory()
    peak = peak_rss_bytes()
    assert before is not None
    assert after is not None
    assert peak is not None
    assert after.rss_bytes - before.rss_bytes > 60 * MIB
    assert after.pss_bytes - before.pss_bytes > 60 * MIB
    assert peak >= after.rss_bytes - MIB
    assert len(held) == 64 * MIB


@on_linux
def test_another_process_is_measured_too_while_it_lives() -> None:
    program = "import time\nwhile time.process_time() < 0.2: pass\nprint(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        spent, held = cpu_seconds(child.pid), memory(child.pid)
        child.communicate("\n")
    assert spent is not None
    assert 0.18 <= spent < 2
    assert held is not None
    assert MIB < held.pss_bytes <= held.rss_bytes
    with pytest.raises(ProcessLookupError):
        memory(child.pid)


def test_a_report_is_one_line_with_sorted_keys_date_and_machine() -> None:
    output = io.StringIO()
    line = report("register", {"p50_ms": 1.5, "bytes": 7}, stream=output)
    assert output.getvalue() == line + "\n"
    told = json.loads(line)
    assert list(told) == ["benchmark", "bytes", "date", "machine", "p50_ms"]
    assert (told["benchmark"], told["bytes"], told["p50_ms"]) == ("register", 7, 1.5)
    assert told["date"].endswith("+00:00")
    assert told["machine"]["cpus"] >= 1
    assert told["machine"]["python"] == ".".join(map(str, sys.version_info[:3]))


@pytest.mark.parametrize("figures", [{"seconds": float("nan")}, {"date": "today"}])
def test_a_report_refuses_what_would_mislead(figures: dict[str, object]) -> None:
    output = io.StringIO()
    with pytest.raises(ValueError, match=r"date|JSON"):
        report("register", figures, stream=output)
    assert output.getvalue() == ""

"""The journey that `dev.py demo` plays, in real windows over an emulated line, with a limit on what it computes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

ROOT = Path(__file__).parents[2]
# Of the processor, with all programs that it starts: it takes about 30. The clock only ends one that hangs.
CPU_SECONDS = 100
HANGS_AFTER_S = 300
PICTURES = (
    "masuk",
    "formulir_surat",
    "surat_masuk_luring",
    "arsip",
    "pusat_sinkron_antrean",
    "perlu_keputusan_saya",
    "setelah_disposisi",
    "untuk_saya",
    "selesai",
    "pusat_sinkron",
)
STEPS = 10


@pytest.mark.timeout(HANGS_AFTER_S + 20)
def test_the_journey_ends_well_and_leaves_pictures_of_every_screen(tmp_path: Path) -> None:
    before = children_cpu()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.journey", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=HANGS_AFTER_S,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert children_cpu() - before < CPU_SECONDS
    assert {path.stem.split("_", 1)[1] for path in tmp_path.glob("*.png")} == set(PICTURES)
    blank = [path.name for path in tmp_path.glob("*.png") if colours(QImage(str(path))) < 20]
    assert blank == []
    steps = json.loads((tmp_path / "perjalanan.json").read_text(encoding="utf-8"))
    assert len(steps) == STEPS
    assert all(step["step"] and step["seconds"] >= 0 for step in steps)
    assert sum(step["bytes"] for step in steps) > 100_000, "the scan went over the line"
    assert [line for line in done.stderr.splitlines() if "Error" in line or "Traceback" in line] == []


def children_cpu() -> float:
    """Processor time of the programs that this process started and that have ended; none is told on Windows."""
    times = os.times()
    return times.children_user + times.children_system


def colours(picture: QImage) -> int:
    """How many colours a picture shows at a coarse grid of points."""
    assert (picture.width(), picture.height()) >= (800, 480)
    step = 7
    return len({picture.pixel(x, y) for x in range(0, picture.width(), step) for y in range(0, picture.height(), step)})

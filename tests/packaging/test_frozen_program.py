"""The program that users get is a frozen one: it is built, started, and asked to use each of its parts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SMOKE_TEST = ROOT / "installer" / "smoke_test.py"


@pytest.mark.timeout(600)  # about 40 s on an idle machine
def test_the_frozen_program_starts_and_finds_all_its_parts(tmp_path: Path) -> None:
    folders = ["--distpath", f"{tmp_path}/dist", "--workpath", f"{tmp_path}/work"]
    run(
        [
            sys.executable,
            "-m",
            "PyInstaller",
            "--noconfirm",
            "--log-level",
            "WARN",
            *folders,
            "installer/pesagi.spec",
        ]
    )

    run([sys.executable, SMOKE_TEST, tmp_path / "dist" / "pesagi"])


def test_a_program_that_is_not_there_is_not_called_sound(tmp_path: Path) -> None:
    result = subprocess.run([sys.executable, SMOKE_TEST, tmp_path], capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert "There is no program" in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for a program is a shell script")
@pytest.mark.parametrize(
    ("script", "sound"),
    [
        ("""echo '{"store": true}'""", True),
        ("echo no JSON at all", False),
        ("""echo '{"store": false}'; exit 3""", False),
    ],
)
def test_only_a_program_that_reports_and_succeeds_is_called_sound(tmp_path: Path, script: str, *, sound: bool) -> None:
    program = tmp_path / "pesagi"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    result = subprocess.run([sys.executable, SMOKE_TEST, tmp_path], capture_output=True, text=True, check=False)

    assert (result.returncode == 0) == sound


def run(command: list[str | Path]) -> None:
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr

"""What is kept of an error that nobody expected: its kind and its place, and nothing that it says."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.app.crash import CrashHandler, CrashLog

SECRET = "Perihal yang tidak boleh terbaca"
# How a system is told to keep the memory of a program that crashed, and what it then says of it.
if sys.platform == "win32":
    LET_DUMP = "import ctypes; kernel = ctypes.windll.kernel32; kernel.SetErrorMode(0)"
    LEFT, NO_DUMP = "kernel.GetErrorMode() & 3", "3"
else:
    LET_DUMP = "from resource import *; most = getrlimit(RLIMIT_CORE)[1]; setrlimit(RLIMIT_CORE, (most, most))"
    LEFT, NO_DUMP = "getrlimit(RLIMIT_CORE)[0]", "0"


def failed() -> ValueError:
    try:
        int(SECRET)
    except ValueError as err:
        return err
    raise AssertionError


def kept(folder: Path) -> str:
    return (folder / "log" / "pesagi.log").read_text(encoding="utf-8")


def test_an_error_leaves_its_kind_and_place_and_no_word_of_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log, error = CrashLog(tmp_path), failed()

    log._on_exception(type(error), error, error.__traceback__)  # noqa: SLF001  # as the interpreter calls it
    log.on_unexpected(error)

    assert kept(tmp_path).count("ValueError <- test_crash.py:") == 2
    assert SECRET not in kept(tmp_path) + capsys.readouterr().err


def test_an_error_that_was_logged_is_kept_without_its_message(tmp_path: Path) -> None:
    error = failed()
    record = logging.LogRecord(
        "desktop.x", logging.ERROR, __file__, 1, SECRET, None, (type(error), error, error.__traceback__)
    )

    CrashHandler(CrashLog(tmp_path)).handle(record)

    assert "ValueError <- test_crash.py:" in kept(tmp_path)
    assert SECRET not in kept(tmp_path)


def test_a_crash_of_the_program_writes_no_memory_to_a_file() -> None:
    begun = f"{LET_DUMP}; from desktop.system.limits import leave_no_dumps; leave_no_dumps(); print({LEFT})"
    done = subprocess.run([sys.executable, "-c", begun], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == NO_DUMP

"""What is loaded on the way to the window, and in which order."""

from __future__ import annotations

import subprocess
import sys

import pytest

from desktop.app import command_line, entry

LOAD = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
    if any(one.split(".")[0] in ("PySide6", "shiboken6") for one in sys.modules):
        sys.exit(name)
"""


def test_what_is_loaded_before_qt_loads_none_of_it() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOAD, *entry.BEFORE_QT], capture_output=True, text=True, check=False)

    assert (loaded.returncode, loaded.stderr) == (0, "")


HOOK = """
import builtins
ordinary = builtins.__import__
from desktop.app import entry
entry.load(entry.WINDOW)
assert builtins.__import__ is ordinary
from PySide6.QtCore import QObject
assert hasattr(QObject(), "setObjectName")
"""


def test_the_window_imports_with_the_ordinary_import_statement() -> None:
    loaded = subprocess.run([sys.executable, "-c", HOOK], capture_output=True, text=True, check=False)

    assert (loaded.returncode, loaded.stderr) == (0, "")


def test_every_verb_of_the_command_line_is_a_way_into_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command_line.main(["--help"])

    assert f"{{{','.join(entry.VERBS)}}}" in capsys.readouterr().out

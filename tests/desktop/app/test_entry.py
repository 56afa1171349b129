"""What is loaded on the way to the window, and in which order."""

from __future__ import annotations

import subprocess
import sys

from desktop.app import entry

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

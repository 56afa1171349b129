from __future__ import annotations

import subprocess
import sys

import pytest

from desktop.app import on_demand

NAMES = sorted(value for name, value in vars(on_demand).items() if name.isupper() and ":" in str(value))


@pytest.mark.parametrize("name", NAMES)
def test_every_part_that_is_loaded_late_is_there(name: str) -> None:
    assert callable(on_demand.load(name))


def test_there_are_such_parts() -> None:
    assert NAMES


LOADED_EARLY = """
import sys
from desktop.app import entry
entry.load(entry.WINDOW)
sys.exit(" ".join(name for name in sys.argv[1:] if name in sys.modules) or 0)
"""


def test_none_of_them_is_loaded_before_the_window_stands() -> None:
    modules = {"desktop.viewmodels.screen_facts", *(name.split(":")[0] for name in NAMES)}

    loaded = subprocess.run([sys.executable, "-c", LOADED_EARLY, *modules], capture_output=True, text=True, check=False)

    assert (loaded.returncode, loaded.stderr) == (0, "")

"""What holds for every test: offscreen, no network, no leaked thread, no warning, no real credentials."""

from __future__ import annotations

import builtins
import gc
import importlib
import os
import warnings
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings
from hypothesis.internal.constants_ast import Constants

pytest_plugins = (
    "tests.support.credentials",
    "tests.support.logs",
    "tests.support.network",
    "tests.support.postgres",
    "tests.support.prepared",
    "tests.support.threads",
)

# Qt for Python puts a hook in the place of the import statement that reads the source of each module imported after it;
# the program puts the ordinary one back (`desktop/app/entry.py`), and so does who tests it, before anything else loads.
ORDINARY_IMPORT = builtins.__import__
importlib.import_module("PySide6.QtCore")
builtins.__import__ = ORDINARY_IMPORT
sweep: Callable[[], None] = importlib.import_module("desktop.workers.sweeping").sweep

# What takes longest, though it may be one test: last, it would leave the other processor without work.
LONG_FILES = (
    "faults/test_crash_matrix.py",
    "packaging/test_frozen_program.py",
    "faults/test_power_cut_of_server.py",
    "faults/test_power_cut_of_pc.py",
    "journey/test_window_journey.py",
    "simulation/test_faults.py",
    "simulation/test_offices_elsewhere.py",
    "simulation/test_offices.py",
    "storage/test_convergence.py",
    "journey/test_hub_journey.py",
    "journey/test_first_visit.py",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the tests marked long, which take minutes")


def pytest_configure(config: pytest.Config) -> None:
    # A developer who wants to watch sets the platform; a test never opens a window by itself.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # The same examples in every run: a red test is red for everybody. The long run looks for new ones.
    settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
    settings.register_profile("long", deadline=None, max_examples=2_000, print_blob=True)
    settings.load_profile("long" if config.getoption("--long") else "ci")
    if not config.getoption("--long"):
        draw_no_literals_of_the_program()


def draw_no_literals_of_the_program() -> None:
    """Let examples depend on nothing but the test.

    Hypothesis mixes in what stands as a literal in the modules that are loaded: each change of the program, and each
    choice of files to test, would draw other examples; and each process reads all sources once more for it.
    """
    pytest.MonkeyPatch().setattr("hypothesis.internal.conjecture.providers._get_local_constants", Constants)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    # What is loaded stays to the end: no search for garbage goes through it, neither while it is loaded nor again.
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_runtest_logfinish() -> None:
    # Between tests and on this thread alone: a thread of a test must not find the widgets of the tests before it.
    with warnings.catch_warnings():
        # A server that stopped leaves whoever called in its last moment; the next test has no part in that.
        warnings.filterwarnings("ignore", message="unclosed (transport|<socket)", category=ResourceWarning)
        sweep()


def place(item: pytest.Item) -> int:
    """Where a test begins: those of long files in their order, then all others."""
    path = item.path.as_posix()
    return next((number for number, name in enumerate(LONG_FILES) if path.endswith(name)), len(LONG_FILES))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=place)
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="takes minutes; run with --long"))

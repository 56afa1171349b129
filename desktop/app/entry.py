"""Which way into the program: the page process, the paper process, the self-check, a verb, or the window.

Each way is loaded by name, so that it pays only for what it needs: the page process must stay small, because it is
the one that a hostile file may try to fill.

The window loads what needs no Qt before Qt: it then loads while nothing of Qt takes memory or time.

Qt for Python puts a hook of its own in the place of the import statement. It serves `from __feature__ import ...`,
other spellings of Qt's names, which the program does not use; for that the hook reads the source text of every module
that is imported after it. The window puts the ordinary import back.
"""

import builtins
import gc
import importlib
import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType, ModuleType

PAGE_WORKER = "--page-worker"
PAPER_WORKER = "--paper-worker"
SHEET_WORKER = "--sheet-worker"
READING_WORKER = "--reading-worker"
PHOTO_WORKER = "--photo-worker"
SELF_CHECK = "--self-check"
VERBS = ("enrol", "sync", "sign-in", "import", "export", "verify", "bundle")
_WAYS: Mapping[str, str] = MappingProxyType(
    {
        PAGE_WORKER: "desktop.system.page_worker",
        PAPER_WORKER: "desktop.system.paper_worker",
        SHEET_WORKER: "desktop.system.sheet_worker",
        READING_WORKER: "desktop.system.reading_worker",
        PHOTO_WORKER: "desktop.system.photo_worker",
        SELF_CHECK: "desktop.app.self_check",
        **dict.fromkeys(VERBS, "desktop.app.command_line"),
    }
)
WINDOW = "desktop.app.window"
COLLECT_AFTER = 10_000
# Each stroke of a brush asks for the interpreter anew, and a thread that works gives it back only to whoever has waited
# so long: with Python's own 5 ms a repaint beside a sync waits many times over (ADR 59). At 0.1 ms the longest gaps
# were 37 ms and at 0.5 ms 55, with as many letters received.
SWITCH_S = 0.0001
BEFORE_QT = (
    "desktop.app.opening",
    "desktop.services.archives",
    "desktop.services.attachments",
    "desktop.services.classification_names",
    "desktop.services.instructions",
    "desktop.services.letters",
    "desktop.services.register",
    "desktop.services.senders",
    "desktop.services.sign_in",
    "desktop.services.sync_center",
    "desktop.system.page_renderer",
    "desktop.system.settings",
    "desktop.viewmodels.letter_draft",
    "desktop.viewmodels.letter_pages",
    "desktop.widgets.dates",
    "desktop.widgets.stylesheet",
)


def main(arguments: Sequence[str]) -> int:
    """Run; the exit code.

    Nothing that loading makes is ever garbage, but the collector looks through all of it dozens of times: a tenth of
    the time to the first window. It begins when loading is over, and leaves alone what was loaded. A window is made
    of tens of thousands of things that stay: looking after each seven hundred of them finds nothing.
    """
    gc.disable()
    first = arguments[0] if arguments else ""
    module = load(_WAYS.get(first, WINDOW))
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    gc.enable()
    sys.setswitchinterval(SWITCH_S)
    if first in {PAGE_WORKER, PAPER_WORKER, SHEET_WORKER}:
        module.main()
        return 0
    return int(module.main(list(arguments)))


def load(way: str) -> ModuleType:
    """Load the module of a way into the program."""
    if way == WINDOW:
        for name in BEFORE_QT:
            importlib.import_module(name)
        ordinary = builtins.__import__
        importlib.import_module("PySide6.QtCore")
        builtins.__import__ = ordinary
    return importlib.import_module(way)

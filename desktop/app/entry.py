"""Which way into the program: the page process, the self-check, a verb, or the window.

Each way is loaded by name, so that it pays only for what it needs: the page process must stay small, because it is
the one that a hostile file may try to fill.

The window loads what needs no Qt before Qt. Once Qt is there, its own import hook stands in every import statement
and reads the source text of every module after it, to see which of them ask for its optional features.
"""

import gc
import importlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType, ModuleType

PAGE_WORKER = "--page-worker"
SELF_CHECK = "--self-check"
VERBS = ("enrol", "sync", "import", "export", "verify", "bundle")
_WAYS: Mapping[str, str] = MappingProxyType(
    {
        PAGE_WORKER: "desktop.system.page_worker",
        SELF_CHECK: "desktop.app.self_check",
        **dict.fromkeys(VERBS, "desktop.app.command_line"),
    }
)
WINDOW = "desktop.app.window"
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
    the time to the first window. It begins when loading is over, and leaves alone what was loaded.
    """
    gc.disable()
    first = arguments[0] if arguments else ""
    module = _load(_WAYS.get(first, WINDOW))
    gc.freeze()
    gc.enable()
    if first == PAGE_WORKER:
        module.main()
        return 0
    return int(module.main(list(arguments)))


def _load(way: str) -> ModuleType:
    if way == WINDOW:
        for name in BEFORE_QT:
            importlib.import_module(name)
    return importlib.import_module(way)

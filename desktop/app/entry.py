"""Which way into the program: the page process, the self-check, a verb, or the window.

Each way is loaded by name, so that it pays only for what it needs: the page process must stay small, because it is
the one that a hostile file may try to fill.
"""

import gc
import importlib
from collections.abc import Mapping, Sequence
from types import MappingProxyType

PAGE_WORKER = "--page-worker"
SELF_CHECK = "--self-check"
VERBS = ("enrol", "sync", "import", "export", "verify")
_WAYS: Mapping[str, str] = MappingProxyType(
    {
        PAGE_WORKER: "desktop.system.page_worker",
        SELF_CHECK: "desktop.app.self_check",
        **dict.fromkeys(VERBS, "desktop.app.command_line"),
    }
)


def main(arguments: Sequence[str]) -> int:
    """Run; the exit code.

    Nothing that loading makes is ever garbage, but the collector looks through all of it dozens of times: a tenth of
    the time to the first window. It begins when loading is over, and leaves alone what was loaded.
    """
    gc.disable()
    first = arguments[0] if arguments else ""
    module = importlib.import_module(_WAYS.get(first, "desktop.app.window"))
    gc.freeze()
    gc.enable()
    if first == PAGE_WORKER:
        module.main()
        return 0
    return int(module.main(list(arguments)))

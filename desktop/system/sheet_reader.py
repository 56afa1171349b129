"""Workbooks from outside, read by a child process with a limit on time and memory (`sheet_worker`)."""

import logging
from pathlib import Path
from typing import Final

from desktop.system.faults import EnvironmentFault, FaultOf
from desktop.system.page_messages import PageTrouble, ReadSheet, SheetRead, Troubled
from desktop.system.page_process import PageProcess, Worker
from desktop.system.page_renderer import ScanUnusable

logger = logging.getLogger(__name__)

SHEET_WORKER: Final = Worker("desktop.system.sheet_worker", "--sheet-worker")
MOST_BYTES: Final = 32 * 1024 * 1024
TIMEOUT_S: Final = 60.0


def read_sheet(path: Path) -> tuple[tuple[str, ...], ...]:
    """The rows of the first sheet of a workbook, every cell as text.

    ScanUnusable with `sheet_unreadable`, `sheet_locked`, `sheet_macros` or `sheet_too_large`; EnvironmentFault when the
    file cannot be read at all. The process lasts for this one file.
    """
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise ScanUnusable(PageTrouble.SHEET_TOO_LARGE, f"{size} bytes")
        with path.open("rb") as content:
            child = PageProcess(SHEET_WORKER)
            try:
                ready = child.wait_until_ready()
                reply = child.ask(ReadSheet(size=size), content, TIMEOUT_S) if ready else None
            finally:
                child.stop()
    except FileNotFoundError as err:
        raise EnvironmentFault(FaultOf.FILE_MISSING, path.name) from err
    except OSError as err:
        raise EnvironmentFault(FaultOf.FILE_UNREADABLE, type(err).__name__) from err
    if isinstance(reply, SheetRead):
        return reply.rows
    trouble = reply.trouble if isinstance(reply, Troubled) else PageTrouble.SHEET_TOO_LARGE
    logger.info("workbook refused: %s (%s)", trouble.value, reply.detail if isinstance(reply, Troubled) else "died")
    raise ScanUnusable(trouble)

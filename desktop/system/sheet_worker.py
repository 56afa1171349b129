"""The sheet process: reads the first sheet of a workbook (XLSX) from outside, so that a bad file harms nothing else.

It opens no file: the bytes come through the pipe (`given_file`). Nothing is computed: of a formula the value that was
saved counts. Started as the page process is (`page_process`).
"""

import io
import zipfile
from datetime import date, datetime, time, timedelta
from typing import BinaryIO, Final

from python_calamine import CalamineError, CalamineWorkbook

from desktop.system.given_file import given_file
from desktop.system.page_messages import (
    PageTrouble,
    ReadSheet,
    Reply,
    SheetRead,
    Troubled,
    read_sheet_request,
)
from desktop.system.worker_pipes import Pipes, served

MEMORY_LIMIT: Final = 1024 * 1024 * 1024
ORPHAN_SECONDS: Final = 90
# Of everything in the archive, unpacked: a book of 100,000 lines has some 60 MB. A small file that unpacks into more
# is made to harm.
MOST_UNPACKED: Final = 256 * 1024 * 1024
MOST_PARTS: Final = 5000
MOST_ROWS: Final = 100_000
MOST_COLUMNS: Final = 100
LONGEST_CELL: Final = 8000
# The first bytes of the older format, and of a workbook that a password locks (MS-CFB).
_COMPOUND: Final = b"\xd0\xcf\x11\xe0"
_WORKBOOK: Final = "xl/workbook.xml"
_MACROS: Final = "xl/vbaProject.bin"

Value = int | float | str | bool | time | date | datetime | timedelta


class SheetError(Exception):
    """The workbook cannot be taken; `trouble` says why."""

    def __init__(self, trouble: PageTrouble, detail: str = "") -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail


def main() -> int:
    """Serve requests until the pipe ends."""
    return served(_serve, memory_bytes=MEMORY_LIMIT)


def _serve(pipes: Pipes) -> None:
    def reply_to(request: ReadSheet) -> Reply:
        return answer(request, given_file(pipes.requests, pipes.replies, request.size))

    pipes.answer_each(read_sheet_request, reply_to, orphan_seconds=ORPHAN_SECONDS)


def answer(request: ReadSheet, content: BinaryIO) -> Reply:
    """The rows, or why there are none."""
    try:
        return _read(io.BytesIO(content.read(request.size)))
    except SheetError as err:
        return Troubled(trouble=err.trouble, detail=err.detail)
    except MemoryError:
        return Troubled(trouble=PageTrouble.SHEET_TOO_LARGE, detail="out of memory")
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as err:
        return Troubled(trouble=PageTrouble.SHEET_UNREADABLE, detail=type(err).__name__)


def _read(content: io.BytesIO) -> SheetRead:
    _check(content)
    book = CalamineWorkbook.from_filelike(content)
    if not book.sheet_names:
        raise SheetError(PageTrouble.SHEET_UNREADABLE, "no sheet")
    sheet = book.get_sheet_by_index(0)
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise SheetError(PageTrouble.SHEET_TOO_LARGE, f"{sheet.total_height} rows, {sheet.total_width} columns")
    rows = sheet.to_python(skip_empty_area=False)
    return SheetRead(rows=tuple(tuple(_text(cell) for cell in row) for row in rows))


def _check(content: io.BytesIO) -> None:
    head = content.getbuffer()[: len(_COMPOUND)].tobytes()
    if head == _COMPOUND:
        raise SheetError(PageTrouble.SHEET_LOCKED)
    with zipfile.ZipFile(content) as archive:
        parts = archive.infolist()
        names = {one.filename for one in parts}
        if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > MOST_UNPACKED:
            raise SheetError(PageTrouble.SHEET_TOO_LARGE, f"{len(parts)} parts")
        if _MACROS in names:
            raise SheetError(PageTrouble.SHEET_MACROS)
        if _WORKBOOK not in names:
            raise SheetError(PageTrouble.SHEET_UNREADABLE, "no workbook")
    content.seek(0)


def _text(cell: Value) -> str:
    """A cell as a person reads it; a date in ISO 8601, a whole number without a point."""
    match cell:
        case bool():
            return "ya" if cell else "tidak"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime():
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)[:LONGEST_CELL]


if __name__ == "__main__":
    raise SystemExit(main())

"""How long a paper takes: the first lembar disposisi of a day, every later one, books of many lines, and workbooks.

The real services, paper process and page process over a store of an invented office. The first sheet pays for the start
of the process; it is measured with a process of its own each time.

    python -m benchmarks.printing [LINES]
"""

import io
import sys
import tempfile
import time
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from benchmarks.measuring import milliseconds, peak_rss_bytes, report
from core.domain.ids import DispositionId, LetterId
from desktop.services.importing_tables import guess, read_table
from desktop.services.list_export import ListExportService
from desktop.services.papers.forms import PAPER_SIZES, Form, PaperWish
from desktop.services.papers.making import PaperService
from desktop.storage.unit_of_work import Store
from desktop.system.page_renderer import PageRenderer
from desktop.system.typesetter import Typesetter
from desktop.viewmodels.paper_desk import MM_PER_INCH, PREVIEW_WIDTH, PRINT_DPI
from tests.factories import HEAD, REGISTRAR, disposition, letter
from tests.support.desks import Desk
from tests.support.papers import paper_service, session
from tests.support.stores import office_store, put

LINES = 3000
FIRST_DAY = date(2026, 1, 1)
FIRSTS, ROUNDS = 5, 30
BOOKS = (100, 1000, LINES)


def main(lines: int) -> None:
    """Measure and print one JSON line."""
    with tempfile.TemporaryDirectory(prefix="pesagi-printing-") as scratch:
        folder = Path(scratch)
        with closing(office_store(folder / "store.db")) as store, PageRenderer(timeout_s=60.0) as pages:
            fill(store, lines)
            papers = paper_service(store, HEAD)
            figures: dict[str, object] = {"lines": lines, "first_sheet_ms": milliseconds(firsts(papers))}
            with Typesetter() as typesetter:
                figures |= sheets(papers, typesetter, pages)
            figures["books"] = {str(count): book(papers, count) for count in BOOKS if count <= lines}
            figures |= workbooks(store, folder)
    report("printing", figures)


def fill(store: Store, lines: int) -> None:
    """So many letters, thirty a day, every second one disposed."""
    numbered = [
        letter(
            id=LetterId(place.to_bytes(16, "big")),
            agenda_no=place,
            received_on=FIRST_DAY + timedelta(days=place // 30),
            letter_no=f"400.3.1/{place}/IV.{place % 12 + 1:02}/2026",
            subject=f"Undangan rapat koordinasi percepatan penurunan stunting tingkat kecamatan nomor {place}",
        )
        for place in range(1, lines + 1)
    ]
    orders = [
        disposition(id=DispositionId(one.id[:8] + bytes([1]) + one.id[9:]), letter_id=one.id) for one in numbered[::2]
    ]
    put(store, [*numbered, *orders])


def firsts(papers: PaperService) -> list[float]:
    """Seconds to the PDF of the first sheet, each with a process of its own."""
    found = []
    for place in range(1, 2 * FIRSTS, 2):
        with Typesetter() as typesetter:
            begun = time.perf_counter()
            typeset(papers, typesetter, sheet(place))
            found.append(time.perf_counter() - begun)
    return found


def sheets(papers: PaperService, typesetter: Typesetter, pages: PageRenderer) -> dict[str, object]:
    """Later sheets: gathered and typeset, drawn for the preview, drawn for the printer; and what the process took."""
    later, preview, printer = [], [], []
    pdf = typeset(papers, typesetter, sheet(1))
    for place in range(3, 3 + 2 * ROUNDS, 2):
        begun = time.perf_counter()
        pdf = typeset(papers, typesetter, sheet(place), "half_folio" if place % 4 == 1 else "a4")
        typeset_at = time.perf_counter()
        pages.render(partial(io.BytesIO, pdf), page=0, width=PREVIEW_WIDTH)
        drawn_at = time.perf_counter()
        pages.render(partial(io.BytesIO, pdf), page=0, width=round(210 / MM_PER_INCH * PRINT_DPI))
        later.append(typeset_at - begun)
        preview.append(drawn_at - typeset_at)
        printer.append(time.perf_counter() - drawn_at)
    return {
        "later_sheet_ms": milliseconds(later),
        "preview_ms": milliseconds(preview),
        "printer_page_ms": milliseconds(printer),
        "sheet_bytes": len(pdf),
        "process_peak_mb": peak_of(typesetter),
    }


def book(papers: PaperService, lines: int) -> dict[str, float | int | None]:
    """A buku agenda of so many lines, with a process of its own."""
    until = FIRST_DAY + timedelta(days=lines // 30 - 1)
    wish = PaperWish(form=Form.AGENDA_BOOK, since=FIRST_DAY, until=until)
    with Typesetter() as typesetter, PageRenderer(timeout_s=60.0) as pages:
        begun = time.perf_counter()
        pdf = typeset(papers, typesetter, wish)
        seconds = time.perf_counter() - begun
        count = pages.inspect(partial(io.BytesIO, pdf)).pages
        return {"s": round(seconds, 2), "pages": count, "bytes": len(pdf), "peak_mb": peak_of(typesetter)}


def workbooks(store: Store, folder: Path) -> dict[str, object]:
    """The whole list as XLSX, and that workbook read and looked at line by line."""
    path, desk = folder / "daftar.xlsx", Desk(store, REGISTRAR)
    begun = time.perf_counter()
    count = ListExportService(store, session(REGISTRAR), desk.register).export(desk.register.query(), path)
    written_at = time.perf_counter()
    table = read_table(path)
    read_at = time.perf_counter()
    desk.importing.check(table, guess(table.headers))
    checked_at = time.perf_counter()
    return {
        "workbook": {
            "letters": count,
            "write_s": round(written_at - begun, 2),
            "read_s": round(read_at - written_at, 2),
            "check_s": round(checked_at - read_at, 2),
            "bytes": path.stat().st_size,
        }
    }


def sheet(place: int) -> PaperWish:
    """The lembar disposisi of a letter."""
    return PaperWish(form=Form.DISPOSITION_SHEET, letter=LetterId(place.to_bytes(16, "big")))


def typeset(papers: PaperService, typesetter: Typesetter, wish: PaperWish, size: str = "a4") -> bytes:
    """Gather what fills the form, and make the PDF."""
    paper = papers.make(wish)
    return typesetter.typeset(paper.form, paper.filled(PAPER_SIZES[size]))


def peak_of(typesetter: Typesetter) -> float | None:
    """The most memory that the paper process has held, in MB."""
    number = typesetter.process_number
    peak = None if number is None else peak_rss_bytes(number)
    return None if peak is None else round(peak / 1e6, 1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LINES)

"""Cetak: the pages as they will be, on paper or as a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import QObject
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from pytestqt.qtbot import QtBot

from core.domain.errors import RefusalCode
from core.domain.ids import LetterId
from core.domain.letters import IncomingLetter, SecurityLevel
from desktop.storage.unit_of_work import Store
from desktop.system.faults import FaultOf
from desktop.system.page_renderer import PageRenderer
from desktop.system.print_choices import PrintChoices
from desktop.system.typesetter import Typesetter
from desktop.viewmodels import paper_desk
from desktop.viewmodels.paper_desk import PaperDesk, PaperTools
from desktop.views.messages import sentence_for
from desktop.views.paper_dialog import PaperDialog
from desktop.views.paper_press import PrinterPress
from desktop.widgets.buttons import Button
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.date_field import DateField
from desktop.widgets.labels import Label
from desktop.widgets.theme import Theme
from desktop.workers.runner import TaskRunner
from tests.desktop.hands import shown
from tests.factories import HEAD, LETTER_ID, TODAY, letter
from tests.support.papers import pages_of, paper_service
from tests.support.stores import every, office_store, put


class Seat(NamedTuple):
    """A dialog over an office of its own."""

    store: Store
    desk: PaperDesk
    dialog: PaperDialog
    folder: Path


@pytest.fixture(scope="module")
def processes() -> Iterator[tuple[Typesetter, PageRenderer]]:
    """The paper process and the page process, for all tests of this file."""
    with PageRenderer(timeout_s=30.0) as pages, Typesetter() as typesetter:
        yield typesetter, pages


@pytest.fixture
def seat(qtbot: QtBot, view_theme: Theme, tmp_path: Path, processes: tuple[Typesetter, PageRenderer]) -> Iterator[Seat]:
    store, owner = office_store(tmp_path / "store.db"), QObject()
    runner = TaskRunner(owner)
    tools = PaperTools(*processes, PrintChoices(tmp_path))
    desk = PaperDesk(paper_service(store, HEAD), tools, runner, today=lambda: TODAY, parent=owner)
    dialog = PaperDialog(view_theme, desk)
    qtbot.addWidget(dialog)
    yield Seat(store, desk, dialog, tmp_path)
    # The processes stay for the next test.
    dialog.finished.disconnect(desk.leave)
    dialog.close()
    runner.close()
    store.close()


def begin(qtbot: QtBot, seat: Seat, letter_id: LetterId = LETTER_ID) -> None:
    seat.dialog.begin(letter_id)
    qtbot.waitUntil(lambda: not seat.desk.busy, timeout=30_000)


def button(seat: Seat, text: str) -> Button:
    return next(one for one in shown(seat.dialog, Button) if one.text() == text)


def said(seat: Seat) -> str:
    return " ".join(label.text() for label in shown(seat.dialog, Label))


def test_the_sheet_is_shown_on_the_paper_of_the_last_time_and_saved_as_it_is_shown(
    qtbot: QtBot, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(seat.store, [letter()])
    begin(qtbot, seat)
    box = shown(seat.dialog, ComboBox)[1]
    box.select("half_folio")
    with qtbot.waitSignal(seat.desk.changed):
        box.activated.emit(box.currentIndex())
    qtbot.waitUntil(lambda: not seat.desk.busy, timeout=30_000)
    seat.dialog.close()
    begin(qtbot, seat)
    monkeypatch.setattr(PaperDialog, "choose_place", lambda _dialog: str(seat.folder / "lembar.pdf"))

    with qtbot.waitSignal(seat.dialog.told, timeout=30_000) as told:
        button(seat, "Simpan PDF…").click()

    assert told.args == ["Lembar disposisi ada di lembar.pdf."]
    (page,) = pages_of((seat.folder / "lembar.pdf").read_bytes())
    assert (round(page.width), round(page.height)) == (165, 215)
    assert seat.desk.shown is not None
    image = seat.desk.shown.image
    assert abs(image.width / image.height - 165 / 215) < 0.01


def test_a_secret_sheet_is_on_record_before_it_is_saved_and_whoever_saves_it_is_warned(
    qtbot: QtBot, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(seat.store, [letter(security=SecurityLevel.SECRET)])
    begin(qtbot, seat)
    monkeypatch.setattr(PaperDialog, "choose_place", lambda _dialog: str(seat.folder / "lembar.pdf"))

    with qtbot.waitSignal(seat.dialog.told, timeout=30_000) as told:
        button(seat, "Simpan PDF…").click()

    assert "terbuka bagi siapa pun" in told.args[0]
    (stored,) = every(seat.store, IncomingLetter)
    assert [one.way.name for one in stored.record.readings] == ["OPENED", "PRINTED"]


def test_a_printer_gets_every_page_to_the_edges_of_the_paper(
    qtbot: QtBot, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper_desk, "PRINT_DPI", 75)
    put(seat.store, [letter(summary="", subject="Undangan rapat koordinasi pekon " * 130)])
    begin(qtbot, seat)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(seat.folder / "cetakan.pdf"))

    with qtbot.waitSignal(seat.desk.done, timeout=30_000):
        seat.desk.print_on(PrinterPress(printer), printer="Epson L3110")

    pages = pages_of((seat.folder / "cetakan.pdf").read_bytes())
    assert seat.desk.shown is not None
    assert len(pages) == seat.desk.shown.pages > 1
    assert (round(pages[0].width), round(pages[0].height)) == (210, 297)
    assert min(pages[0].ink_margins()) >= 8.0
    qtbot.waitUntil(lambda: seat.desk.printer == "Epson L3110")


def test_without_a_printer_the_pdf_is_named_as_the_way_out(
    qtbot: QtBot, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(seat.store, [letter()])
    begin(qtbot, seat)
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)

    button(seat, "Cetak…").click()

    assert "Tidak ada pencetak di komputer ini. Simpan sebagai PDF" in said(seat)


def test_a_letter_that_is_not_for_this_person_shows_a_sentence_and_no_page(qtbot: QtBot, seat: Seat) -> None:
    begin(qtbot, seat, LetterId(bytes(16)))

    assert sentence_for(RefusalCode.UNKNOWN_LETTER.value) in said(seat)
    assert not button(seat, "Cetak…").isEnabled()


def test_a_folder_that_cannot_be_written_is_said_and_leaves_nothing(
    qtbot: QtBot, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(seat.store, [letter()])
    begin(qtbot, seat)
    monkeypatch.setattr(PaperDialog, "choose_place", lambda _dialog: str(seat.folder / "tidak" / "ada.pdf"))

    with qtbot.waitSignal(seat.desk.refused, timeout=30_000) as refused:
        button(seat, "Simpan PDF…").click()

    assert refused.args[0] == FaultOf.DISK_FAILED.value


def test_books_are_chosen_by_form_and_days_and_need_a_whole_sheet(qtbot: QtBot, seat: Seat) -> None:
    put(seat.store, [letter()])
    seat.dialog.begin_books()
    qtbot.waitUntil(lambda: not seat.desk.busy, timeout=30_000)
    form, size = shown(seat.dialog, ComboBox)
    until = shown(seat.dialog, DateField)[1]
    assert [size.itemData(place) for place in range(size.count())] == ["a4", "f4"]
    assert seat.desk.days == (TODAY.replace(day=1), TODAY)

    form.select("buku_ekspedisi")
    form.activated.emit(form.currentIndex())
    until.set_value(TODAY.replace(day=10))
    until.returnPressed.emit()

    qtbot.waitUntil(lambda: not seat.desk.busy, timeout=30_000)
    assert seat.desk.shown is not None
    assert seat.desk.shown.paper.name == "buku-ekspedisi-2026-03-01-2026-03-10"

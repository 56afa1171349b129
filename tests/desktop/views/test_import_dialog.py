"""Impor buku agenda: a book is looked at, its columns explained, and only then taken in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.domain.letters import IncomingLetter, LetterStatus
from desktop.services.dispositions import Order
from desktop.services.import_striking import ImportStrikingService
from desktop.storage.unit_of_work import Store
from desktop.system.import_choices import FILE, ImportChoices
from desktop.viewmodels.book_import import BookImport
from desktop.views.import_dialog import ImportDialog
from desktop.views.strike_import_dialog import StrikeImportDialog
from desktop.widgets.buttons import Button
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.labels import Label
from desktop.widgets.line_edits import LineEdit
from desktop.widgets.record_table import RecordTable
from desktop.widgets.theme import Theme
from desktop.workers.runner import TaskRunner
from tests.desktop.hands import child, click, shown
from tests.factories import HEAD, REGISTRAR, SECTION, actor
from tests.support.desks import Desk
from tests.support.stores import every, office_store

BOOK = """No;Tgl Terima;Instansi;Perihal
1;05/01/2026;Bappeda;Undangan
2;kapan-kapan;Camat;Data
3;07/01/2026;Polsek;Izin
"""
PATIENCE_MS = 30_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = office_store(tmp_path / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def dialog(qtbot: QtBot, view_theme: Theme, store: Store, tmp_path: Path) -> Iterator[ImportDialog]:
    owner = QObject()
    runner = TaskRunner(owner)
    desk = Desk(store, REGISTRAR)
    striking = ImportStrikingService(store, actor(REGISTRAR), desk.clock, os.urandom, importing=desk.importing)
    book = BookImport(desk.importing, ImportChoices(tmp_path), runner, striking=striking, parent=owner)
    made = ImportDialog(view_theme, book)
    qtbot.addWidget(made)
    yield made
    made.close()
    runner.close()


def show(qtbot: QtBot, dialog: ImportDialog, folder: Path, text: str = BOOK) -> BookImport:
    (folder / "agenda.csv").write_text(text, encoding="utf-8")
    dialog.show_book(folder / "agenda.csv")
    book: BookImport = dialog._book  # noqa: SLF001
    qtbot.waitUntil(lambda: not book.busy, timeout=PATIENCE_MS)
    return book


def said(dialog: ImportDialog) -> str:
    return " ".join(label.text() for label in shown(dialog, Label))


def button(dialog: ImportDialog, text: str) -> Button:
    return next(one for one in shown(dialog, Button) if one.text() == text)


def cells(dialog: ImportDialog, table: int) -> list[list[str]]:
    model = shown(dialog, RecordTable)[table].model()
    return [
        [str(model.index(row, column).data() or "") for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_a_column_with_a_name_of_its_own_is_explained_once_and_nothing_goes_in_before(
    qtbot: QtBot, dialog: ImportDialog, store: Store, tmp_path: Path
) -> None:
    book = show(qtbot, dialog, tmp_path)
    assert "0 surat akan dimasukkan" in said(dialog)
    assert not button(dialog, "Masukkan").isEnabled()

    sender = shown(dialog, ComboBox)[2]
    sender.select("2")
    sender.activated.emit(sender.currentIndex())
    qtbot.waitUntil(lambda: not book.busy and book.report is not None, timeout=PATIENCE_MS)

    assert "2 surat akan dimasukkan, 0 sudah ada, 1 baris tidak dapat dimasukkan." in said(dialog)
    assert cells(dialog, 0)[0] == ["1", "05/01/2026", "Bappeda", "", "Undangan"]
    assert cells(dialog, 1)[0][:2] == ["3", "Tanggal terima"]
    assert cells(dialog, 1)[0][2].startswith("Bukan tanggal")
    assert every(store, IncomingLetter) == []
    with qtbot.waitSignal(dialog.imported, timeout=PATIENCE_MS) as told:
        click(button(dialog, "Masukkan"))
    assert told.args == ["2 surat dimasukkan, 0 sudah ada, 1 baris tidak dimasukkan."]
    assert {one.record.sender for one in every(store, IncomingLetter)} == {"Bappeda", "Polsek"}
    assert ImportChoices(tmp_path).known()["instansi"] == "sender"

    show(qtbot, dialog, tmp_path)
    assert "0 surat akan dimasukkan, 2 sudah ada, 1 baris tidak dapat dimasukkan." in said(dialog)


def test_a_file_that_is_no_book_is_said_in_one_sentence(qtbot: QtBot, dialog: ImportDialog, tmp_path: Path) -> None:
    (tmp_path / "agenda.xlsx").write_bytes(b"PK\x03\x04rusak")
    dialog.show_book(tmp_path / "agenda.xlsx")
    qtbot.waitUntil(lambda: "bukan buku kerja XLSX yang utuh" in said(dialog), timeout=PATIENCE_MS)

    assert not button(dialog, "Masukkan").isEnabled()


def test_choices_that_cannot_be_read_are_as_if_there_were_none(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"{rusak")

    assert ImportChoices(tmp_path).known() == {}


def test_a_book_that_was_taken_in_is_struck_through_with_a_reason_but_for_what_is_disposed(
    qtbot: QtBot, dialog: ImportDialog, store: Store, tmp_path: Path
) -> None:
    """What others may have cannot vanish: the window says so, and what becomes of the numbers."""
    three = "Nomor Agenda;Tanggal Terima;Asal Surat;Perihal\n" + "".join(
        f"{number};05/03/2026;Bappeda;Perihal {number}\n" for number in (1, 2, 3)
    )
    book = show(qtbot, dialog, tmp_path, three)
    dialog.confirm()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=PATIENCE_MS)
    first = next(one.record for one in every(store, IncomingLetter) if one.record.agenda_no == 1)
    Desk(store, HEAD).dispositions.issue(Order(letter_id=first.id, recipients=(SECTION,), instructions=(2,)))

    show(qtbot, dialog, tmp_path, three)
    click(button(dialog, "Coret surat dari buku ini…"))
    asked = child(dialog, StrikeImportDialog)
    assert "2 surat dari buku ini sudah tercatat" in " ".join(one.text() for one in shown(asked, Label))
    with qtbot.waitSignal(dialog.imported) as told:
        child(asked, LineEdit).setText("Buku yang salah")
        asked.confirm()
    qtbot.waitUntil(lambda: not book.busy, timeout=PATIENCE_MS)

    assert told.args is not None
    done, left = "2 surat dari buku dicoret", "surat yang sudah didisposisi tidak dapat dibatalkan."
    assert told.args[0] == f"{done}. 1 tidak ikut: {left}"
    status = {one.record.agenda_no: one.record.status for one in every(store, IncomingLetter)}
    assert status == {1: LetterStatus.DISPOSED, 2: LetterStatus.VOID, 3: LetterStatus.VOID}
    assert not book.may_strike

"""Impor buku agenda: a book is looked at, its columns explained, and only then taken in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from core.domain.letters import IncomingLetter
from desktop.storage.unit_of_work import Store
from desktop.system.import_choices import FILE, ImportChoices
from desktop.viewmodels.book_import import BookImport
from desktop.views.import_dialog import ImportDialog
from desktop.widgets.buttons import Button
from desktop.widgets.combo_box import ComboBox
from desktop.widgets.labels import Label
from desktop.widgets.record_table import RecordTable
from desktop.widgets.theme import Theme
from desktop.workers.runner import TaskRunner
from tests.desktop.hands import click, shown
from tests.factories import REGISTRAR
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
    book = BookImport(Desk(store, REGISTRAR).importing, ImportChoices(tmp_path), runner, parent=owner)
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

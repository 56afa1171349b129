"""Atur kolom by the keyboard, and what is there again at the next start."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.system.table_choices import FILE, TableChoice, TableChoices
from desktop.views.column_dialog import ColumnDialog
from desktop.widgets.checks import CheckBox
from desktop.widgets.record_table import RecordTable
from desktop.widgets.theme import Theme
from tests.desktop.widgets.sample_models import LetterTable
from tests.desktop.widgets.test_record_table import COLUMNS


def test_a_column_is_left_out_and_moved_without_the_mouse(qtbot: QtBot, view_theme: Theme) -> None:
    table = RecordTable(view_theme, COLUMNS, name="Surat masuk")
    table.setModel(LetterTable(parent=table))
    qtbot.addWidget(table)
    dialog = ColumnDialog(view_theme, table)
    qtbot.addWidget(dialog)
    dialog.begin()
    boxes = {box.text(): box for box in dialog.findChildren(CheckBox)}
    assert [name for name in boxes if name.endswith("(selalu tampil)")] == ["Perihal (selalu tampil)"]
    sender = next(box for name, box in boxes.items() if name.startswith("Asal"))

    QTest.keyClick(sender, Qt.Key.Key_Space)
    QTest.keyClick(sender, Qt.Key.Key_Up, Qt.KeyboardModifier.ControlModifier)

    arranged = table.let_arrange()
    assert arranged.hidden == (3,)
    assert arranged.order == (0, 1, 3, 2, 4, 5)
    assert all(box.accessibleName() or box.text() for box in boxes.values())


def test_each_person_finds_his_own_arrangement_and_a_broken_file_is_none(tmp_path: Path) -> None:
    choices = TableChoices(tmp_path)
    mine = TableChoice(order=(1, 0), hidden=(0,), widths={1: 120}, sort=1, descending=False, only="due")
    choices.keep(7, "surat_masuk", mine)

    assert TableChoices(tmp_path).of(7, "surat_masuk") == mine
    assert TableChoices(tmp_path).of(8, "surat_masuk") == TableChoice()
    (tmp_path / FILE).write_bytes(b"{")
    assert TableChoices(tmp_path).of(7, "surat_masuk") == TableChoice()

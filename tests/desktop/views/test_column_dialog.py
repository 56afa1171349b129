"""Atur kolom by the keyboard, and what is there again at the next start."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.app.table_memory import keep_tables
from desktop.system.table_choices import FILE, TableChoice, TableChoices
from desktop.views.column_dialog import ColumnDialog
from desktop.widgets.checks import CheckBox
from desktop.widgets.record_table import RecordTable
from desktop.widgets.theme import Theme
from desktop.workers.runner import TaskRunner
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


def test_every_list_is_arranged_again_at_the_next_start_as_a_person_left_it(
    qtbot: QtBot, view_theme: Theme, tmp_path: Path
) -> None:
    runner, choices = TaskRunner(), TableChoices(tmp_path)
    screens: list[QWidget] = []

    def start() -> RecordTable:
        screen = QWidget()
        screens.append(screen)
        qtbot.addWidget(screen)
        table = RecordTable(view_theme, COLUMNS, name="Daftar pindaian", parent=screen)
        table.setModel(LetterTable(parent=table))
        keep_tables([("scans", screen)], choices, runner, user=7)
        return table

    table = start()
    columns = table.let_arrange()
    with qtbot.waitSignal(columns.changed):
        columns.show_column(2, shown=False)
    table.horizontalHeader().setSortIndicator(1, Qt.SortOrder.DescendingOrder)
    qtbot.waitUntil(lambda: choices.of(7, "scans: Daftar pindaian").sort == 1)

    again = start()

    assert again.isColumnHidden(2)
    assert again.horizontalHeader().sortIndicatorSection() == 1
    assert choices.of(8, "scans: Daftar pindaian") == TableChoice()
    runner.close()

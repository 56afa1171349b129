from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from pytestqt.qtbot import QtBot

from desktop.widgets.chips import FilterChip, FilterChipBar
from desktop.widgets.choice_chips import ChoiceChip, ChoiceGrid
from desktop.widgets.theme import Theme
from tests.desktop.widgets.conftest import Stage

PEOPLE = [(f"k{number}", f"Pejabat {number}") for number in range(1, 12)]


def grid_of(theme: Theme, stage: Stage, *, single: bool = False) -> ChoiceGrid:
    grid = ChoiceGrid(theme, single=single)
    grid.set_choices(PEOPLE)
    stage.show(grid)
    grid.focus_first()
    return grid


def test_a_digit_switches_its_chip_on_and_off(theme: Theme, stage: Stage) -> None:
    grid = grid_of(theme, stage)
    chip = grid.findChildren(ChoiceChip)[0]

    stage.press(chip, Qt.Key.Key_3, Qt.Key.Key_9)
    assert grid.selected() == ["k3", "k9"]

    stage.press(chip, Qt.Key.Key_3)
    assert grid.selected() == ["k9"]


def test_a_digit_without_a_chip_does_nothing(theme: Theme, stage: Stage) -> None:
    grid = ChoiceGrid(theme)
    grid.set_choices(PEOPLE[:2])
    stage.show(grid)
    grid.focus_first()

    stage.press(grid, Qt.Key.Key_0, Qt.Key.Key_3)

    assert grid.selected() == []
    assert not grid.toggle_digit(3)


def test_a_click_tells_of_the_new_choice(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    grid = grid_of(theme, stage)

    with qtbot.waitSignal(grid.selection_changed):
        stage.click(grid.findChildren(ChoiceChip)[4])

    assert grid.selected() == ["k5"]


def test_a_single_choice_lets_go_of_the_other(theme: Theme, stage: Stage) -> None:
    grid = grid_of(theme, stage, single=True)

    stage.press(grid, Qt.Key.Key_1, Qt.Key.Key_2)

    assert grid.selected() == ["k2"]


def test_arrows_move_by_rows_and_columns(theme: Theme, stage: Stage) -> None:
    grid = grid_of(theme, stage)
    chips = grid.findChildren(ChoiceChip)

    stage.press(chips[0], Qt.Key.Key_Down)
    assert chips[2].hasFocus()

    stage.press(chips[2], Qt.Key.Key_Right, Qt.Key.Key_Space)
    stage.press(chips[3], Qt.Key.Key_Space)
    assert "k4" in grid.selected()


def test_a_long_title_stands_whole_in_a_narrow_chip(theme: Theme, stage: Stage) -> None:
    grid = ChoiceGrid(theme)
    titles = ["Sekretaris Kecamatan", "Kasi Pemberdayaan Masyarakat dan Pekon", "Kasi" + " Pemberdayaan" * 9]
    grid.set_choices([(title, title) for title in titles])
    stage.show(grid, width=450)
    chips = grid.findChildren(ChoiceChip)
    grid.grab()

    assert [chip.toolTip() for chip in chips] == ["", "", titles[2]]
    assert len({chip.height() for chip in chips}) == 1


def test_new_choices_start_unchosen(theme: Theme, stage: Stage) -> None:
    grid = grid_of(theme, stage)
    grid.select(["k1"])

    grid.set_choices(PEOPLE[:3])

    assert grid.selected() == []
    assert grid.toggle_digit(1)


def test_exactly_one_filter_is_chosen(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    bar = FilterChipBar(theme)
    first = bar.add_choice("all", "Semua", count=412)
    second = bar.add_choice("open", "Belum didisposisi", count=12)
    stage.show(bar, width=600, height=40)

    with qtbot.waitSignal(bar.chosen) as chosen:
        stage.click(second)

    assert chosen.args == ["open"]
    assert bar.current() == "open"
    assert not first.isChecked()

    stage.click(second)
    assert bar.current() == "open"


def test_the_count_is_read_with_the_filter(theme: Theme) -> None:
    chip = FilterChip(theme, "Semua", count=1412)

    assert chip.accessibleName() == "Semua, 1.412"
    chip.deleteLater()


def test_a_filter_goes_by_its_cross_and_by_the_delete_key(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    chip = FilterChip(theme, "Tahun 2026", removable=True)
    stage.show(chip)

    with qtbot.waitSignal(chip.removed):
        stage.click(chip, pos=QPoint(chip.width() - 17, chip.height() // 2))
    with qtbot.waitSignal(chip.removed):
        stage.press(chip, Qt.Key.Key_Delete)
    with qtbot.assertNotEmitted(chip.removed):
        stage.click(chip, pos=QPoint(15, chip.height() // 2))


def test_chips_begin_a_new_line_where_the_width_ends(theme: Theme, stage: Stage) -> None:
    bar = FilterChipBar(theme)
    for number in range(6):
        bar.add_choice(str(number), f"Saringan {number}")
    stage.show(bar, width=260, height=200)

    chips = bar.findChildren(FilterChip)
    assert max(chip.geometry().right() for chip in chips) <= 260
    assert len({chip.y() for chip in chips}) > 1


def test_chips_are_measured_again_only_when_one_of_them_changes(
    theme: Theme, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []
    hint = FilterChip.sizeHint

    def noting(chip: FilterChip) -> QSize:
        measured.append(chip.text())
        return hint(chip)

    monkeypatch.setattr(FilterChip, "sizeHint", noting)
    bar = FilterChipBar(theme)
    bar.add_choice("all", "Semua", count=412)
    bar.add_choice("due", "Jatuh tempo", count=3)
    stage.show(bar, width=400)
    layout = bar.layout()
    assert layout is not None
    before = layout.heightForWidth(400), layout.sizeHint().width()
    measured.clear()

    assert (layout.heightForWidth(400), layout.sizeHint().width()) == before
    assert measured == []

    bar.set_count("due", 12_000)
    assert layout.sizeHint().width() > before[1]

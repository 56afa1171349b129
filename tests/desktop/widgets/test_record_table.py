from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.widgets.card_list import CardList
from desktop.widgets.columns import Column, ColumnKind
from desktop.widgets.empty_state import EmptyState
from desktop.widgets.record_table import RecordTable
from desktop.widgets.theme import Appearance, Theme
from tests.desktop.widgets.conftest import Stage
from tests.desktop.widgets.sample_models import LETTERS, CardModel, LetterTable

COLUMNS = (
    Column(ColumnKind.ICON, 36),
    Column(ColumnKind.CODE, 62),
    Column(ColumnKind.DATE, 60),
    Column(ColumnKind.TEXT, 132),
    Column(ColumnKind.TEXT),
    Column(ColumnKind.STATUS, 100, sample="Jatuh tempo hari ini"),
)


def table_of(theme: Theme, stage: Stage, rows: tuple[tuple[str, ...], ...] = LETTERS) -> RecordTable:
    table = RecordTable(theme, COLUMNS, name="Surat masuk")
    table.setModel(LetterTable(rows, parent=table))
    stage.show(table, width=760, height=400)
    table.setFocus()
    return table


def test_the_sample_models_are_proper_models() -> None:
    for model in (LetterTable(), CardModel()):
        QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)


def test_a_screen_reader_hears_the_whole_row(theme: Theme, stage: Stage) -> None:
    table = table_of(theme, stage)
    table.select_row(3)

    # What a reader says when the arrow keys have moved: the cell that has the focus.
    heard = QAccessible.queryAccessibleInterface(table).focusChild().text(QAccessible.Text.Name)

    assert heard == table.row_text(3)
    for part in ("0409", "20 Nov 2026", "Pekon Turgak", "Usulan Pembangunan Jalan", "Didisposisi"):
        assert part in heard


def test_the_table_itself_has_a_name(theme: Theme, stage: Stage) -> None:
    table = table_of(theme, stage)

    assert QAccessible.queryAccessibleInterface(table).text(QAccessible.Text.Name) == "Surat masuk"


def test_every_row_is_twenty_eight_pixels_high(theme: Theme, stage: Stage) -> None:
    table = table_of(theme, stage)
    assert {table.rowHeight(row) for row in range(len(LETTERS))} == {28}

    theme.set_scale(150)
    assert {table.rowHeight(row) for row in range(len(LETTERS))} == {42}


def test_dates_and_states_have_the_room_they_need_at_every_scale(theme: Theme, stage: Stage) -> None:
    table = table_of(theme, stage)
    for scale in (100, 115, 130, 150):
        theme.set_scale(scale)
        assert table.columnWidth(2) > theme.px(60)
        assert table.columnWidth(5) > theme.px(100)


def test_enter_opens_the_current_row(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    table = table_of(theme, stage)
    table.select_row(4)

    with qtbot.waitSignal(table.opened) as opened:
        stage.press(table, Qt.Key.Key_Return)

    assert opened.args == [4]


def test_a_double_click_opens_its_row(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    table = table_of(theme, stage)
    place = table.visualRect(table.model().index(2, 4)).center()
    stage.click(table.viewport(), pos=place)

    with qtbot.waitSignal(table.opened) as opened:
        stage.double_click(table.viewport(), pos=place)

    assert opened.args == [2]


def test_arrows_tell_which_row_is_current(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    table = table_of(theme, stage)
    table.select_row(0)

    with qtbot.waitSignal(table.current_row_changed) as changed:
        stage.press(table, Qt.Key.Key_Down)

    assert changed.args == [1]
    assert table.selected_rows() == [1]


def test_letters_are_left_to_the_shortcuts(theme: Theme, stage: Stage) -> None:
    table = table_of(theme, stage)
    table.select_row(0)

    stage.press(table, Qt.Key.Key_D, Qt.Key.Key_P)

    assert table.current_row() == 0


def test_tabbing_into_the_list_marks_a_row(theme: Theme, stage: Stage) -> None:
    table = table_of(theme, stage)

    assert table.hasFocus()
    assert table.current_row() == 0


def test_a_click_on_a_header_asks_for_that_order(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    table = table_of(theme, stage)
    table.show_sort(2, Qt.SortOrder.DescendingOrder)
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(3) + 20, 10)

    with qtbot.waitSignal(table.sort_wanted) as wanted:
        stage.click(header.viewport(), pos=place)

    assert wanted.args == [3, Qt.SortOrder.AscendingOrder]

    with qtbot.waitSignal(table.sort_wanted) as wanted:
        stage.click(header.viewport(), pos=place)

    assert wanted.args == [3, Qt.SortOrder.DescendingOrder]


def test_the_columns_are_as_a_person_left_them_in_every_size(theme: Theme, stage: Stage) -> None:
    first, other = table_of(theme, stage), table_of(theme, stage)
    at_first = other.columnWidth(3)
    arranged = first.let_arrange()
    first.setColumnWidth(3, 211)
    arranged.move_column(5, -1)
    arranged.show_column(1, shown=False)

    again = other.let_arrange()
    again.restore(arranged.order, arranged.hidden, arranged.widths)

    assert (again.order, again.hidden, other.columnWidth(3)) == ((0, 1, 2, 3, 5, 4), (1,), 211)
    theme.set_scale(150)
    assert other.columnWidth(3) == theme.px(211)
    theme.set_scale(100)
    again.reset()
    assert (again.order, again.hidden, other.columnWidth(3)) == ((0, 1, 2, 3, 4, 5), (), at_first)


def test_columns_of_words_take_room_that_is_to_spare_until_a_person_sets_them(theme: Theme, stage: Stage) -> None:
    table = table_of(theme, stage)
    arranged, narrow, state = table.let_arrange(), table.columnWidth(3), table.columnWidth(5)

    table.window().resize(1700, 400)
    stage.qtbot.waitUntil(lambda: table.columnWidth(3) > narrow)
    wide = table.columnWidth(3)
    table.setColumnWidth(3, 150)
    table.window().resize(1050, 400)  # so narrow that the table would give less
    stage.qtbot.waitUntil(lambda: table.viewport().width() < 1100)

    assert round(narrow * 1.8) == wide
    assert table.columnWidth(5) == state
    assert table.columnWidth(3) == 150
    assert arranged.widths == {3: 150}, "what the table gives is nobody's wish"


def test_a_width_that_was_drawn_stays_when_the_window_becomes_another(theme: Theme, stage: Stage) -> None:
    drawn, other = table_of(theme, stage), table_of(theme, stage)
    drawn.setColumnWidth(3, 150)

    for table in (drawn, other):
        table.window().resize(1700, 400)
    stage.qtbot.waitUntil(lambda: min(drawn.viewport().width(), other.viewport().width()) > 1600)

    assert drawn.columnWidth(3) == 150
    assert other.columnWidth(3) > 150


def test_columns_that_a_table_does_not_paint_take_no_room_when_it_is_arranged(theme: Theme, stage: Stage) -> None:
    table = RecordTable(theme, (*COLUMNS[:3], Column(ColumnKind.TEXT)), name="Surat masuk")
    table.setModel(LetterTable(LETTERS, parent=table))
    stage.show(table, width=760, height=400)
    arranged, shown = table.let_arrange(), (0, 1, 2, 3)

    arranged.restore((0, 2, 1, 3, 4, 5), (), {1: 80, 5: 90})

    assert (arranged.order, arranged.hidden, arranged.widths) == ((0, 2, 1, 3), (), {1: 80})
    assert sum(table.columnWidth(at) for at in shown) == table.viewport().width()
    arranged.reset()
    assert sum(table.columnWidth(at) for at in shown) == table.viewport().width()


def test_what_takes_what_is_left_stays_and_nothing_goes_before_the_mark(theme: Theme, stage: Stage) -> None:
    arranged = table_of(theme, stage).let_arrange()

    arranged.show_column(4, shown=False)
    arranged.move_column(1, -1)
    arranged.restore((5, 4), (0, 4), {9: 50, 3: -1})

    assert (arranged.order, arranged.hidden, arranged.widths) == ((0, 1, 2, 3, 4, 5), (), {})


def test_an_empty_list_says_what_to_do(theme: Theme, stage: Stage) -> None:
    table = table_of(theme, stage, rows=())
    empty = EmptyState(theme, "Belum ada surat.", action="Surat baru")
    table.overlay.set_placeholder(empty)
    assert empty.isVisible()

    table.overlay.set_busy(busy=True)
    assert not empty.isVisible()
    assert table.overlay.isVisible()

    table.overlay.set_busy(busy=False)
    table.setModel(LetterTable(parent=table))
    assert not empty.isVisible()
    assert not table.overlay.isVisible()


def test_a_list_outlives_its_model(theme: Theme, stage: Stage, qapp: QApplication) -> None:
    table = RecordTable(theme, COLUMNS, name="Surat masuk")
    model = LetterTable()
    table.setModel(model)
    table.overlay.set_placeholder(EmptyState(theme, "Belum ada surat."))
    stage.show(table, width=600, height=300)

    model.deleteLater()
    qapp.sendPostedEvents(model, QEvent.Type.DeferredDelete.value)
    table.resize(500, 260)

    assert table.overlay.isVisible()
    assert table.current_row() == -1
    assert table.row_text(0) == ""


def test_marks_are_told_apart_without_colour(theme: Theme, stage: Stage) -> None:
    table = table_of(theme, stage)
    image = table.grab().toImage().convertToFormat(table.grab().toImage().Format.Format_Grayscale8)
    header = table.horizontalHeader().height()
    x = table.columnViewportPosition(5) + 8

    def patch(row: int) -> list[bool]:
        top = header + table.rowViewportPosition(row) + 9
        ground = image.pixelColor(x + 40, top - 6).lightness()
        return [abs(image.pixelColor(x + dx, top + dy).lightness() - ground) > 60 for dx in range(9) for dy in range(9)]

    ring, dot, square = patch(1), patch(2), patch(4)

    assert ring != dot
    assert dot != square
    assert sum(ring) < sum(dot) < sum(square)


def test_the_rows_take_the_colours_of_another_look(theme: Theme, stage: Stage) -> None:
    table = table_of(theme, stage)
    theme.set_appearance(Appearance.DARK)
    image = table.grab().toImage()

    whites = sum(
        image.pixelColor(x, y).name() == "#ffffff" for x in range(0, image.width(), 3) for y in range(image.height())
    )

    assert whites == 0


def test_cards_open_and_are_read_like_rows(theme: Theme, stage: Stage, qtbot: QtBot) -> None:
    cards = CardList(theme, name="Disposisi")
    cards.setModel(CardModel(cards))
    stage.show(cards, width=280, height=400)
    cards.setFocus()
    cards.select_row(1)

    with qtbot.waitSignal(cards.opened) as opened:
        stage.press(cards, Qt.Key.Key_Return)

    assert opened.args == [1]
    reading = QAccessible.queryAccessibleInterface(cards)
    assert "BKPSDM" in reading.child(1).text(QAccessible.Text.Name)

"""The columns of a table: what each holds, and how wide it is in a narrow and in a wide window."""

from collections.abc import Sequence
from enum import Enum

import msgspec
from PySide6.QtWidgets import QHeaderView, QTableView

from desktop.widgets.painting import text_width
from desktop.widgets.table_delegates import CELL_PADDING, MARK_ROOM
from desktop.widgets.theme import Theme
from desktop.widgets.typography import TextRole

LONGEST_DATE = "30 Nov 2026"
# What the column that takes what is left keeps before columns of words grow, and how much wider they become.
MAIN_ROOM = 520
MOST_GROWTH = 0.8


class ColumnKind(Enum):
    """What a column holds, hence how it is painted."""

    TEXT = "text"
    CODE = "code"
    """Numbers of letters, agenda numbers: figures of equal width, to the left."""
    DATE = "date"
    """Quieter than the rest, figures of equal width."""
    NUMBER = "number"
    STATUS = "status"
    ICON = "icon"


class Column(msgspec.Struct, frozen=True):
    """One column: its kind and its width in pixels at 100 %; the one of width 0 takes what is left.

    The column is never narrower than `sample` needs in an unread row; for dates a sample goes without saying. Columns
    of words grow where the one that takes what is left has more than it needs.
    """

    kind: ColumnKind
    width: int = 0
    sample: str = ""


def width_of(theme: Theme, column: Column, growth: float = 0.0) -> int:
    """The width of a column in pixels, where columns of words are wider by this part than in a narrow window."""
    # Glyphs do not grow in proportion to the scale: hinting makes small sizes narrower.
    sample = column.sample or (LONGEST_DATE if column.kind is ColumnKind.DATE else "")
    needed = text_width(sample, theme.font(TextRole.BODY_STRONG, tabular=True)) if sample else 0
    mark = theme.px(MARK_ROOM) if column.kind is ColumnKind.STATUS else 0
    narrow = max(theme.px(column.width), needed + mark + 2 * theme.px(CELL_PADDING) + 1)
    return round(narrow * (1 + growth)) if may_grow(column) else narrow


def growth_of(theme: Theme, columns: Sequence[Column], table: QTableView) -> float:
    """The part of their width that columns of words are wider by, in a table as wide as this one is now."""
    header = table.horizontalHeader()
    shown = [one for at, one in enumerate(columns[: header.count()]) if not header.isSectionHidden(at)]
    words = sum(width_of(theme, one) for one in shown if may_grow(one))
    if not words or all(one.width for one in shown):
        return 0.0
    taken = sum(width_of(theme, one) for one in shown if one.width)
    return min(max((table.viewport().width() - taken - theme.px(MAIN_ROOM)) / words, 0.0), MOST_GROWTH)


def grow(theme: Theme, columns: Sequence[Column], header: QHeaderView, *, before: float, now: float) -> None:
    """Give columns of words their width of now; one that a person has drawn to another width keeps it."""
    for at, column in enumerate(columns[: header.count()]):
        as_given = header.isSectionHidden(at) or header.sectionSize(at) == width_of(theme, column, before)
        if may_grow(column) and as_given:
            header.resizeSection(at, width_of(theme, column, now))


def may_grow(column: Column) -> bool:
    """Whether a wider column shows more: of words whose length nobody knows."""
    return column.kind is ColumnKind.TEXT and bool(column.width) and not column.sample

"""A list that is replaced as a whole tells exactly what changed."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from desktop.viewmodels.row_list import RECORD_ROLE, RowList


class Line(NamedTuple):
    key: int
    text: str


def key_of(line: Line) -> int:
    return line.key


keys = st.lists(st.integers(0, 12), unique=True, max_size=9)


def test_the_model_holds_to_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    rows = RowList(key_of, columns=3)
    rows.replace([Line(1, "a"), Line(2, "b")])

    qtmodeltester.check(rows)  # type: ignore[no-untyped-call]  # pytest-qt types the class and not this


@given(before=keys, after=keys, text=st.sampled_from(["lama", "baru"]))
def test_every_replacement_ends_at_the_wanted_rows(before: list[int], after: list[int], text: str) -> None:
    rows = RowList(key_of)
    rows.replace([Line(key, "lama") for key in before])
    held = {key: QPersistentModelIndex(rows.index(place, 0)) for place, key in enumerate(before)}
    wanted = [Line(key, text) for key in after]

    rows.replace(wanted)

    assert list(rows.rows()) == wanted
    # Whoever held a row holds it still, wherever it is now; who held one that is gone holds nothing.
    for key, index in held.items():
        if key in after:
            assert index.isValid()
            assert index.data(RECORD_ROLE).key == key
        else:
            assert not index.isValid()


def test_an_unchanged_row_is_not_announced(qtbot: QtBot) -> None:
    rows = RowList(key_of)
    rows.replace([Line(1, "a"), Line(2, "b")])

    with qtbot.waitSignal(rows.dataChanged) as told:
        rows.replace([Line(1, "a"), Line(2, "c")])

    assert told.args is not None
    assert [index.row() for index in told.args[:2]] == [1, 1]

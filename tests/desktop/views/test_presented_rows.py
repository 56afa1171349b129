"""Rows in words."""

from __future__ import annotations

from pytestqt.modeltest import ModelTester

from desktop.viewmodels.row_list import RowList
from desktop.viewmodels.row_roles import RowRole
from desktop.views.presented_rows import Cell, PresentedRows, Wording
from desktop.widgets.item_roles import DEFAULT_ROLES


def word(text: str) -> Wording:
    cells = (Cell(text=text, tone="INFO", mark="DOT"), Cell(icon="check", tooltip="Beres"))
    return Wording(cells=cells, accessible=f"baris {text}", emphasis=text == "b", state="Baru")


def presented(*rows: str) -> PresentedRows:
    source: RowList[str] = RowList(str, columns=2)
    source.replace(rows)
    model = PresentedRows(source, word, headers=("Nama", "Tanda"))
    source.setParent(model)
    return model


def test_the_model_holds_to_the_rules_of_qt(qtmodeltester: ModelTester) -> None:
    model = presented("a", "b")

    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt types the class and not this


def test_each_column_says_its_own_and_the_row_one_sentence() -> None:
    model = presented("a", "b")

    assert model.index(1, 0).data() == "b"
    assert model.index(1, 1).data(DEFAULT_ROLES.icon) == "check"
    assert model.index(1, 0).data(DEFAULT_ROLES.emphasis) is True
    assert model.index(0, 1).data(DEFAULT_ROLES.accessible) == "baris a"
    assert model.index(0, 0).data(DEFAULT_ROLES.tone) == "INFO"


def test_a_changed_row_is_worded_again() -> None:
    words: list[str] = []

    def counted(text: str) -> Wording:
        words.append(text)
        return word(text)

    source: RowList[str] = RowList(len)
    source.replace(["a"])
    model = PresentedRows(source, counted)
    model.index(0, 0).data()
    model.index(0, 0).data()
    source.replace(["c"])

    assert model.index(0, 0).data() == "c"
    assert words == ["a", "c"]


def test_the_roles_are_those_that_lists_ask_for() -> None:
    assert DEFAULT_ROLES.emphasis == RowRole.EMPHASIS
    assert DEFAULT_ROLES.state == RowRole.STATE

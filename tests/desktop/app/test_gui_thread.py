"""The window must answer while the store works: no statement of a signed-in person's work runs on its thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from desktop.views.letter_form import LetterForm
from desktop.views.letters_screen import LettersScreen
from desktop.widgets.line_edits import SearchField
from desktop.widgets.record_table import RecordTable
from tests.desktop.app.conftest import ProgramInTest, StartProgram


@pytest.fixture
def statements_here() -> Iterator[list[str]]:
    """The statements that run on this thread, which is that of the window."""
    found: list[str] = []
    here = threading.get_ident()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if threading.get_ident() == here:
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def working(start_program: StartProgram, title: str) -> ProgramInTest:
    program = start_program()
    program.practise()
    program.sign_in(title)
    program.until(lambda: program.program.desk is not None and program.program.desk.register_filled)
    program.settle()
    QTest.qWait(400)
    program.settle()
    return program


def test_a_clerk_looks_searches_sorts_and_registers(start_program: StartProgram, statements_here: list[str]) -> None:
    program = working(start_program, "Petugas Tata Usaha")
    statements_here.clear()

    table = program.page(RecordTable)
    for row in (0, 5, 11, 2):
        table.select_row(row)
        program.settle()
    table.sort_wanted.emit(3, Qt.SortOrder.AscendingOrder)
    program.settle()
    QTest.keyClicks(program.page(SearchField), "undangan")
    QTest.qWait(300)
    program.settle()
    for place in ("home", "dispositions", "archive", "sync", "letters"):
        program.window.show_place(place)
        program.settle()
    program.page(LettersScreen).open_new()
    form = program.page(LetterForm)
    form.fields.origin.setText("Bappeda")
    form.fields.subject.setText("Undangan rapat")
    program.settle()
    form.save()
    program.settle()
    QTest.qWait(300)
    program.settle()

    assert statements_here == []


def test_the_guard_sees_a_statement_on_this_thread(start_program: StartProgram, statements_here: list[str]) -> None:
    program = working(start_program, "Camat")
    statements_here.clear()
    desk = program.program.desk
    assert desk is not None

    desk.parts.center.overview()

    assert statements_here

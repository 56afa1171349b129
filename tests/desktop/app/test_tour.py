"""The short tour, in the whole program: once for each person by itself, and from the menu whenever it is wanted."""

from __future__ import annotations

from desktop.widgets.coach import CoachMarks
from tests.desktop.app.conftest import ProgramInTest, StartProgram

CLERK, HEAD = "Petugas Tata Usaha", "Camat"


def settled(program: ProgramInTest) -> None:
    """The screens stand; what comes after them has come."""
    program.until(lambda: program.program.desk is not None and program.program.desk.register_filled)
    program.until(lambda: bool(program.window.workspace) and all(stands(one) for _, one in screens(program)))
    program.settle()


def screens(program: ProgramInTest) -> list[tuple[str, object]]:
    workspace = program.window.workspace
    return [] if workspace is None else list(workspace.screens())


def stands(screen: object) -> bool:
    return bool(getattr(screen, "stands", True))


def test_a_person_is_led_round_at_the_first_sign_in_only(start_program: StartProgram) -> None:
    program = start_program(guides=True)
    program.practise()
    program.sign_in(CLERK)
    program.until(lambda: program.shows(CoachMarks))
    tour = program.page(CoachMarks)
    told = []
    for _ in range(5):
        told.append((tour.mark.title, tour.mark.target is None or tour.mark.target.isVisible()))
        tour.go_on()
    program.settle()
    assert [there for _, there in told] == [True] * 5

    program.window.chair_wanted.emit(program.program.desk.parts.session.position.number)  # type: ignore[union-attr]
    settled(program)
    assert not program.shows(CoachMarks)

    program.window.tour_wanted.emit()
    assert program.page(CoachMarks).mark.title == told[0][0]

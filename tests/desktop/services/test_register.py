"""The register as one person may see it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.domain.ids import LetterId, PositionId
from core.domain.letters import LetterStatus, SecurityLevel
from desktop.services.register import RowState, agenda_text, row_state
from desktop.storage.base import SyncMark
from desktop.storage.unit_of_work import Store
from tests.factories import (
    ARCHIVIST,
    HEAD,
    HEAD_ELSEWHERE,
    INSPECTOR,
    LETTER_ID,
    OFFICE_ADMIN,
    OTHER_SECTION,
    REGISTRAR,
    SCAN,
    SECRETARY,
    SECTION,
    TODAY,
    disposition,
    letter,
)
from tests.support.desks import Desk, entry
from tests.support.stores import put

SECRET = letter(
    security=SecurityLevel.SECRET, subject="Mutasi jabatan", summary="Sangat peka", involved=(HEAD, SECTION)
)


def test_a_line_of_the_register_shows_what_is_in_the_letter(store: Store) -> None:
    put(store, [letter()])

    (row,) = Desk(store, REGISTRAR).rows()

    assert (row.id, row.agenda, row.received_on, row.sender) == (LETTER_ID, "0412", TODAY, letter().sender)
    assert (row.subject, row.state, row.mark) == (letter().subject, RowState.UNDISPOSED, SyncMark.ON_SERVER)


@pytest.mark.parametrize(
    ("position", "reads"),
    [(HEAD, True), (SECRETARY, True), (SECTION, True), (REGISTRAR, False), (ARCHIVIST, False), (INSPECTOR, False)],
)
def test_a_secret_subject_is_for_leaders_and_those_involved(store: Store, position: PositionId, *, reads: bool) -> None:
    put(store, [SECRET, disposition()])
    desk = Desk(store, position)

    (row,) = desk.rows()
    view = desk.register.letter(LETTER_ID)

    assert row.subject == (SECRET.subject if reads else None)
    assert view is not None
    assert view.subject == (SECRET.subject if reads else None)
    assert view.scan_visible == reads
    assert bool(view.dispositions) == reads
    assert (view.letter.subject, view.letter.summary, view.letter.scans) == (
        (SECRET.subject, SECRET.summary, (SCAN,)) if reads else ("", "", ())
    )
    assert view.letter.sender == SECRET.sender


@pytest.mark.parametrize("words", ["mutasi", "peka"])
def test_a_secret_letter_is_not_found_by_its_words(store: Store, words: str) -> None:
    put(store, [SECRET])

    for position in (REGISTRAR, HEAD):
        assert Desk(store, position).rows(words=words) == []
        assert len(Desk(store, position).rows(words="komunikasi")) == 1


def test_staff_sees_only_the_letters_that_it_is_involved_in(store: Store) -> None:
    others = letter(id=LetterId(b"\x01" * 16), involved=(HEAD, OTHER_SECTION))
    mine = letter(id=LetterId(b"\x02" * 16), involved=(HEAD, SECTION))
    put(store, [others, mine])
    desk = Desk(store, SECTION)

    assert [row.id for row in desk.rows()] == [mine.id]
    assert [row.id for row in desk.rows(words="rapat")] == [mine.id]
    assert desk.register.count(desk.register.query()) == 1
    assert desk.register.letter(others.id) is None
    assert desk.register.letter(mine.id) is not None


@pytest.mark.parametrize("position", [OFFICE_ADMIN, HEAD_ELSEWHERE])
def test_who_has_no_business_with_the_register_sees_nothing(store: Store, position: PositionId) -> None:
    put(store, [letter()])
    desk = Desk(store, position)

    assert desk.register.letter(LETTER_ID) is None
    if position == OFFICE_ADMIN:
        assert desk.rows() == []


def test_an_opened_letter_tells_names_instead_of_numbers(store: Store) -> None:
    put(store, [letter(), disposition()])

    view = Desk(store, HEAD).register.letter(LETTER_ID)

    assert view is not None
    assert (view.agenda, view.classification_name, view.addressee_title) == ("0412", "arti 000.1.5", "Camat")
    assert view.registered_by == "Pemegang 71"
    (sheet,) = view.dispositions
    assert sheet.from_title == "Camat"
    assert sheet.titles == {SECRETARY: "Sekretaris Kecamatan", SECTION: "Kasi Pemerintahan"}


@pytest.mark.parametrize(
    ("position", "disposes", "files"),
    [
        (HEAD, True, True),
        (SECRETARY, True, True),
        (REGISTRAR, False, True),
        (ARCHIVIST, False, True),
        (SECTION, True, False),
        (INSPECTOR, False, False),
    ],
)
def test_what_may_be_done_with_a_letter_follows_the_powers(
    store: Store, position: PositionId, *, disposes: bool, files: bool
) -> None:
    put(store, [letter(involved=(HEAD, SECTION))])

    view = Desk(store, position).register.letter(LETTER_ID)

    assert view is not None
    assert (view.may_dispose, view.may_file) == (disposes, files)


def test_a_letter_that_is_not_here_is_none(store: Store) -> None:
    assert Desk(store, HEAD).register.letter(LetterId(bytes(16))) is None


def test_what_was_just_registered_is_the_first_line(store: Store) -> None:
    put(store, [letter(received_on=TODAY - timedelta(days=1))])
    desk = Desk(store, REGISTRAR)
    registered = desk.letters.register(entry())

    assert [row.id for row in desk.rows()] == [registered.letter_id, LETTER_ID]
    assert desk.rows()[0].agenda == ""


@pytest.mark.parametrize(
    ("status", "due_on", "state"),
    [
        (LetterStatus.REGISTERED, None, RowState.UNDISPOSED),
        (LetterStatus.REGISTERED, TODAY, RowState.DUE),
        (LetterStatus.DISPOSED, TODAY - timedelta(days=1), RowState.DUE),
        (LetterStatus.DISPOSED, TODAY + timedelta(days=1), RowState.DISPOSED),
        (LetterStatus.FOLLOWED_UP, None, RowState.FOLLOWED_UP),
        (LetterStatus.DONE, TODAY - timedelta(days=1), RowState.DONE),
    ],
)
def test_an_open_letter_is_due_on_its_day_and_a_done_one_never(
    status: LetterStatus, due_on: date | None, state: RowState
) -> None:
    assert row_state(status, due_on, TODAY) == state


def test_a_provisional_number_is_not_shown() -> None:
    assert agenda_text(0) == ""
    assert agenda_text(7) == "0007"


def test_the_people_of_the_office_are_listed_in_their_order(store: Store) -> None:
    numbers = [one.number for one in Desk(store, SECTION).register.positions()]

    assert numbers[:2] == [HEAD, SECRETARY]
    assert HEAD_ELSEWHERE not in numbers

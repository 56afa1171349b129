"""Who acts at the server leaves a note that nobody else can, and gives the small numbers; books and names change."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from core.domain.acting import Context, Decision
from core.domain.administering import RenameUser, add_user, rename_user
from core.domain.books import NumberBook, YearBy, set_book
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import BookId, UserId
from core.domain.offices import Actor, Person
from core.domain.server_room import MAX_ABOUT, SERVER_ROOM_POSITION, note_server_run, operator_of
from core.domain.streams import DIRECTORY, code_streams, inbox_of
from core.merging.overlay import Overlay
from tests.admin_factory import CODE_ISSUE, add_user_act
from tests.device_factory import SERVER_RUN, run_note
from tests.factories import HEAD, NOW, OFFICE, OFFICE_ADMIN, REGION_ADMIN, actor, user_of
from tests.number_factory import set_book_act
from tests.support.records import MemoryRecords

OPERATOR = operator_of(OFFICE)


def context(*records: Any, by: Actor = OPERATOR) -> Context:
    known = MemoryRecords(*records)
    return Context(actor=by, now=NOW, records=known, kept=Overlay(known).kept)


def refused(rule: Any, act: Any, where: Context) -> tuple[RefusalCode, str]:
    with pytest.raises(Refusal) as refusal:
        rule(act, where)
    return refusal.value.code, refusal.value.field


def test_a_command_at_the_server_is_noted_with_who_ran_it_and_nobody_else_can_leave_such_a_note() -> None:
    (note,) = note_server_run(run_note(about=" camat.lumbok\n"), context()).records

    assert note == msgspec.structs.replace(SERVER_RUN, at=NOW)
    assert note_server_run(run_note(), context(note)) == Decision(records=())
    assert refused(note_server_run, run_note(), context(by=actor(REGION_ADMIN)))[0] == RefusalCode.NOT_ALLOWED
    assert refused(note_server_run, run_note(run_by=" "), context()) == (RefusalCode.NAME_MISSING, "run_by")
    too_long = run_note(about="x" * (MAX_ABOUT + 1))
    assert refused(note_server_run, too_long, context()) == (RefusalCode.TEXT_TOO_LONG, "about")


def test_small_numbers_are_given_at_the_server_alone() -> None:
    small = add_user_act(user=UserId(9))

    assert add_user(small, context()).records
    assert refused(add_user, small, context(by=actor(OFFICE_ADMIN))) == (RefusalCode.NUMBER_OUT_OF_RANGE, "user")
    assert refused(add_user, add_user_act(user=UserId(0)), context())[0] == RefusalCode.NUMBER_OUT_OF_RANGE


def test_a_person_is_called_otherwise_by_who_administers_the_office() -> None:
    act = RenameUser(user=user_of(HEAD), name="  Ratu   Pertiwi ")
    (renamed,) = rename_user(act, context(by=actor(OFFICE_ADMIN))).records

    assert isinstance(renamed, Person)
    assert (renamed.number, renamed.name) == (user_of(HEAD), "Ratu Pertiwi")
    assert rename_user(act, context(renamed, by=actor(OFFICE_ADMIN))) == Decision(records=())
    empty = RenameUser(user=user_of(HEAD), name=" ")
    assert refused(rename_user, empty, context(by=actor(OFFICE_ADMIN))) == (RefusalCode.NAME_MISSING, "name")


def test_a_book_is_made_renamed_and_retired_and_how_it_numbers_stays() -> None:
    (made,) = set_book(set_book_act(), context(by=actor(OFFICE_ADMIN))).records
    assert isinstance(made, NumberBook)
    known = context(made)
    (retired,) = set_book(set_book_act(active=False, name="Undangan"), known).records

    assert retired == msgspec.structs.replace(made, active=False, name="Undangan")
    assert set_book(set_book_act(), known) == Decision(records=())
    by_entry = set_book_act(year_by=YearBy.ENTERED)
    assert refused(set_book, by_entry, known) == (RefusalCode.ALREADY_EXISTS, "book")
    small = set_book_act(book=BookId(3))
    assert refused(set_book, small, context(by=actor(OFFICE_ADMIN))) == (RefusalCode.NUMBER_OUT_OF_RANGE, "book")


def test_a_code_that_was_given_out_at_the_server_is_told_to_all_and_any_other_to_who_gave_it() -> None:
    assert code_streams(CODE_ISSUE) == (inbox_of(CODE_ISSUE.issued_as),)
    there = msgspec.structs.replace(CODE_ISSUE, issued_as=SERVER_ROOM_POSITION)
    assert code_streams(there) == (DIRECTORY,)

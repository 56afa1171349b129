"""Record files: opened, listed by code and title, each with what lies in it."""

from __future__ import annotations

from datetime import date

import pytest

from core.domain.errors import Refusal
from core.domain.ids import LetterId, RecordFileId
from desktop.services.archives import NewRecordFile
from desktop.storage.base import SyncMark
from desktop.storage.unit_of_work import Store
from tests.factories import ELSEWHERE, HEAD, OFFICE_ADMIN, REGISTRAR, SECTION, TODAY, letter, record_file, user_of
from tests.support.desks import Desk
from tests.support.stores import put

WANTED = NewRecordFile(classification=" 005. ", title=" Undangan ", location=" Rak 2 ")


def test_a_new_file_is_listed_with_what_was_typed(store: Store) -> None:
    desk = Desk(store, REGISTRAR)

    made = desk.files.open(WANTED)

    (row,) = desk.files.listed()
    assert (row.record_file.id, row.letters, row.mark) == (made, 0, SyncMark.WAITING)
    assert row.record_file == record_file(
        id=made,
        classification="005",
        title="Undangan",
        location="Rak 2",
        opened_on=TODAY,
        opened_by=user_of(REGISTRAR),
    )


def test_the_year_of_a_file_is_that_of_its_opening(store: Store) -> None:
    desk = Desk(store, REGISTRAR)
    desk.files.open(NewRecordFile(classification="005", title="Lama", opened_on=date(2024, 5, 1)))

    (row,) = desk.files.listed()
    assert (row.record_file.year, row.record_file.opened_on) == (2024, date(2024, 5, 1))


def test_files_are_listed_by_code_and_title_with_the_letters_in_them(store: Store) -> None:
    first, second, third = (RecordFileId(bytes([number]) * 16) for number in (1, 2, 3))
    put(
        store,
        [
            record_file(id=first, classification="800", title="A"),
            record_file(id=second, classification="005", title="B"),
            record_file(id=third, classification="005", title="A"),
            record_file(id=RecordFileId(bytes([4]) * 16), office=ELSEWHERE),
            *(letter(id=LetterId(bytes([number]) * 16), record_file=second) for number in (1, 2)),
        ],
    )

    listed = [(row.record_file.id, row.letters) for row in Desk(store, HEAD).files.listed()]

    assert listed == [(third, 0), (second, 2), (first, 0)]


def test_who_does_not_read_the_register_sees_no_files(store: Store) -> None:
    put(store, [record_file()])

    for position in (SECTION, OFFICE_ADMIN):
        assert Desk(store, position).files.listed() == ()


def test_not_everybody_opens_a_file(store: Store) -> None:
    assert Desk(store, REGISTRAR).files.may_open
    assert not Desk(store, HEAD).files.may_open
    with pytest.raises(Refusal):
        Desk(store, HEAD).files.open(WANTED)

"""Streams: where a record travels, and who may have it."""

from __future__ import annotations

import pytest

from core.domain.ids import PositionId
from core.domain.letters import SecurityLevel
from core.domain.streams import (
    DIRECTORY,
    StreamKey,
    StreamKind,
    inbox_of,
    may_hold,
    stream_priority,
)
from core.protocol.records import KIND_OF
from tests.factories import (
    ARCHIVIST,
    ELSEWHERE,
    HEAD,
    HEAD_ELSEWHERE,
    INSPECTOR,
    OFFICE,
    OFFICE_ADMIN,
    REGISTRAR,
    SECRETARY,
    SECTION,
    directory,
    disposition,
    letter,
    position_record,
    record_file,
)


def register_of(year: int, level: SecurityLevel = SecurityLevel.OPEN, owner: int = OFFICE) -> StreamKey:
    return StreamKey(kind=StreamKind.REGISTER, owner=owner, level=level, year=year)


def test_a_letter_lies_in_its_register_and_in_the_inbox_of_everyone_involved() -> None:
    paper = letter(security=SecurityLevel.SECRET, agenda_year=2025, involved=(HEAD, SECTION))

    streams = KIND_OF[type(paper)].streams(paper)

    assert set(streams) == {register_of(2025, SecurityLevel.SECRET), inbox_of(HEAD), inbox_of(SECTION)}


def test_a_disposition_lies_beside_its_letter_and_with_sender_and_recipients() -> None:
    sheet = disposition()

    assert set(KIND_OF[type(sheet)].streams(sheet)) == {
        register_of(2026),
        inbox_of(HEAD),
        inbox_of(SECRETARY),
        inbox_of(SECTION),
    }


def test_a_record_file_lies_in_the_open_register_of_its_year() -> None:
    assert KIND_OF[type(record_file())].streams(record_file()) == (register_of(2026),)


def test_offices_units_positions_and_people_lie_in_the_directory() -> None:
    assert {stream for record in directory() for stream in KIND_OF[type(record)].streams(record)} == {DIRECTORY}


@pytest.mark.parametrize(
    ("position", "reads"),
    [
        (REGISTRAR, True),
        (SECRETARY, True),
        (HEAD, True),
        (ARCHIVIST, True),
        (INSPECTOR, True),
        (SECTION, False),
        (OFFICE_ADMIN, False),
        (HEAD_ELSEWHERE, False),
    ],
)
def test_a_register_is_held_by_those_who_read_it(position: PositionId, reads: bool) -> None:  # noqa: FBT001  # a column
    assert may_hold(register_of(2026), [position_record(position)]) == reads


def test_an_inbox_is_held_by_its_position_alone_and_the_directory_by_all() -> None:
    assert may_hold(inbox_of(SECTION), [position_record(REGISTRAR), position_record(SECTION)])
    assert not may_hold(inbox_of(SECTION), [position_record(HEAD)])
    assert may_hold(DIRECTORY, [])
    assert not may_hold(register_of(2026, owner=ELSEWHERE), [position_record(HEAD)])


def test_what_is_urgent_comes_first() -> None:
    streams = [register_of(2023), register_of(2025), register_of(2026), register_of(2027), inbox_of(HEAD), DIRECTORY]

    assert [stream_priority(stream, 2026) for stream in streams] == [3, 2, 2, 2, 1, 1]

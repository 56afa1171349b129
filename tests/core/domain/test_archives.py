"""Record files: what a berkas needs, and who may open one."""

from __future__ import annotations

from typing import Any

import pytest

from core.domain.acting import Context
from core.domain.archives import MAX_LOCATION, MAX_TITLE, RecordFile, open_record_file
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import PositionId
from tests.factories import (
    ARCHIVIST,
    HEAD,
    INSPECTOR,
    NOW,
    OFFICE,
    REGISTRAR,
    SECRETARY,
    SECTION,
    actor,
    open_file,
    record_file,
    user_of,
)
from tests.support.records import MemoryRecords


def context(position: PositionId = ARCHIVIST, records: MemoryRecords | None = None) -> Context:
    return Context(actor=actor(position), now=NOW, records=records or MemoryRecords())


@pytest.mark.parametrize("position", [ARCHIVIST, REGISTRAR, SECRETARY])
def test_a_new_file_is_open_and_belongs_to_the_office_of_who_opened_it(position: PositionId) -> None:
    (made,) = open_record_file(open_file(), context(position)).records

    assert made == record_file(opened_by=user_of(position))
    assert isinstance(made, RecordFile)
    assert (made.office, made.closed_on) == (OFFICE, None)


@pytest.mark.parametrize("position", [HEAD, SECTION, INSPECTOR])
def test_not_everybody_opens_a_file(position: PositionId) -> None:
    with pytest.raises(Refusal) as refused:
        open_record_file(open_file(), context(position))

    assert refused.value.code == RefusalCode.NOT_ALLOWED


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": " "}, RefusalCode.TITLE_MISSING, "title"),
        ({"title": "x" * (MAX_TITLE + 1)}, RefusalCode.TEXT_TOO_LONG, "title"),
        ({"location": "x" * (MAX_LOCATION + 1)}, RefusalCode.TEXT_TOO_LONG, "location"),
        ({"classification": ""}, RefusalCode.CLASSIFICATION_MALFORMED, "classification"),
        ({"classification": "000..1"}, RefusalCode.CLASSIFICATION_MALFORMED, "classification"),
    ],
)
def test_a_file_that_cannot_be_names_the_field(changes: dict[str, Any], code: RefusalCode, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        open_record_file(open_file(**changes), context())

    assert (refused.value.code, refused.value.field) == (code, field)


def test_an_opening_that_comes_again_from_the_same_hand_changes_nothing() -> None:
    known = record_file(opened_by=context().actor.user)

    assert open_record_file(open_file(), context(records=MemoryRecords(known))).records == ()


def test_the_same_file_is_not_opened_twice() -> None:
    known = record_file(opened_by=context().actor.user + 1)

    with pytest.raises(Refusal) as refused:
        open_record_file(open_file(), context(records=MemoryRecords(known)))

    assert refused.value.code == RefusalCode.ALREADY_EXISTS

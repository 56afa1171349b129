"""Columns and segments say the same in fewer bytes, and what they should not say is refused."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.dispositions import Disposition, Recipient
from core.domain.ids import PositionId, StreamId
from core.domain.letters import IncomingLetter
from core.protocol.codec import CodecError, decode, encode, from_columns, to_columns
from core.protocol.columns import MIN_VALUES, pack_column, unpack_column
from core.protocol.frames import Wire
from core.protocol.messages import Block, Data
from core.protocol.records import KIND_OF
from core.protocol.rows import REFERENCES, Row, in_order, pack_rows, read_rows
from core.protocol.segments import LEVEL
from tests.factories import NOW, disposition, letter
from tests.strategies import anything, characters

LETTER = KIND_OF[IncomingLetter].code
STREAM = StreamId(4)
some = settings(max_examples=20, deadline=None)
texts = st.text(characters)
moments = st.integers(-(2**33), 2**33).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def office(count: int) -> list[Row]:
    """Letters, each with a disposition, and one that belongs to a letter of elsewhere."""
    records: list[Any] = []
    for number in range(count):
        one = letter(id=number.to_bytes(6, "big") + os.urandom(10), registered_at=NOW + timedelta(hours=number))
        recipients = tuple(Recipient(position=PositionId(place)) for place in range(number % 3))
        sheet = disposition(id=os.urandom(16), letter_id=one.id, recipients=recipients)
        records += [one, sheet, disposition(id=os.urandom(16), letter_id=one.id, parent=sheet.id)]
    records.append(disposition(id=os.urandom(16), letter_id=os.urandom(16), recipients=()))
    return [Row(record, rev) for rev, record in enumerate(records, start=3)]


@some
@given(
    column=st.one_of(
        st.lists(st.none() | moments, min_size=MIN_VALUES, max_size=20),
        st.lists(st.binary(min_size=16, max_size=16), min_size=MIN_VALUES, max_size=20),
        st.lists(st.lists(st.integers(0, 9), max_size=3), min_size=MIN_VALUES, max_size=20),
        st.lists(st.lists(st.tuples(st.none() | moments, texts), max_size=3), min_size=MIN_VALUES, max_size=20),
        st.lists(st.none() | texts | st.integers(-(2**40), 2**40), min_size=MIN_VALUES, max_size=20),
    )
)
def test_a_column_says_what_it_was_told(column: list[Any]) -> None:
    carried = msgspec.msgpack.decode(encode(pack_column(column)))

    assert unpack_column(carried) == column or [list(map(tuple, one)) for one in column] == unpack_column(carried)


@pytest.mark.parametrize("struct", KIND_OF, ids=lambda struct: struct.__name__)
@some
@given(data=st.data())
def test_many_records_come_back_as_few_do(struct: type[Any], data: st.DataObject) -> None:
    records = data.draw(st.lists(anything(struct), min_size=MIN_VALUES, max_size=MIN_VALUES + 4))

    assert from_columns(KIND_OF[struct].code, decode(encode(to_columns(records)), list[Any])) == records


@pytest.mark.parametrize(
    "column",
    [
        {0: [1, 2**70]},
        {0: ["x"]},
        {1: [0]},
        {2: [[3], [1, 2]]},
        {2: [[-1, 3], [1, 2]]},
        {3: [[2**60], [1]]},
        {3: []},
        {4: b"short"},
        {4: [1]},
        {9: []},
        {},
        {0: [1], 1: [2]},
        7,
    ],
)
def test_columns_that_say_nothing_are_refused(column: Any) -> None:
    with pytest.raises(CodecError):
        from_columns(LETTER, [column])


def test_a_part_comes_back_with_revisions_and_references() -> None:
    rows = in_order(office(30))
    part = decode(encode(pack_rows(STREAM, rows, cursor=9)), Data)

    read = [row for _, several in read_rows(part.blocks) for row in several]

    assert (part.stream, part.cursor) == (STREAM, 9)
    assert sorted(read, key=lambda row: row.rev) == sorted(rows, key=lambda row: row.rev)
    assert any(REFERENCES in column for block in part.blocks for column in block.columns if isinstance(column, dict))


def test_a_part_without_rows_moves_its_cursor_alone() -> None:
    assert read_rows(decode(encode(pack_rows(STREAM, [], cursor=9)), Data).blocks) == []


@pytest.mark.parametrize("told", [[5], [-1], ["x"], None])
def test_a_reference_to_nothing_is_refused(told: Any) -> None:
    block = Block(kind=LETTER, columns=[[bytes(16)], {REFERENCES: told}], revs=[1])

    with pytest.raises(CodecError):
        read_rows((block,))


def test_a_part_with_too_few_revisions_is_refused() -> None:
    part = pack_rows(STREAM, [Row(letter(), 1)], cursor=1)
    (block,) = part.blocks

    with pytest.raises(CodecError):
        read_rows((msgspec.structs.replace(block, revs=[]),))


def test_segments_take_fewer_bytes_than_plain_rows_compressed_as_hard() -> None:
    rows = in_order(office(300))
    segment = Wire(b"").writer(level=LEVEL).frame(pack_rows(STREAM, rows, cursor=1))
    plain = Wire(b"").pack([[row.rev, row.record] for row in rows], level=LEVEL)

    assert len(segment) < 0.8 * len(plain)
    assert {type(row.record) for row in rows} == {IncomingLetter, Disposition}

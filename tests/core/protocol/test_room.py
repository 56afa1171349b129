"""No frame that this program makes is too much for its readers, however large and however many its records are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.office_server import office_rows
from core.domain.acting import FieldConflict
from core.domain.attachments import MAX_SCANS
from core.domain.dispositions import KEPT_ANSWERS, MAX_RECIPIENTS, EarlierAnswer, Recipient
from core.domain.ids import DispositionId, LetterId, PositionId, RowId, StreamId, UserId
from core.domain.letter_changes import KEPT_CHANGES, LetterChange
from core.domain.letter_readings import KEPT_READINGS, LetterReading, ReadingWay
from core.domain.registering import LIMITS
from core.domain.secrecy import KEY_NAME_BYTES, MAX_LETTER_KEYS, SEALED_KEY_BYTES, SealedKey
from core.protocol.bundle import MAX_FILES, MAX_REQUESTS, UpMessage
from core.protocol.codec import CodecError, encode
from core.protocol.frames import MAX_FRAME, Wire, decode_frame
from core.protocol.messages import MAX_OPS, Control, Data, OpResult, Outcome, SyncRequest
from core.protocol.room import how_many_fit
from core.protocol.rows import Row, pack_rows, read_rows
from core.protocol.segments import PART_BYTES, PART_ROWS
from core.protocol.weight import at_most, weigh
from desktop.sync.bundle_out import FILES_AT_ONCE, MOST_ASKED
from desktop.sync.op_runs import PUSH_BYTES
from server.services.pull import FRAME_BYTES, FRAME_PACKED, GLANCE_BYTES, GLANCE_PACKED, GLANCE_ROWS
from server.services.push import MAX_OP_BYTES
from server.services.storable import MAX_RECORD_BYTES
from tests.factories import NOW, RECORDS, SCAN, disposition, letter
from tests.strategies import characters
from tests.wire_factories import MESSAGES

WIDE = 2**31 - 1
BODY_OF_SYNC = 4 * 1024 * 1024


def row_id(number: int) -> bytes:
    return number.to_bytes(16, "big")


def unread(number: int) -> Any:
    """To as many as a disposition may go, and nobody has read it: few bytes, and many values."""
    to = tuple(Recipient(position=PositionId(place)) for place in range(1, MAX_RECIPIENTS + 1))
    return disposition(id=DispositionId(row_id(number)), letter_id=LetterId(row_id(number)), recipients=to)


def answered(number: int) -> Any:
    """To as many, each of whom answered as often as is kept."""
    before = EarlierAnswer(result="Sudah.", answered_by=UserId(WIDE), answered_at=NOW, signature=bytes(64), signed_ms=1)
    to = tuple(
        Recipient(
            position=PositionId(WIDE - place),
            read_at=NOW,
            answered_at=NOW,
            answered_by=UserId(WIDE),
            result="Sudah dihadiri.",
            read_by=UserId(WIDE),
            earlier=(before,) * KEPT_ANSWERS,
            signature=bytes(64),
            signed_ms=1_773_628_200_123,
        )
        for place in range(MAX_RECIPIENTS)
    )
    return disposition(id=DispositionId(row_id(number)), recipients=to)


def amended(number: int) -> Any:
    """A letter that was corrected as often as is kept, and read as often by as many."""
    changes = tuple(
        LetterChange(field="due_on", before="", after="", by=UserId(WIDE), position=PositionId(WIDE), at=NOW)
        for _ in range(KEPT_CHANGES)
    )
    readings = tuple(
        LetterReading(
            user=UserId(place), position=PositionId(WIDE), day=date(2026, 3, 16), way=ReadingWay.OPENED, at=NOW
        )
        for place in range(KEPT_READINGS)
    )
    return letter(id=LetterId(row_id(number)), changes=changes, readings=readings, scans=(SCAN,) * MAX_SCANS)


def sealed(number: int) -> Any:
    keys = tuple(
        SealedKey(
            user=UserId(place), key=bytes(KEY_NAME_BYTES), sealed=bytes(SEALED_KEY_BYTES), by=UserId(WIDE), at=NOW
        )
        for place in range(MAX_LETTER_KEYS)
    )
    return letter(id=LetterId(row_id(number)), keys=keys)


def wordy(number: int) -> Any:
    """A letter of which every text is as long as it may be, in a script of three bytes a letter."""
    texts = {field: "ꦗ" * most for field, most in LIMITS.items()}
    changes = tuple(
        LetterChange(
            field="summary",
            before="x" * LIMITS["summary"],
            after="y" * LIMITS["summary"],
            by=UserId(1),
            position=PositionId(1),
            at=NOW,
        )
        for _ in range(KEPT_CHANGES)
    )
    return letter(id=LetterId(row_id(number)), changes=changes, **texts)


SHAPES = {unread: PART_ROWS, answered: 60, amended: 200, sealed: 60, wordy: 10}


def parts_of(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """As a segment is parted."""
    parts = []
    while rows:
        count = how_many_fit((encode(row.record) for row in rows[:PART_ROWS]), most_bytes=PART_BYTES)
        parts.append(rows[:count])
        rows = rows[count:]
    return parts


def read_back(frame: bytes) -> Data:
    data = decode_frame(frame)
    assert isinstance(data, Data)
    return data


@pytest.mark.parametrize("shape", SHAPES)
def test_as_many_rows_as_go_into_a_frame_are_read_from_it(shape: Any) -> None:
    one = shape(1)
    rows = [Row(msgspec.structs.replace(one, id=row_id(number)), number) for number in range(1, SHAPES[shape] + 1)]

    parts = parts_of(rows)

    assert len(parts) > 1
    assert sum(map(len, parts)) == len(rows)
    # The first is full, and the last may be any; the others are alike.
    for part in (parts[0], parts[-1]):
        frame = encode(pack_rows(StreamId(1), part, cursor=9))
        assert len(frame) <= MAX_FRAME
        ((_, read),) = read_rows(read_back(frame).blocks)
        assert read == list(part)


def test_a_part_of_unread_dispositions_would_be_too_heavy_without_being_cut() -> None:
    rows = [Row(unread(number), number) for number in range(1, PART_ROWS + 1)]
    frame = encode(pack_rows(StreamId(1), rows, cursor=9))

    assert sum(len(encode(row.record)) for row in rows) < PART_BYTES
    with pytest.raises(CodecError):
        decode_frame(frame)
    assert 1 < len(parts_of(rows)) <= 3


def test_everyday_parts_are_not_cut() -> None:
    rows = [Row(letter(id=LetterId(row_id(number))), number) for number in range(1, PART_ROWS + 1)]

    assert len(parts_of(rows)) == 1


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_a_record_as_large_as_the_server_takes_fits_into_a_frame(kind: type[Any]) -> None:
    record = RECORDS[kind]
    largest = max(
        (enlarged(record, field, MAX_RECORD_BYTES) for field in kind.__struct_fields__),
        key=lambda one: 0 if one is None else weigh(encode(one), most=1 << 62),
    )
    frame = encode(pack_rows(StreamId(1), [Row(largest or record, 1)], cursor=1))

    ((_, (row,)),) = read_rows(read_back(frame).blocks)

    assert row.record == (largest or record)


def enlarged(record: Any, field: str, size: int) -> Any:
    """The record with a text or bytes in it that make it as large as may be; None if the field is neither."""
    value = getattr(record, field)
    room = size - len(encode(record)) - 8
    if isinstance(value, str):
        return msgspec.structs.replace(record, **{field: value + "x" * room})
    if isinstance(value, bytes) and len(value) not in (4, 16):
        return msgspec.structs.replace(record, **{field: value + bytes(room)})
    return None


values = st.recursive(
    st.none() | st.integers(-(2**40), 2**40) | st.text(characters, max_size=9) | st.binary(max_size=40),
    lambda inner: st.lists(inner, max_size=6),
    max_leaves=12,
)


@settings(max_examples=60)
@given(value=values)
def test_the_quick_bound_is_never_below_the_weight(value: object) -> None:
    data = msgspec.msgpack.encode(value)

    assert at_most(data) >= weigh(data, most=1 << 62)


@settings(max_examples=40)
@given(chosen=st.lists(st.sampled_from([unread, answered, amended, letter, disposition]), min_size=1, max_size=30))
def test_records_weigh_no_more_as_columns(chosen: list[Any]) -> None:
    rows = [
        Row(msgspec.structs.replace(shape() if shape in (letter, disposition) else shape(1), id=RowId(row_id(at))), at)
        for at, shape in enumerate(chosen, start=1)
    ]
    frame = encode(pack_rows(StreamId(1), rows, cursor=9))
    payloads = [encode(row.record) for row in rows]

    whole = len(frame) + weigh(frame, most=1 << 62)
    assert whole <= sum(len(one) + weigh(one, most=1 << 62) for one in payloads) + 2 * 1024 * 1024


def test_an_answer_to_as_many_works_as_go_at_once_is_read() -> None:
    """Each of them lost every text of a letter against another one, all as long as they may be."""
    conflicts = tuple(
        FieldConflict(field=field, stands="ꦗ" * most, wanted="ꦮ" * (PUSH_BYTES // MAX_OPS // 3 // len(LIMITS)))
        for field, most in LIMITS.items()
    )
    results = tuple(
        OpResult(seq=number, outcome=Outcome.CONFLICT, same=False, conflicts=conflicts) for number in range(MAX_OPS)
    )
    control = msgspec.structs.replace(MESSAGES[Control], results=results)

    assert decode_frame(encode(control)) == control


def test_what_a_pc_asks_at_the_most_is_read_by_the_server() -> None:
    wire = Wire(b"")
    ops = (bytes(range(256)) * ((PUSH_BYTES + MAX_OP_BYTES) // 256),)
    cursors = tuple((StreamId(number), WIDE) for number in range(2_000))
    request = msgspec.structs.replace(MESSAGES[SyncRequest], ops=ops, cursors=cursors)

    body = wire.pack(request)

    assert len(body) < BODY_OF_SYNC
    assert wire.unpack(body, SyncRequest) == request


def test_what_a_pc_sends_on_a_stick_at_the_most_is_read_by_the_server() -> None:
    """As many works as are taken along, the scans that wait and those that are here, and every stream compared."""
    wire = Wire(b"")
    small = tuple(bytes(120) for _ in range(MAX_OPS))
    request = msgspec.structs.replace(MESSAGES[SyncRequest], ops=small)
    heavy = len(encode(request)) + weigh(encode(request), most=1 << 62)
    many = min(MAX_REQUESTS, MOST_ASKED // heavy + 1)
    large = msgspec.structs.replace(request, ops=(bytes(PUSH_BYTES),))
    for requests in ((request,) * many, (large,) * (MOST_ASKED // (2 * PUSH_BYTES) + 1)):
        comparing = msgspec.structs.replace(
            request, ops=(), buckets=tuple(bucket for bucket in MESSAGES[SyncRequest].buckets for _ in range(8))
        )
        offers = tuple((number.to_bytes(32, "big"), WIDE) for number in range(FILES_AT_ONCE))
        last = msgspec.structs.replace(comparing, offers=offers)
        hashes = tuple(number.to_bytes(32, "big") for number in range(MAX_FILES))
        asked = UpMessage(requests=(*requests, *(comparing,) * 100, last), wants=hashes[:FILES_AT_ONCE], have=hashes)

        assert wire.unpack(wire.pack(asked), UpMessage) == asked


def test_what_hardly_gets_shorter_goes_in_small_pieces_and_other_rows_go_together() -> None:
    """As sealed texts and as the letters of every day: a cut of the line costs the frame under way."""
    sealed_ones = [os.urandom(400) for _ in range(500)]
    plain = [encode(letter(id=LetterId(row_id(number)))) for number in range(500)]

    few = how_many_fit(sealed_ones, most_bytes=FRAME_BYTES, most_packed=FRAME_PACKED)
    many = how_many_fit(plain, most_bytes=FRAME_BYTES, most_packed=FRAME_PACKED)

    assert 2 <= few <= FRAME_PACKED // 2 // 400
    assert many > 5 * few
    assert how_many_fit(sealed_ones, most_bytes=FRAME_BYTES) == 500


@given(st.lists(st.binary(min_size=1, max_size=3000), min_size=1, max_size=40), st.integers(1, 20_000))
def test_some_row_always_goes(payloads: list[bytes], most_packed: int) -> None:
    count = how_many_fit(payloads, most_bytes=FRAME_BYTES, most_packed=most_packed)

    assert 1 <= count <= how_many_fit(payloads, most_bytes=FRAME_BYTES)


def test_the_newest_letters_of_every_day_are_shown_in_one_frame() -> None:
    """What is shown before the segments has no place from which it could go on."""
    letters, _, _ = office_rows(GLANCE_ROWS, 0)

    count = how_many_fit(map(encode, letters), most_bytes=GLANCE_BYTES, most_packed=GLANCE_PACKED)

    assert count == GLANCE_ROWS

"""No answer is more than a PC takes: one that it refused it would be given again for ever."""

from __future__ import annotations

import pytest

from core.domain.acting import FieldConflict
from core.domain.ids import StreamId
from core.protocol.codec import CodecError, encode
from core.protocol.frames import decode_frame
from core.protocol.messages import MAX_OPS, Block, Control, Data, OpResult, Outcome
from server.services.fitting import in_one_message, with_what_fits

# The longest summary, of characters that take three bytes.
LONG = "\u4e00" * 4000
FIELDS = ("letter_no", "sender", "subject", "summary")
MANY = 60_000


def results(count: int) -> tuple[OpResult, ...]:
    lost = tuple(FieldConflict(field=field, stands=LONG, wanted=LONG) for field in FIELDS)
    return tuple(OpResult(seq=seq, outcome=Outcome.CONFLICT, conflicts=lost) for seq in range(1, count + 1))


def answered(told: tuple[OpResult, ...]) -> Control:
    read = decode_frame(encode(Control(feed_epoch=1, now_ms=1, grants=1, results=told)))
    assert isinstance(read, Control)
    return read


def test_two_hundred_corrections_that_lost_with_long_texts_are_answered_in_a_frame_that_a_pc_takes() -> None:
    told = results(MAX_OPS)
    with pytest.raises(CodecError):
        answered(told)

    read = answered(with_what_fits(told)).results

    assert [(one.seq, one.outcome) for one in read] == [(one.seq, one.outcome) for one in told]
    assert read[:10] == told[:10], "what finds room is told"


def test_a_few_corrections_that_lost_are_told_with_all_their_texts() -> None:
    told = results(10)

    assert with_what_fits(told) == told


def test_frames_that_together_weigh_too_much_go_in_several_messages() -> None:
    heavy = Data(stream=StreamId(1), cursor=1, blocks=(Block(kind=1, columns=[[[]] * MANY], revs=[1] * MANY),))

    assert in_one_message([heavy, heavy]) == 1
    assert in_one_message([Data(stream=StreamId(one), cursor=1) for one in range(50)]) == 50

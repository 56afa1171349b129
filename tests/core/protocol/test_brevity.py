"""What a connection leaves out comes back to the last bit, and what is told as an act is what the record says."""

from __future__ import annotations

import contextlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.protocol.brevity import (
    TOLD_AS_ACTS,
    BriefOp,
    Moved,
    lengthen,
    moved_to,
    shorten,
    tell,
    without_rows,
)
from core.protocol.codec import CodecError, decode, encode, trimmed
from core.protocol.frames import PLAIN, Wire
from core.protocol.live import LiveFrame, LiveRequest, Settled
from core.protocol.messages import Block, Data, OpResult
from core.protocol.ops import GENESIS, Op, chain, pack_act
from tests import factories
from tests.wire_factories import MESSAGES, op

WIRE = Wire(b"")
ACTS = [factories.ACTS[struct] for struct in factories.ACTS]


def made(act: Any, **changes: Any) -> bytes:
    """An op of an act, with other fields as wished."""
    code, args = pack_act(act)
    return encode(op(act=code, args=args, **changes))


RUN: tuple[LiveFrame, ...] = (
    Settled(results=(OpResult(seq=3, first_rev=40),)),
    Moved(streams=(MESSAGES[Data].stream,)),
)


def shortened(data: bytes) -> BriefOp:
    brief = shorten(data)
    assert brief is not None
    return brief


@pytest.mark.parametrize("act", ACTS, ids=lambda act: type(act).__name__)
def test_every_act_comes_back_as_its_author_sealed_it(act: Any) -> None:
    head, ops = GENESIS, []
    for seq in range(118, 121):
        ops.append(made(act, seq=seq, prev=head[:8], group=seq % 2, wall_ms=1_773_628_200_123 + seq))
        head = chain(head, ops[-1])

    briefs = decode(encode([shortened(data) for data in ops]), tuple[BriefOp, ...])

    assert lengthen(briefs, next_seq=118, head=GENESIS) == tuple(ops)


def test_a_time_that_stands_in_the_id_of_what_is_made_travels_once() -> None:
    act = factories.ACTS[type(op().read_act())]
    born = int.from_bytes(act.disposition_id[:6], "big")

    at_birth, later = made(act, wall_ms=born), made(act, wall_ms=born + 1)

    assert [shortened(data).wall_ms for data in (at_birth, later)] == [0, born + 1]
    assert tell(decode(at_birth, Op), first_rev=1, received_ms=born).made_ms == born


@given(st.integers(), st.integers(0, 2**64 - 1), st.binary(max_size=40), st.integers(0, 3))
def test_an_op_comes_back_whole_or_is_not_shortened(seq: int, wall_ms: int, args: bytes, group: int) -> None:
    with contextlib.suppress(OverflowError):  # numbers that msgpack cannot say
        data = encode(op(seq=seq, wall_ms=wall_ms, args=msgspec.Raw(encode([args])), group=group))
        brief = shorten(data)
        if brief is not None:
            head = op().prev + bytes(24)
            assert lengthen((brief,), next_seq=seq, head=head) == (data,)


def test_an_op_with_more_than_this_program_knows_is_sent_whole() -> None:
    longer = encode([*decode(encode(op()), list[Any]), "something of next year"])

    assert shorten(longer) is None


def test_a_brief_op_without_a_time_is_refused() -> None:
    nothing = msgspec.structs.replace(shortened(encode(op())), args=msgspec.Raw(encode([])), wall_ms=0)

    with pytest.raises(CodecError):
        lengthen((nothing,), next_seq=1, head=GENESIS)


@pytest.mark.parametrize("struct", [LiveRequest, Settled, Data])
def test_what_is_trimmed_is_read_as_it_was(struct: type[Any]) -> None:
    for message in (MESSAGES[struct], struct() if struct is not Data else Data(stream=MESSAGES[Data].stream, cursor=9)):
        assert decode(encode(trimmed(message)), struct) == message


def test_nothing_but_defaults_is_left_out() -> None:
    message = Settled(results=(OpResult(seq=3, first_rev=40),), durable=7)
    assert decode(encode(trimmed(message)), list[Any]) == [16, [[3, 0, 40]], [], [], 7]


def test_a_short_message_goes_plain_and_is_read_like_any_other() -> None:
    packed = WIRE.brief(trimmed(RUN))

    assert packed[:1] == PLAIN
    assert len(packed) < len(WIRE.squeeze(trimmed(RUN)))
    assert WIRE.expand(packed, tuple[LiveFrame, ...]) == RUN
    long = Data(stream=MESSAGES[Data].stream, cursor=1, blocks=MESSAGES[Data].blocks * 20)
    assert WIRE.brief(trimmed((long,)))[:1] != PLAIN
    assert WIRE.expand(WIRE.brief(trimmed((long,))), tuple[LiveFrame, ...]) == (long,)


def test_nothing_that_is_packed_begins_like_a_plain_message() -> None:
    for size in (0, 1, 100, 300, 70_000, 2_000_000):
        assert WIRE.squeeze(bytes(size))[0] & PLAIN[0] == 0
    with pytest.raises(CodecError):
        WIRE.expand(PLAIN + b"\xc1", LiveRequest)


def test_streams_at_one_cursor_are_told_together_and_others_as_ever() -> None:
    streams = [MESSAGES[Data].stream, MESSAGES[Data].stream + 1]
    together = [Data(stream=one, cursor=41) for one in streams]
    apart = [Data(stream=one, cursor=41 + place) for place, one in enumerate(streams)]

    (moved,) = without_rows(together, first_rev=40)

    assert isinstance(moved, Moved)
    assert moved_to(moved, first_rev=40) == tuple(together)
    assert without_rows(apart, first_rev=40) == tuple(apart)
    assert without_rows(together, first_rev=0) == tuple(together)
    with_rows = Data(stream=streams[0], cursor=5, blocks=(Block(kind=5),))
    assert without_rows([with_rows], first_rev=0) == (Data(stream=streams[0], cursor=5),)


def test_no_act_is_told_that_says_more_than_its_records() -> None:
    assert {5, 6, 7} == TOLD_AS_ACTS

"""Ops, their chain, and what a device signs."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.ids import DeviceId, TenantId
from core.protocol.codec import CodecError, encode
from core.protocol.ops import GENESIS, OP_VERSION, batch_payload, chain, follows, pack_act, read_op
from core.protocol.records import ACT_OF
from tests import factories
from tests.strategies import anything
from tests.wire_factories import op


@pytest.mark.parametrize("act", list(factories.ACTS.values()), ids=lambda act: type(act).__name__)
def test_an_act_travels_in_an_op(act: Any) -> None:
    code, args = pack_act(act)

    assert read_op(encode(op(act=code, args=args))).read_act() == act


@given(act=st.sampled_from(list(ACT_OF)).flatmap(anything))
def test_any_act_comes_out_of_its_op_unaltered(act: Any) -> None:
    code, args = pack_act(act)
    data = encode(op(act=code, args=args))

    assert encode(read_op(data)) == data
    assert read_op(data).read_act() == act


@pytest.mark.parametrize(
    "changes", [{"version": OP_VERSION + 1}, {"version": 0}, {"seq": 0}, {"seq": -1}, {"prev": b""}, {"prev": bytes(9)}]
)
def test_an_op_that_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(CodecError):
        read_op(encode(op(**changes)))


def test_an_act_that_this_program_does_not_know_is_refused_when_it_is_read() -> None:
    unknown = read_op(encode(op(act=99)))

    with pytest.raises(CodecError, match="unknown act 99"):
        unknown.read_act()


def test_an_act_with_arguments_of_another_is_refused() -> None:
    with pytest.raises(CodecError):
        read_op(encode(op(act=1, args=msgspec.Raw(encode([1]))))).read_act()


def test_the_time_of_an_op_is_told_by_the_clock_of_the_server() -> None:
    assert op(wall_ms=10_000, offset_ms=-2_500).corrected_ms == 7_500


def chained(count: int) -> list[tuple[bytes, bytes]]:
    """(op bytes, head after it) of a device that did `count` things."""
    head = GENESIS
    links = []
    for seq in range(1, count + 1):
        data = encode(op(seq=seq, prev=head[:8]))
        head = chain(head, data)
        links.append((data, head))
    return links


def test_each_op_follows_the_one_before() -> None:
    head = GENESIS
    for data, after in chained(5):
        assert follows(read_op(data), head)
        assert after == hashlib.sha256(head + data).digest()
        head = after


@given(place=st.integers(0, 3), bit=st.integers(0, 7), data=st.data())
def test_an_altered_op_breaks_the_chain(place: int, bit: int, data: st.DataObject) -> None:
    links = chained(5)
    altered = bytearray(links[place][0])
    altered[data.draw(st.integers(0, len(altered) - 1))] ^= 1 << bit
    before = links[place - 1][1] if place else GENESIS

    assert not follows(read_op(links[place + 1][0]), chain(before, bytes(altered)))


def test_an_op_left_out_or_put_elsewhere_is_found() -> None:
    links = chained(4)

    assert not follows(read_op(links[3][0]), links[1][1])
    assert not follows(read_op(links[1][0]), links[2][1])
    assert not follows(read_op(links[1][0]), GENESIS)


def test_a_batch_signs_who_where_when_and_up_to_what() -> None:
    def payload(
        tenant: int = 1, device: bytes = bytes(16), epoch: int = 1, *, seq: int = 5, head: bytes = GENESIS
    ) -> bytes:
        return batch_payload(TenantId(tenant), DeviceId(device), epoch, last_seq=seq, head=head)

    others = {
        payload(tenant=2),
        payload(device=b"\x01" * 16),
        payload(epoch=2),
        payload(seq=6),
        payload(head=b"\x01" * 32),
    }

    assert payload() == payload()
    assert len(others | {payload()}) == 6

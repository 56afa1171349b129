"""A person's keys as they travel to another PC: the password opens them, and nothing else does."""

from __future__ import annotations

import msgspec
import pytest

from desktop.system.key_wraps import Cost
from desktop.system.pair_wraps import PairWrap, unwrap_pair, wrap_pair

CHEAP = Cost(memory_kib=64, passes=1, lanes=1)
PAIR, PASSWORD = bytes(range(64)), "kopi robusta 27"


def test_only_the_password_and_only_for_the_person_opens_them() -> None:
    wrap = wrap_pair(PAIR, PASSWORD, user=71, cost=CHEAP)

    assert unwrap_pair(wrap, PASSWORD, user=71) == PAIR
    assert unwrap_pair(wrap, PASSWORD + " ", user=71) is None
    assert unwrap_pair(wrap, PASSWORD, user=72) is None
    assert PAIR[:16] not in wrap


@pytest.mark.parametrize("cost", [(2**31, 1, 1), (64, 10_000, 1), (64, 1, 255), (0, 1, 1), (64, 0, 1), (64, 1, 0)])
def test_a_wrap_that_would_make_the_pc_work_without_end_is_not_tried(cost: tuple[int, int, int]) -> None:
    kept = msgspec.msgpack.decode(wrap_pair(PAIR, PASSWORD, user=71, cost=CHEAP), type=PairWrap)

    wrap = msgspec.msgpack.encode(msgspec.structs.replace(kept, cost=cost))

    assert unwrap_pair(wrap, PASSWORD, user=71) is None


def test_what_is_no_wrap_opens_nothing() -> None:
    assert unwrap_pair(b"", PASSWORD, user=71) is None
    assert unwrap_pair(b"\x93\x01\x02\x03", PASSWORD, user=71) is None

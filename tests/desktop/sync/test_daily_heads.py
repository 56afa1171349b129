"""A PC keeps the daily heads of the server, and knows when the server's log is not the one that it had seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec
import pytest

from core.domain.ids import TenantId
from core.protocol.daily_heads import (
    ASK_NOTHING,
    NO_CHAIN,
    RUNNING_BYTES,
    DailyHead,
    HeadsTold,
    chains_of,
    head_payload,
    pack_heads,
)
from core.protocol.messages import Control
from core.protocol.sealing import PartyKeys
from desktop.storage.unit_of_work import Store
from desktop.sync.daily_heads import head_asked, take_heads

DAY_MS = 24 * 3600 * 1000
KEYS = PartyKeys(bytes(range(32)), bytes(32))


class ServerInTest:
    """Signs a head a day over a log that is a word."""

    def __init__(self, tenant: TenantId, words: Sequence[str], keys: PartyKeys = KEYS) -> None:
        self._keys = keys
        self.heads = [
            DailyHead(number=day, day=day, seq=10 * day, running=_running("".join(words[:day])))
            for day in range(1, len(words) + 1)
        ]
        self.chains = chains_of(NO_CHAIN, self.heads, tenant=tenant)

    def answer(self, asked: int) -> Control:
        """What `heads_for` tells, the last head counting as the newest."""
        last = len(self.heads)
        if asked in (ASK_NOTHING, last):
            return Control(feed_epoch=1, now_ms=0, grants=0)
        signature = self._keys.sign(head_payload(self.chains[-1]))
        if 0 < asked < last:
            told = HeadsTold(heads=tuple(self.heads[asked:]), signature=signature)
        else:
            before = self.chains[-2] if last > 1 else NO_CHAIN
            told = HeadsTold(heads=(self.heads[-1],), signature=signature, before=before)
        return Control(feed_epoch=1, now_ms=0, grants=0, heads=pack_heads(told))


def _running(log: str) -> bytes:
    return hashlib.sha256(log.encode()).digest()[:RUNNING_BYTES]


@pytest.fixture
def tenant(store: Store) -> TenantId:
    with store.begin() as uow:
        identity = uow.meta.identity()
        assert identity is not None
        uow.meta.write(msgspec.structs.replace(identity, server_sign=KEYS.sign_public))
        return identity.tenant


def visit(store: Store, server: ServerInTest, *, day: int) -> None:
    with store.begin() as uow:
        take_heads(uow, server.answer(head_asked(uow, day * DAY_MS)), day * DAY_MS)


def kept(store: Store) -> list[tuple[int, int]]:
    with store.read() as uow:
        return [(one.line, one.head.number) for one in uow.daily_heads.all()]


def test_heads_that_continue_each_other_are_one_line(store: Store, tenant: TenantId) -> None:
    for day in (1, 2, 5):
        visit(store, ServerInTest(tenant, "abcdefgh"[:day]), day=day)

    assert kept(store) == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5)]


def test_a_pc_that_comes_late_begins_with_the_newest(store: Store, tenant: TenantId) -> None:
    visit(store, ServerInTest(tenant, "abcdefgh"), day=8)
    visit(store, ServerInTest(tenant, "abcdefghi"), day=9)

    assert kept(store) == [(1, 8), (1, 9)]


def test_a_head_is_asked_for_once_a_day(store: Store, tenant: TenantId) -> None:
    visit(store, ServerInTest(tenant, "ab"), day=2)

    with store.read() as uow:
        assert head_asked(uow, 2 * DAY_MS + 60_000) == ASK_NOTHING
        assert head_asked(uow, 3 * DAY_MS) == 2


def test_another_history_begins_another_line_and_both_are_kept(store: Store, tenant: TenantId) -> None:
    visit(store, ServerInTest(tenant, "abc"), day=3)
    rewritten = ServerInTest(tenant, "aXcd")

    visit(store, rewritten, day=4)
    visit(store, rewritten, day=5)
    visit(store, ServerInTest(tenant, "aXcde"), day=6)

    assert kept(store) == [(1, 3), (2, 4), (2, 5)]
    with store.read() as uow:
        assert uow.daily_heads.lines() == 2


def test_an_older_copy_of_the_same_log_is_no_other_history(store: Store, tenant: TenantId) -> None:
    for day in (1, 2, 3):
        visit(store, ServerInTest(tenant, "abcd"[:day]), day=day)

    visit(store, ServerInTest(tenant, "ab"), day=4)

    assert kept(store) == [(1, 1), (1, 2), (1, 3)]


@pytest.mark.parametrize("answer", [b"", b"\x07" * 98, b"\x00\x00\x02" + bytes(95)])
def test_what_the_server_did_not_sign_is_left_out(store: Store, tenant: TenantId, answer: bytes) -> None:
    visit(store, ServerInTest(tenant, "a"), day=1)
    stranger = ServerInTest(tenant, "ab", PartyKeys(bytes(32), bytes(32)))

    visit(store, stranger, day=2)
    with store.begin() as uow:
        take_heads(uow, Control(feed_epoch=1, now_ms=0, grants=0, heads=answer), DAY_MS)

    assert kept(store) == [(1, 1)]

"""A PC keeps the daily heads of the server, and knows when the server's log is not the one that it had seen."""

from __future__ import annotations

import msgspec
import pytest

from core.domain.ids import TenantId
from core.protocol.daily_heads import (
    ASK_NOTHING,
)
from core.protocol.messages import Control
from core.protocol.sealing import PartyKeys
from desktop.storage.unit_of_work import Store
from desktop.sync.daily_heads import head_asked, take_heads
from tests.support.heads import SIGNING, SignedLog

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def tenant(store: Store) -> TenantId:
    with store.begin() as uow:
        identity = uow.meta.identity()
        assert identity is not None
        uow.meta.write(msgspec.structs.replace(identity, server_sign=SIGNING.sign_public))
        return identity.tenant


def visit(store: Store, server: SignedLog, *, day: int) -> None:
    with store.begin() as uow:
        take_heads(uow, server.answer(head_asked(uow, day * DAY_MS)), day * DAY_MS)


def kept(store: Store) -> list[tuple[int, int]]:
    with store.read() as uow:
        return [(one.line, one.head.number) for one in uow.daily_heads.all()]


def test_heads_that_continue_each_other_are_one_line(store: Store, tenant: TenantId) -> None:
    for day in (1, 2, 5):
        visit(store, SignedLog(tenant, "abcdefgh"[:day]), day=day)

    assert kept(store) == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5)]


def test_a_pc_that_comes_late_begins_with_the_newest(store: Store, tenant: TenantId) -> None:
    visit(store, SignedLog(tenant, "abcdefgh"), day=8)
    visit(store, SignedLog(tenant, "abcdefghi"), day=9)

    assert kept(store) == [(1, 8), (1, 9)]


def test_a_head_is_asked_for_once_a_day(store: Store, tenant: TenantId) -> None:
    visit(store, SignedLog(tenant, "ab"), day=2)

    with store.read() as uow:
        assert head_asked(uow, 2 * DAY_MS + 60_000) == ASK_NOTHING
        assert head_asked(uow, 3 * DAY_MS) == 2


def test_another_history_begins_another_line_and_both_are_kept(store: Store, tenant: TenantId) -> None:
    visit(store, SignedLog(tenant, "abc"), day=3)
    rewritten = SignedLog(tenant, "aXcd")

    visit(store, rewritten, day=4)
    visit(store, rewritten, day=5)
    visit(store, SignedLog(tenant, "aXcde"), day=6)

    assert kept(store) == [(1, 3), (2, 4), (2, 5)]
    with store.read() as uow:
        assert uow.daily_heads.lines() == 2


def test_an_older_copy_of_the_same_log_is_no_other_history(store: Store, tenant: TenantId) -> None:
    for day in (1, 2, 3):
        visit(store, SignedLog(tenant, "abcd"[:day]), day=day)

    visit(store, SignedLog(tenant, "ab"), day=4)

    assert kept(store) == [(1, 1), (1, 2), (1, 3)]


@pytest.mark.parametrize("answer", [b"", b"\x07" * 98, b"\x00\x00\x02" + bytes(95)])
def test_what_the_server_did_not_sign_is_left_out(store: Store, tenant: TenantId, answer: bytes) -> None:
    visit(store, SignedLog(tenant, "a"), day=1)
    stranger = SignedLog(tenant, "ab", PartyKeys(bytes(32), bytes(32)))

    visit(store, stranger, day=2)
    with store.begin() as uow:
        take_heads(uow, Control(feed_epoch=1, now_ms=0, grants=0, heads=answer), DAY_MS)

    assert kept(store) == [(1, 1)]

"""Own acts that the server holds for a superior: out of the view, asked about, told, and never forgotten too early."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.protocol.messages import MAX_HELD_ASKED, OpResult, Outcome, Verdict
from core.protocol.ops import PREV_BYTES
from desktop.storage.healing import Healing
from desktop.storage.outbox import SHOWN, OpState
from desktop.storage.own_held import asked_about, take_verdicts
from desktop.storage.replica import Replica
from desktop.storage.settling import settle_ops
from desktop.storage.unit_of_work import Store
from tests.factories import HEAD, REGISTRAR, user_of
from tests.support.desks import Desk, entry
from tests.support.stores import office_store

NAME = bytes(range(16))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = office_store(tmp_path / "pesagi.db", users=(REGISTRAR, HEAD))
    Desk(opened, REGISTRAR).letters.register(entry())
    yield opened
    opened.close()


def hold(store: Store, seq: int = 1, *, name: bytes = NAME, first_rev: int = 70) -> None:
    """The server answers that it holds an op."""
    result = OpResult(seq=seq, outcome=Outcome.HELD, first_rev=first_rev, same=False, field=name.hex())
    with store.begin() as uow:
        settle_ops(uow, [result], epoch=1)
        Replica(uow).finish_round()


def tell(store: Store, *, accepted: bool, reason: str = "") -> None:
    with store.begin() as uow:
        take_verdicts(uow, [Verdict(held_id=NAME, accepted=accepted, by=user_of(HEAD), reason=reason)])


def shown(store: Store) -> list[tuple[OpState, int, str]]:
    with store.read() as uow:
        return [(one.state, one.decided_by, one.reason) for one in uow.outbox.listed(SHOWN, 9)]


def asked(store: Store, now_ms: int = 0) -> tuple[bytes, ...]:
    with store.read() as uow:
        return asked_about(uow, now_ms)


def kept(store: Store, durable: int) -> int:
    """How many ops the outbox still has when everything up to a number is safe."""
    with store.begin() as uow:
        uow.outbox.prune(durable)
        return len(uow.outbox.kept())


def test_what_is_held_leaves_the_view_and_is_asked_about(store: Store) -> None:
    assert len(Desk(store, REGISTRAR).rows()) == 1

    hold(store)

    assert Desk(store, REGISTRAR).rows() == []
    assert shown(store) == [(OpState.HELD, 0, "")]
    assert asked(store) == (NAME,)


@pytest.mark.parametrize(
    ("accepted", "reason", "state"),
    [(True, "", OpState.HELD_ACCEPTED), (False, "Ganda", OpState.HELD_REJECTED)],
)
def test_a_decision_is_shown_until_it_is_seen_and_nothing_more_is_asked(
    store: Store, *, accepted: bool, reason: str, state: OpState
) -> None:
    hold(store)

    tell(store, accepted=accepted, reason=reason)

    assert shown(store) == [(state, user_of(HEAD), reason)]
    assert asked(store) == ()
    with store.begin() as uow:
        uow.outbox.dismiss(1)
    assert shown(store) == []


def test_what_nobody_has_decided_yet_cannot_be_put_away(store: Store) -> None:
    hold(store)

    with store.begin() as uow:
        uow.outbox.dismiss(1)

    assert shown(store) == [(OpState.HELD, 0, "")]


def test_a_decision_that_was_seen_is_kept_until_a_backup_of_the_server_holds_it(store: Store) -> None:
    hold(store)
    tell(store, accepted=True)
    with store.begin() as uow:
        uow.outbox.dismiss(1)

    assert kept(store, 69) == 1
    assert kept(store, 70) == 0


def test_an_op_that_came_with_another_into_one_entry_is_never_called_safe(store: Store) -> None:
    hold(store, first_rev=0)
    tell(store, accepted=True)
    with store.begin() as uow:
        uow.outbox.dismiss(1)

    assert kept(store, 1_000_000) == 1


@pytest.mark.parametrize("decided", [False, True])
def test_a_server_that_lost_what_it_held_is_given_it_again(store: Store, *, decided: bool) -> None:
    hold(store)
    if decided:
        tell(store, accepted=True)

    with store.begin() as uow:
        Healing(uow).server_was_put_back([])

    with store.read() as uow:
        assert [one.seq for one in uow.outbox.waiting(9)] == [1]
    assert shown(store) == []
    assert asked(store) == ()


@pytest.mark.parametrize("seen", [False, True])
def test_a_decision_counts_no_more_when_a_server_that_still_holds_the_op_was_put_back(
    store: Store, *, seen: bool
) -> None:
    hold(store)
    tell(store, accepted=True)
    with store.begin() as uow:
        if seen:
            uow.outbox.dismiss(1)
        head = uow.outbox.entries([1])[1].head[:PREV_BYTES]

        Healing(uow).server_was_put_back([(1, 2, head)])

    assert shown(store) == [(OpState.HELD, 0, "")]
    assert asked(store) == (NAME,)
    tell(store, accepted=False, reason="Ganda")
    assert shown(store) == [(OpState.HELD_REJECTED, user_of(HEAD), "Ganda")]


def test_of_many_all_have_their_turn(store: Store) -> None:
    desk = Desk(store, REGISTRAR)
    count = MAX_HELD_ASKED * 2 + 3
    for seq in range(2, count + 1):
        desk.letters.register(entry())
        hold(store, seq, name=seq.to_bytes(16, "big"))
    hold(store, 1, name=(1).to_bytes(16, "big"))

    rounds = [asked(store, second * 1000) for second in range(count)]

    assert {len(one) for one in rounds} == {MAX_HELD_ASKED}
    assert len({name for one in rounds for name in one}) == count

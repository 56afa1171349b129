"""Whoever opens a secret letter stands in its Riwayat; what cannot be recorded is not opened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.dispositions import Recipient
from core.domain.letter_readings import ReadingWay
from core.domain.letters import IncomingLetter, SecurityLevel
from core.protocol.act_signing import Author, act_payload, signing_key
from core.protocol.ops import read_op
from desktop.services.history import Event, HistoryService
from desktop.services.register import RegisterService
from desktop.services.secret_readings import note_reading
from desktop.storage.replica import Replica
from desktop.storage.unit_of_work import Store
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.factories import HEAD, LETTER_ID, NOW, REGISTRAR, SECRETARY, SECTION, actor, disposition, letter, user_of
from tests.support.desks import Desk, Names
from tests.support.person_keys import keys_of, ring_of
from tests.support.stores import every, put

SECRET = letter(security=SecurityLevel.SECRET, involved=(HEAD, SECTION))


def readers(store: Store) -> list[int]:
    (stored,) = every(store, IncomingLetter)
    return [one.user for one in stored.record.readings]


def ops(store: Store) -> int:
    with store.read() as uow:
        return len(uow.outbox.waiting(99))


def test_opening_it_ten_times_on_a_day_is_one_signed_op_and_stands_in_its_history(store: Store) -> None:
    put(store, [SECRET, keys_of(HEAD)])
    store.let_sign(user_of(HEAD), ring_of(HEAD))

    for _ in range(10):
        assert Desk(store, HEAD).register.letter(LETTER_ID) is not None

    with store.read() as uow:
        (entry,) = uow.outbox.waiting(99)
        identity = uow.meta.identity()
    assert identity is not None
    op = read_op(entry.op)
    payload = act_payload(op.read_act(), Author(tenant=identity.tenant, user=user_of(HEAD), position=HEAD), op.wall_ms)
    assert signing_key(keys_of(HEAD), payload, op.signature) is not None
    lines = HistoryService(store, actor(HEAD), lambda: NOW).of_letter(LETTER_ID)
    assert [(line.person, line.at) for line in lines if line.event is Event.OPENED] == [(f"Pemegang {HEAD}", NOW)]


def test_the_next_day_is_another_reading_and_a_print_is_one_of_its_own(store: Store) -> None:
    put(store, [SECRET])
    Desk(store, HEAD).register.letter(LETTER_ID)

    tomorrow = RegisterService(store, actor(HEAD), lambda: NOW + timedelta(days=1), Names())
    tomorrow.letter(LETTER_ID)
    note_reading(store, actor(HEAD), lambda: NOW, LETTER_ID, way=ReadingWay.PRINTED)

    lines = HistoryService(store, actor(HEAD), lambda: NOW).of_letter(LETTER_ID)
    events = [line.event for line in lines if line.event is not Event.REGISTERED]
    assert sorted(event.value for event in events) == ["opened", "opened", "printed"]


def test_reading_its_history_alone_is_a_reading_too(store: Store) -> None:
    put(store, [SECRET])

    HistoryService(store, actor(SECRETARY), lambda: NOW).of_letter(LETTER_ID)

    assert readers(store) == [user_of(SECRETARY)]


@pytest.mark.parametrize("level", [SecurityLevel.OPEN, SecurityLevel.RESTRICTED])
def test_who_reads_a_letter_that_is_not_secret_leaves_no_trace(store: Store, level: SecurityLevel) -> None:
    put(store, [letter(security=level)])

    Desk(store, HEAD).register.letter(LETTER_ID)
    HistoryService(store, actor(HEAD), lambda: NOW).of_letter(LETTER_ID)

    assert (readers(store), ops(store)) == ([], 0)


def test_who_sees_no_more_than_its_line_has_not_read_it(store: Store) -> None:
    put(store, [SECRET])

    seen = Desk(store, REGISTRAR).register.letter(LETTER_ID)

    assert seen is not None
    assert (seen.subject, readers(store)) == (None, [])


def test_a_list_of_dispositions_is_no_reading(store: Store) -> None:
    given = disposition(security=SecurityLevel.SECRET, recipients=(Recipient(position=SECTION),))
    put(store, [SECRET, given])

    assert len(Desk(store, SECTION).dispositions.for_me()) == 1

    assert readers(store) == []


def test_a_letter_whose_reading_cannot_be_written_down_is_not_opened(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, [SECRET])

    def full(*_: object, **__: object) -> None:
        raise EnvironmentFault(FaultOf.DISK_FULL, "store")

    monkeypatch.setattr(Replica, "perform", full)  # a disk that fills up just now cannot be had otherwise

    with pytest.raises(EnvironmentFault):
        Desk(store, HEAD).register.letter(LETTER_ID)

"""Receipts in the records of a PC: as the server gave them, or not taken for its own (ADR 52)."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from core.domain.dispositions import Disposition
from core.domain.receipts import Receipt
from desktop.storage.meta import ClockSample
from desktop.storage.unit_of_work import Store
from tests.change_factory import LATE
from tests.desktop.storage.replica_steps import (
    accepted,
    amend,
    is_settled,
    perform,
    received,
    settle,
    shown,
)
from tests.factories import HEAD, NOW, REGISTRAR, SECTION, issue, letter, register, user_of
from tests.support.stores import put


def test_what_was_received_late_keeps_when_as_the_server_has_it(store: Store) -> None:
    with store.begin() as uow:
        uow.meta.write(ClockSample(offset_ms=90_000, uncertainty_ms=20))
    perform(store, register())
    perform(store, amend("Rapat"), now=NOW + timedelta(seconds=30))
    amended = shown(store).record
    perform(store, issue(recipients=(SECTION,)), HEAD)
    kept = (
        Receipt(at=NOW + timedelta(seconds=90), by=user_of(REGISTRAR), late_s=60, behind_s=90),
        Receipt(at=NOW + timedelta(seconds=120), by=user_of(REGISTRAR), late_s=120, behind_s=90),
    )
    given = Receipt(at=NOW + timedelta(seconds=90), by=user_of(HEAD), late_s=180, behind_s=90)

    settle(
        store,
        received(1, 12, late_s=60),
        received(2, 14, late_s=120, whole=[(amended, kept)]),
        received(3, 16, late_s=180, whole=[(shown(store, Disposition).record, (given,)), (shown(store).record, kept)]),
    )

    assert shown(store).record.receipts == kept
    assert shown(store, Disposition).record.receipts == (given,)
    assert is_settled(store)


def test_receipts_that_are_not_the_servers_are_fetched_and_not_taken_for_its_own(store: Store) -> None:
    """A server that was put back received anew what had come before, and later than it had said."""
    put(store, [letter(receipts=(LATE,))], rev=5)
    perform(store, amend("Rapat"))
    anew = msgspec.structs.replace(LATE, late_s=LATE.late_s + 900)

    settle(store, received(1, 12, whole=[(shown(store).record, (anew,))]))

    assert shown(store).rev < 12
    with store.read() as uow:
        assert uow.meta.sync().compare


def test_receipts_that_the_server_has_no_more_go(store: Store) -> None:
    put(store, [letter(receipts=(LATE,))], rev=5)
    perform(store, amend("Rapat"))

    settle(store, received(1, 12))

    assert (shown(store).rev, shown(store).record.receipts) == (12, ())


def test_the_receipt_of_an_act_whose_rows_are_on_their_way_stands_beside_that_of_the_next(store: Store) -> None:
    perform(store, register())
    settle(store, accepted(1, 12))
    perform(store, amend("Rapat"))
    perform(store, amend("Rapat kerja"), now=NOW + timedelta(seconds=30))
    kept = (
        Receipt(at=NOW, by=user_of(REGISTRAR), late_s=60),
        Receipt(at=NOW + timedelta(seconds=30), by=user_of(REGISTRAR), late_s=70),
    )

    settle(
        store,
        msgspec.structs.replace(received(2, 14, late_s=60), same=False),
        received(3, 16, late_s=70, whole=[(shown(store).record, kept)]),
    )

    assert shown(store).record.receipts == kept

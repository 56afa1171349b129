"""One PC in the wrong hands at the hub of its office: it takes neither the numbers nor the room of the others."""

from __future__ import annotations

import pytest

from core.domain.numbering import INCOMING_AGENDA, NumberLease
from core.protocol.codec import encode
from core.protocol.faults import FaultCode
from core.protocol.hub import Parcel
from core.protocol.messages import NumberNeed
from server.services.faults import RequestFault
from server.services.hub_service import MAX_WAITING_OF_ONE, PORTION, PORTIONS_AN_HOUR, series_name
from server.storage.hub_items import ItemKind
from tests.factories import OFFICE
from tests.server.test_hub_beginnings import FACTS, PC, TENANT, Hub, hub
from tests.support.server import ManualClock

__all__ = ["hub"]
YEAR, BLOCK = 2026, 10_000
NEED = NumberNeed(office=OFFICE, year=YEAR, series=INCOMING_AGENDA, remaining=0)


def holds_numbers(hub: Hub) -> None:
    lease = NumberLease(office=OFFICE, year=YEAR, series=INCOMING_AGENDA, low=1, high=BLOCK, fence=1)
    owner = series_name(OFFICE, YEAR, INCOMING_AGENDA)
    hub.database.write(lambda unit: unit.of(TENANT).items.put(ItemKind.BLOCK, owner, encode(lease), number=1))


def given(hub: Hub, *needs: NumberNeed) -> int:
    return sum(one.high - one.low + 1 for one in hub.asks(needs=needs).reply.leases)


def test_who_asks_for_ever_more_numbers_is_given_no_more_than_anybody_uses_in_an_hour(
    hub: Hub, clock: ManualClock
) -> None:
    for _ in range(2 * PORTIONS_AN_HOUR):
        assert given(hub, NEED) == 0, "what was asked for in vain does not count"
    holds_numbers(hub)

    assert given(hub, NEED) == PORTION
    assert sum(given(hub, *(NEED,) * 30) for _ in range(20)) == (PORTIONS_AN_HOUR - 1) * PORTION
    clock.advance(seconds=3600)
    assert given(hub, NEED) == PORTION
    with pytest.raises(RequestFault) as much:
        given(hub, *(NEED,) * 1000)
    assert much.value.fault.code is FaultCode.TOO_LARGE


def test_one_pc_does_not_fill_the_hub_with_what_it_leaves(hub: Hub) -> None:
    def leaves(number: int) -> None:
        parcel = Parcel(device=PC, user=FACTS.office, epoch=1, last_seq=number, body=b"x", signature=bytes(64))  # type: ignore[arg-type]  # some number
        hub.asks(parcel=parcel)

    for number in range(1, MAX_WAITING_OF_ONE + 1):
        leaves(number)
    with pytest.raises(RequestFault) as full:
        leaves(MAX_WAITING_OF_ONE + 1)

    assert full.value.fault.code is FaultCode.BUSY

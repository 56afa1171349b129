"""Who comes while a group is served is of the next one; who works ahead is shown those who wait."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from core.domain.ids import DeviceId, TenantId, UserId
from core.protocol.faults import FaultCode
from core.protocol.messages import SyncRequest
from server.services.faults import RequestFault
from server.services.looking import Round
from server.services.tokens import Caller
from server.web import gathering
from server.web.gathering import Gatherer

DEADLINE_S = 15.0
CALLER = Caller(tenant=TenantId(1), device=DeviceId(bytes(16)), user=UserId(1))
REQUEST = SyncRequest(protocol=1, schema=1, epoch=1, feed_epoch=1, sent_ms=0, grants=0)


class Busy:
    """Tells everybody that it is busy, from `go_on` on, and notes how large the groups are."""

    def __init__(self, sizes: list[int]) -> None:
        self.serving, self.go_on = asyncio.Event(), threading.Event()
        self._sizes = sizes
        self._loop = asyncio.get_running_loop()

    def serve(self, group: Sequence[tuple[Caller, SyncRequest]]) -> list[Round | Exception]:
        self._sizes.append(len(group))
        self._loop.call_soon_threadsafe(self.serving.set)
        assert self.go_on.wait(DEADLINE_S)
        return [RequestFault(FaultCode.BUSY) for _ in group]


def test_requests_that_come_while_a_group_is_served_are_the_next_group() -> None:
    sizes: list[int] = []

    async def run() -> list[object]:
        busy = Busy(sizes)
        gatherer = Gatherer(busy.serve)
        first = asyncio.create_task(gatherer.receive(CALLER, REQUEST))
        await busy.serving.wait()
        others = [asyncio.create_task(gatherer.receive(CALLER, REQUEST)) for _ in range(5)]
        await asyncio.sleep(0)
        busy.go_on.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    answers = asyncio.run(run())

    assert sizes == [1, 5]
    assert all(isinstance(one, RequestFault) for one in answers)


def test_those_who_wait_for_a_group_are_shown_to_whoever_works_ahead() -> None:
    foreseen: list[tuple[Caller, SyncRequest]] = []

    async def run() -> None:
        busy, shown, loop = Busy([]), asyncio.Event(), asyncio.get_running_loop()

        def foresee(sent: Sequence[tuple[Caller, SyncRequest]]) -> None:
            foreseen.extend(sent)
            loop.call_soon_threadsafe(shown.set)

        gatherer = Gatherer(busy.serve, foresee=foresee)
        first = asyncio.create_task(gatherer.receive(CALLER, REQUEST))
        await busy.serving.wait()
        other = asyncio.create_task(gatherer.receive(CALLER, REQUEST))
        await asyncio.wait_for(shown.wait(), DEADLINE_S)
        busy.go_on.set()
        await asyncio.gather(first, other, return_exceptions=True)

    asyncio.run(run())

    assert foreseen == [(CALLER, REQUEST)], "whoever comes alone waits for nobody"


def test_while_half_of_them_are_served_the_others_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "PAUSE_SHARE", 1e9)
    monkeypatch.setattr(gathering, "MOST_PAUSE_S", 2 * DEADLINE_S)
    sizes: list[int] = []

    async def run() -> None:
        busy = Busy(sizes)
        gatherer = Gatherer(busy.serve)

        async def ask() -> None:
            with pytest.raises(RequestFault):
                await gatherer.receive(CALLER, REQUEST)

        async def group_of(size: int) -> list[asyncio.Task[None]]:
            """So many ask and are being served."""
            busy.serving.clear()
            asking = [asyncio.create_task(ask()) for _ in range(size)]
            await busy.serving.wait()
            return asking

        first = await group_of(1)
        eight = [asyncio.create_task(ask()) for _ in range(8)]
        await asyncio.sleep(0)
        busy.go_on.set()
        await asyncio.wait_for(asyncio.gather(*first, *eight), DEADLINE_S)
        busy.go_on.clear()
        # Those who come to half of the last group wait for nobody; nor do the others when these are served.
        half = await asyncio.wait_for(group_of(4), DEADLINE_S)
        others = [asyncio.create_task(ask()) for _ in range(4)]
        await asyncio.sleep(0)
        busy.go_on.set()
        await asyncio.wait_for(asyncio.gather(*half, *others), DEADLINE_S)

    asyncio.run(run())

    assert sizes == [1, 8, 4, 4]


def test_those_who_were_answered_together_are_a_group_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "PAUSE_SHARE", 1000.0)
    monkeypatch.setattr(gathering, "MOST_PAUSE_S", 0.2)
    sizes: list[int] = []

    async def run() -> None:
        busy = Busy(sizes)
        gatherer = Gatherer(busy.serve)

        async def ask_twice(turns: int) -> None:
            for _ in range(2):
                for _ in range(turns):
                    await asyncio.sleep(0)  # the next turn of the loop
                with pytest.raises(RequestFault):
                    await gatherer.receive(CALLER, REQUEST)

        first = asyncio.create_task(gatherer.receive(CALLER, REQUEST))
        await busy.serving.wait()
        others = [asyncio.create_task(ask_twice(turns)) for turns in range(5, 9)]
        for _ in range(10):
            await asyncio.sleep(0)
        busy.go_on.set()
        await asyncio.gather(first, *others, return_exceptions=True)

    asyncio.run(run())

    assert sizes == [1, 4, 4]

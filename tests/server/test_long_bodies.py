"""Long requests that a line cut go on where they stopped; nothing of one device or request gets into another."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.requests import ClientDisconnect

from core.domain.ids import DeviceId, TenantId, UserId
from core.protocol.faults import Fault, FaultCode
from core.protocol.long_bodies import BodyPart, body_name, read_part
from server.services.faults import RequestFault
from server.services.tokens import Caller
from server.web import bodies as bodies_in_pieces
from server.web.long_bodies import GivenAhead, LongBodies

BODY = bytes(range(256)) * 100
CLERK, HEAD = ((TenantId(1), DeviceId(bytes([number]) * 16)) for number in (1, 2))


class Early(Exception):
    """The answer came before the body."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


async def pieces(*given: bytes, cut: bool = False) -> AsyncIterator[bytes]:
    for piece in given:
        yield piece
    if cut:
        raise ClientDisconnect


def part(offset: int = 0, *, body: bytes = BODY, size: int = len(BODY)) -> BodyPart:
    return BodyPart(name=body_name(body), size=size, offset=offset)


async def take(
    bodies: LongBodies, sender: tuple[TenantId, DeviceId], offset: int, given: AsyncIterator[bytes]
) -> bytes:
    tenant, device = sender

    async def admit() -> Caller:
        return Caller(tenant=tenant, device=device, user=UserId(1))

    taken = await bodies.take(device.hex(), part(offset), given, admit=admit)
    if isinstance(taken, GivenAhead):
        await taken.rest()
        raise Early(taken.fault)
    return taken[1]


def send(bodies: LongBodies, given: bytes, offset: int = 0, *, sender: tuple[TenantId, DeviceId] = CLERK) -> bytes:
    return asyncio.run(take(bodies, sender, offset, pieces(given)))


def lose(bodies: LongBodies, given: bytes, offset: int = 0) -> None:
    with pytest.raises(ClientDisconnect):
        asyncio.run(take(bodies, CLERK, offset, pieces(given, cut=True)))


def ahead(bodies: LongBodies, given: bytes, offset: int) -> tuple[int, int]:
    """(how much of the beginning is here, from where on the end is) as the server says to who gives ahead."""
    with pytest.raises(Early) as caught:
        send(bodies, given, offset)
    assert caught.value.fault.code is FaultCode.WRONG_OFFSET
    return caught.value.fault.number, caught.value.fault.behind


def have(bodies: LongBodies, *, sender: tuple[TenantId, DeviceId] = CLERK) -> int:
    """What the server says to who gives nothing."""
    with pytest.raises(RequestFault) as caught:
        send(bodies, b"", sender=sender)
    assert caught.value.fault.code is FaultCode.WRONG_OFFSET
    return caught.value.fault.number


def test_what_came_before_a_cut_is_not_sent_again() -> None:
    bodies = LongBodies()
    lose(bodies, BODY[:9_000])
    assert have(bodies) == 9_000
    lose(bodies, BODY[9_000:20_000], 9_000)
    assert have(bodies) == 20_000

    assert send(bodies, BODY[20_000:], 20_000) == BODY
    assert send(bodies, b"") == BODY, "the reply was lost: it can be asked for without the body"


def test_a_body_that_comes_from_its_beginning_once_more_is_not_there_twice() -> None:
    bodies = LongBodies()
    lose(bodies, BODY[:9_000])

    assert send(bodies, BODY) == BODY


def test_what_lies_behind_what_is_missing_is_answered_early_and_kept() -> None:
    bodies = LongBodies()
    lose(bodies, BODY[:9_000])

    assert ahead(bodies, BODY[20_000:], 20_000) == (9_000, 20_000)
    assert have(bodies, sender=HEAD) == 0, "what one device sent is nothing to another"
    assert send(bodies, BODY[9_000:20_000], 9_000) == BODY


def test_a_body_grows_from_both_ends() -> None:
    bodies = LongBodies()
    lose(bodies, BODY[:5_000])
    assert ahead(bodies, BODY[20_000:], 20_000) == (5_000, 20_000)
    lose(bodies, BODY[5_000:9_000], 5_000)
    assert ahead(bodies, BODY[15_000:20_000], 15_000) == (9_000, 15_000)
    with pytest.raises(RequestFault) as caught:
        send(bodies, b"", 9_000)
    assert caught.value.fault.behind == 15_000, "who only asks is told of the end as well"

    assert send(bodies, BODY[9_000:15_000], 9_000) == BODY


def test_of_an_end_that_was_cut_nothing_is_kept() -> None:
    bodies = LongBodies()
    lose(bodies, BODY[:9_000])
    lose(bodies, BODY[20_000:22_000], 20_000)

    with pytest.raises(RequestFault) as caught:
        send(bodies, BODY[9_000:20_000], 9_000)
    assert (caught.value.fault.number, caught.value.fault.behind) == (20_000, 0)
    assert send(bodies, BODY[20_000:], 20_000) == BODY


@pytest.mark.parametrize("begun", [20_500, len(BODY)])
def test_an_end_that_is_here_already_is_not_there_twice(begun: int) -> None:
    """The line was cut when the beginning had come so far, or all of it: nobody knew."""
    bodies = LongBodies()
    lose(bodies, BODY[:begun])

    assert send(bodies, BODY[20_000:], 20_000) == BODY


def test_an_end_that_does_not_meet_the_one_before_it_is_left() -> None:
    bodies = LongBodies()
    ahead(bodies, BODY[20_000:], 20_000)
    ahead(bodies, BODY[15_000:19_000], 15_000)

    assert send(bodies, BODY[:20_000]) == BODY


def test_an_end_counts_as_memory() -> None:
    bodies = LongBodies(most_bytes=10_000)
    ahead(bodies, BODY[-9_000:], len(BODY) - 9_000)
    with pytest.raises(RequestFault):
        send(bodies, BODY[:9_000], sender=HEAD)

    assert have(bodies, sender=HEAD) == 9_000
    assert ahead(bodies, b"", 1) == (0, 1)
    assert send(bodies, BODY) == BODY


def test_bytes_that_are_not_the_body_they_are_named_for_are_refused_and_forgotten() -> None:
    bodies = LongBodies()
    lose(bodies, b"?" + BODY[1:9_000])
    with pytest.raises(RequestFault) as caught:
        send(bodies, BODY[9_000:], 9_000)

    assert caught.value.fault.code is FaultCode.MALFORMED
    assert have(bodies) == 0


def test_more_bytes_than_were_announced_are_refused() -> None:
    with pytest.raises(RequestFault) as caught:
        send(LongBodies(), BODY + b"!")

    assert caught.value.fault.code is FaultCode.TOO_LARGE


def test_of_two_requests_with_one_body_the_newer_brings_it() -> None:
    bodies = LongBodies()

    async def hanging(reached: asyncio.Event) -> AsyncIterator[bytes]:
        yield BODY[:9_000]
        reached.set()
        await asyncio.Event().wait()

    async def run() -> tuple[bytes, object]:
        reached = asyncio.Event()
        older = asyncio.ensure_future(take(bodies, CLERK, 0, hanging(reached)))
        await reached.wait()
        newer = await take(bodies, CLERK, 9_000, pieces(BODY[9_000:]))
        return newer, (await asyncio.gather(older, return_exceptions=True))[0]

    newer, older = asyncio.run(run())

    assert newer == BODY, "what the older one had brought is kept before the newer one is judged"
    assert isinstance(older, ClientDisconnect)


def test_who_is_not_let_in_ends_nothing_of_somebody_with_the_same_token() -> None:
    bodies = LongBodies()

    async def slowly(go_on: asyncio.Event) -> AsyncIterator[bytes]:
        yield BODY[:9_000]
        await go_on.wait()
        yield BODY[9_000:]

    async def refused() -> Caller:
        raise RequestFault(FaultCode.SIGNED_OUT)

    async def both() -> bytes:
        go_on = asyncio.Event()
        own = asyncio.create_task(take(bodies, CLERK, 0, slowly(go_on)))
        await asyncio.sleep(0)
        with pytest.raises(RequestFault) as thief:
            await bodies.take(CLERK[1].hex(), part(), pieces(b"?"), admit=refused)
        assert thief.value.fault.code is FaultCode.SIGNED_OUT
        go_on.set()
        return await own

    assert asyncio.run(both()) == BODY


def test_memory_is_bounded_and_the_oldest_makes_room() -> None:
    bodies = LongBodies(most_bytes=10_000)
    lose(bodies, BODY[:9_000])
    with pytest.raises(RequestFault):
        send(bodies, BODY[:9_000], sender=HEAD)

    assert have(bodies) == 0
    assert have(bodies, sender=HEAD) == 9_000


@pytest.mark.parametrize(("offset", "kept"), [(0, 5_000), (20_000, 0)])
def test_of_who_says_nothing_more_the_rest_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, offset: int, kept: int
) -> None:
    """As a line does that died between two packets."""
    monkeypatch.setattr(bodies_in_pieces, "PATIENCE_S", 0.05)
    monkeypatch.setattr(bodies_in_pieces, "LEAST_PACE", 10_000_000)
    bodies = LongBodies()

    async def silent() -> AsyncIterator[bytes]:
        yield BODY[offset : offset + 5_000]
        await asyncio.Event().wait()

    with pytest.raises(ClientDisconnect):
        asyncio.run(asyncio.wait_for(take(bodies, CLERK, offset, silent()), 10))
    assert have(bodies) == kept


def test_another_request_of_the_device_ends_it() -> None:
    bodies = LongBodies()
    lose(bodies, BODY[:9_000])
    bodies.forget(CLERK)

    assert have(bodies) == 0


@pytest.mark.parametrize("header", ["", "x", f"{'0' * 31} 0 1", f"{'0' * 32} -1 1", f"{'0' * 32} 0 9999999999"])
def test_what_is_no_such_header_says_nothing(header: str) -> None:
    assert read_part(header) is None


def test_a_header_says_what_was_written() -> None:
    assert read_part(part(17).header()) == part(17)

"""An answer to a hub that goes on: each news crosses the line without being asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from core.domain.ids import StreamId, TenantId
from core.domain.streams import DIRECTORY
from core.protocol.codec import CodecError
from core.protocol.frames import Wire
from core.protocol.hub import RelayReply, RelayRequest
from core.protocol.messages import PROTOCOL, SCHEMA, Data, Done, StreamGrant
from server.services.hub_line import LineDown, read_rounds
from server.services.pull import Pull, PullPlan
from server.services.relay import Relayed, as_it_stands
from server.web.headed import measured
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.hub import running_hub
from tests.support.line import LinkProfile
from tests.support.link import Link
from tests.support.server import make_office, running_server

WIRE = Wire(b"")
QUICK = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)
FIRST, SECOND = Data(stream=StreamId(1), cursor=7), Data(stream=StreamId(2), cursor=9)
HEAD = RelayReply(feed_epoch=1, now_ms=2, grants=3)
WAIT_S = 30.0


def run(*frames: Data) -> bytes:
    writer = WIRE.writer()
    return b"".join(measured(writer.frame(one)) for one in frames) + measured(writer.frame(Done()))


ANSWER = run(FIRST) + measured(b"") + measured(WIRE.pack(HEAD)) + run(FIRST, SECOND) + measured(b"")


def heard(pieces: Sequence[bytes]) -> list[RelayReply | Data]:
    return list(read_rounds(WIRE, iter(pieces[1:]), pieces[0]))


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_rounds_are_read_wherever_the_line_parts_them(size: int) -> None:
    pieces = [ANSWER[at : at + size] for at in range(0, len(ANSWER), size)]

    assert heard(pieces) == [FIRST, HEAD, FIRST, SECOND]


def test_a_round_that_is_cut_is_no_end() -> None:
    with pytest.raises(LineDown):
        heard([ANSWER[:-5]])
    with pytest.raises(CodecError):
        heard([b"\xff" * 8])


def relayed(reply: RelayReply) -> Relayed:
    nothing = Pull(None, PullPlan(streams=(), own=()))  # type: ignore[arg-type]  # reads nothing, for nobody
    return Relayed(reply=reply, pull=nothing, topics=frozenset(), has_news=True)


def test_what_a_hub_would_ask_next_names_what_it_was_told() -> None:
    request = RelayRequest(
        protocol=PROTOCOL, schema=SCHEMA, feed_epoch=1, grants=2, cursors=((StreamId(1), 5), (StreamId(3), 6))
    )
    held = tuple(StreamGrant(stream=StreamId(one), key=DIRECTORY, priority=0) for one in (1, 2))
    reply = RelayReply(feed_epoch=1, now_ms=2, grants=3, granted=held)

    stands = as_it_stands(request, relayed(reply), {StreamId(2): 9})

    assert stands is not None
    assert (stands.grants, dict(stands.cursors)) == (3, {1: 5, 2: 9})
    again = as_it_stands(request, relayed(RelayReply(feed_epoch=8, now_ms=2, grants=2)), {})
    assert again is not None
    assert dict(again.cursors) == {}, "a server that was put back counts anew"


def wait_until(true: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < until, what
        time.sleep(0.02)


@pytest.fixture
def quiet_line(tmp_path: Path) -> Iterator[tuple[OfficePc, Link, Callable[[], None]]]:
    """A PC that is no PC of the hub, the line of the hub, and how to wait until the hub has all."""
    with running_server(tmp_path) as server, Link("127.0.0.1", server.port, profile=QUICK) as wan:
        office = make_office(server)
        with running_hub(tmp_path / "hub", server, office, upstream=wan.url) as hub, OfficePc(tmp_path / "pc") as pc:
            pc.join(server.url, office.codes["tu"])
            hub.filled(server)
            write_letter(pc, "tu", "Surat pertama")  # with it the hub gets a stream, and the numbers of the year
            pc.sync()
            hub.filled(server)
            yield pc, wan, lambda: hub.filled(server)


def test_news_cross_the_line_of_a_hub_without_a_word_of_the_hub(
    quiet_line: tuple[OfficePc, Link, Callable[[], None]],
) -> None:
    pc, wan, filled = quiet_line
    before = wan.counters
    for subject in ("Surat kedua", "Surat ketiga"):
        write_letter(pc, "tu", subject)
        pc.sync()
        filled()

    assert wan.counters.up == before.up
    assert wan.counters.down > before.down


def test_a_hub_that_was_shut_out_is_told_so_at_once(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        office = make_office(server)
        with running_hub(tmp_path / "hub", server, office) as hub:
            hub.filled(server)

            server.handle.hubs.revoke(TenantId(1), office.office)

            wait_until(lambda: hub.handle.uplink.refused, "the hub was not told")

"""A request that left before the server was put back, and arrives after it: nothing of it is decided anew."""

from __future__ import annotations

from core.domain.ids import PositionId, StreamId
from core.domain.streams import inbox_of
from core.protocol.messages import Outcome, StreamBuckets, StreamCheck
from server.services.grants import Grants
from server.storage.streams import StreamRow
from tests.support.acts import register
from tests.support.device import Join
from tests.support.server import OfficeInTest, RunningServer


def test_what_was_said_to_the_server_of_before_is_not_taken_and_is_asked_for_again(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    before = clerk.feed_epoch
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    late = clerk.build(heard=before)
    server.handle.continuity.put_back()

    unheard = clerk.ask(late)
    heard = clerk.ask(clerk.build(heard=unheard.control.feed_epoch))

    assert unheard.control.feed_epoch > before
    assert (unheard.results, unheard.control.leases) == ((), ())
    assert [one.outcome for one in heard.results] == [Outcome.ACCEPTED]


def test_what_holds_the_streams_of_the_server_of_before_is_not_compared(server: RunningServer, join: Join) -> None:
    clerk = join("tu")
    clerk.sync()
    checks = tuple(StreamCheck(stream=stream, count=0, total=bytes(8)) for stream in clerk.replica.cursors)
    buckets = tuple(StreamBuckets(stream=stream, sums=bytes(8)) for stream in clerk.replica.cursors)
    before = clerk.feed_epoch
    server.handle.continuity.put_back()

    unheard = clerk.ask(clerk.build(heard=before, checks=checks, buckets=buckets))
    heard = clerk.ask(clerk.build(heard=unheard.control.feed_epoch, checks=checks, buckets=buckets))

    assert (unheard.control.checked, unheard.slices) == ((), ())
    assert [one.stream for one in heard.control.checked] == list(clerk.replica.cursors)
    assert heard.slices


def test_the_version_of_a_list_of_streams_says_what_their_numbers_stand_for() -> None:
    first, second = (
        Grants(users=frozenset(), positions=(), streams=(StreamRow(id=StreamId(9), key=key, last=90),))
        for key in (inbox_of(PositionId(2)), inbox_of(PositionId(3)))
    )

    assert first.version != second.version


def test_who_has_heard_of_no_server_yet_is_served(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    server.handle.continuity.put_back()

    assert [one.outcome for one in clerk.ask(clerk.build(heard=0)).results] == [Outcome.ACCEPTED]

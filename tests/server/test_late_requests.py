"""A request that left before the server was put back, and arrives after it: nothing of it is decided anew."""

from __future__ import annotations

from core.protocol.messages import Outcome
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


def test_who_has_heard_of_no_server_yet_is_served(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    server.handle.continuity.put_back()

    assert [one.outcome for one in clerk.ask(clerk.build(heard=0)).results] == [Outcome.ACCEPTED]

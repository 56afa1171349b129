"""What a group of pushes reads ahead, by who sat where the last time, is never what is believed of now."""

from __future__ import annotations

from core.domain.ids import OfficeId, PositionId
from core.domain.letters import IncomingLetter
from core.domain.streams import DIRECTORY, StreamKey, StreamKind, inbox_of
from core.protocol.messages import Outcome
from server.storage.database import UnitOfWork
from server.storage.streams import FeedChange, StreamRow
from tests.support.acts import register
from tests.support.device import Join
from tests.support.server import OfficeInTest, RunningServer, make_office

YEAR = 2026
ROW = (5, b"\x01" * 16)


def test_who_was_moved_since_the_last_push_is_judged_and_told_by_where_he_sits_now(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, other = join("tu"), make_office(server, name="Liwa")
    clerk.act(register(clerk.new_id(), agenda_no=1), position=office.positions["tu"])
    assert [one.outcome for one in clerk.sync().results] == [Outcome.ACCEPTED]
    before = {letter.id for letter in clerk.replica.of(IncomingLetter)}
    server.admin.change_person(office.tenant, office.users["tu"], positions=[other.positions["tu"]])
    clerk.sync()

    here, gone = clerk.new_id(), clerk.new_id()
    clerk.act(register(here, agenda_no=1), position=other.positions["tu"])
    clerk.act(register(gone, agenda_no=2), position=office.positions["tu"])
    results = clerk.sync().results

    assert [one.outcome for one in results] == [Outcome.ACCEPTED, Outcome.REFUSED]
    assert {letter.office for letter in clerk.replica.of(IncomingLetter) if letter.id not in before} == {other.office}


def test_streams_that_are_held_are_as_if_they_were_read_again(server: RunningServer, office: OfficeInTest) -> None:
    position, elsewhere = PositionId(77), PositionId(78)
    register_key = StreamKey(kind=StreamKind.REGISTER, owner=office.office, level=1, year=YEAR)
    keys = {inbox_of(position), inbox_of(elsewhere), register_key, DIRECTORY}

    def reachable(unit: UnitOfWork, *, beyond: PositionId | None = None) -> list[StreamRow]:
        positions = [position] if beyond is None else [position, beyond]
        rows = unit.of(office.tenant).streams.reachable(positions=positions, offices=[OfficeId(office.office)])
        return sorted(rows, key=lambda row: row.id)

    def work(unit: UnitOfWork) -> tuple[list[StreamRow], list[StreamRow]]:
        store = unit.of(office.tenant)
        store.head.lock()
        store.streams.hold(positions=[position], offices=[office.office])()
        before = store.streams.with_keys(keys)
        seq, _ = store.head.take(2)
        store.streams.put([FeedChange(key, ROW, seq, gone=False) for key in keys], before)
        assert {row.last for row in store.streams.with_keys(keys).values()} == {seq}
        assert all(row.last < seq for row in before.values())
        store.streams.put([FeedChange(register_key, ROW, seq + 1, gone=False)], before)
        return reachable(unit), reachable(unit, beyond=elsewhere)

    held, more = server.handle.database.write(work)

    assert held == server.handle.database.read(reachable)
    assert more == server.handle.database.read(lambda unit: reachable(unit, beyond=elsewhere))
    assert inbox_of(elsewhere) in {row.key for row in more} - {row.key for row in held}

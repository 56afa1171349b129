"""A request may wait for news: it is answered at once when there is some, and never for nothing."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from core.domain.ids import DeviceId
from core.domain.letters import IncomingLetter
from core.domain.offices import Position, Role
from core.domain.streams import StreamKind
from core.protocol.messages import SyncRequest
from server.app import ServerHandle
from server.services.announcer import Announcer
from server.services.looking import Round
from server.services.other_writers import OtherWriters
from server.services.tokens import Caller
from tests.support.acts import dispose, register
from tests.support.device import Answer, Join
from tests.support.server import OfficeInTest, RunningServer

DEADLINE_S = 15.0


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as made:
        yield made


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.005)


def waiting(announcer: Announcer, count: int) -> None:
    wait_until(lambda: announcer.waiting == count)


def seconds_of(started: float) -> float:
    return time.monotonic() - started


def test_who_waits_is_woken_by_what_another_pc_did(
    server: RunningServer, join: Join, office: OfficeInTest, pool: ThreadPoolExecutor
) -> None:
    clerk, head = join("tu"), join("camat")
    held: Future[Answer] = pool.submit(head.sync, hold=50)
    waiting(server.handle.announcer, 1)

    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    clerk.sync()
    held.result(DEADLINE_S)

    assert len(head.replica.of(IncomingLetter)) == 1
    waiting(server.handle.announcer, 0)


def test_the_first_letter_of_an_inbox_that_did_not_exist_yet_wakes_its_holder(
    server: RunningServer, join: Join, office: OfficeInTest, pool: ThreadPoolExecutor
) -> None:
    clerk, head, staff = join("tu"), join("camat"), join("kesos")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id), position=office.positions["tu"])
    clerk.sync()
    head.sync()
    held: Future[Answer] = pool.submit(staff.sync, hold=50)
    waiting(server.handle.announcer, 1)

    head.act(dispose(head.new_id(), letter_id, office.positions["kesos"]), position=office.positions["camat"])
    head.sync()

    assert held.result(DEADLINE_S).control.granted
    assert [letter.id for letter in staff.replica.of(IncomingLetter)] == [letter_id]


def test_a_pc_is_not_woken_by_its_own_work(
    server: RunningServer, join: Join, office: OfficeInTest, pool: ThreadPoolExecutor
) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id(), agenda_no=1), position=office.positions["tu"])
    clerk.sync()
    request = clerk.build(hold=2)
    started = time.monotonic()
    held: Future[Answer] = pool.submit(clerk.ask, request)
    waiting(server.handle.announcer, 1)

    clerk.act(register(clerk.new_id(), agenda_no=2), position=office.positions["tu"])
    clerk.sync()

    assert held.result(DEADLINE_S).data == ()
    assert seconds_of(started) >= 2


def test_a_pc_is_woken_by_its_own_work_where_the_server_made_something_else_of_it(
    server: RunningServer, join: Join, office: OfficeInTest, pool: ThreadPoolExecutor
) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id(), agenda_no=1), position=office.positions["tu"])
    clerk.sync()
    held: Future[Answer] = pool.submit(clerk.ask, clerk.build(hold=50))
    waiting(server.handle.announcer, 1)

    clerk.act(register(clerk.new_id(), agenda_no=0), position=office.positions["tu"])
    clerk.sync()

    assert [letter.agenda_no for letter in held.result(DEADLINE_S).rows()] == [2]


def test_work_of_another_office_wakes_nobody_here(
    server: RunningServer, join: Join, office: OfficeInTest, pool: ThreadPoolExecutor
) -> None:
    clerk, staff = join("tu"), join("kesos")
    started = time.monotonic()
    held: Future[Answer] = pool.submit(staff.sync, hold=2)
    waiting(server.handle.announcer, 1)

    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    clerk.sync()

    assert held.result(DEADLINE_S).data == ()
    assert seconds_of(started) >= 2


def test_when_there_is_news_already_nobody_waits(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    clerk.sync()
    started = time.monotonic()

    head.sync(hold=50)

    assert seconds_of(started) < 10
    assert len(head.replica.of(IncomingLetter)) == 1
    assert server.handle.announcer.waiting == 0


def test_news_that_come_between_looking_and_waiting_are_not_slept_over(
    server: RunningServer, join: Join, office: OfficeInTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk, head = join("tu"), join("camat")
    look = server.handle.sync.receive_all
    moments: list[str] = []

    def look_and_let_others_write(group: Sequence[tuple[Caller, SyncRequest]]) -> list[Round | Exception]:
        found = look(group)
        if group[0][1].hold and not moments:
            moments.append("the head has looked, and does not wait yet")
            clerk.act(register(clerk.new_id()), position=office.positions["tu"])
            clerk.sync()
        return found

    monkeypatch.setattr(server.handle.sync, "receive_all", look_and_let_others_write)
    started = time.monotonic()
    head.sync(hold=25)

    assert moments
    assert seconds_of(started) < 15
    assert len(head.replica.of(IncomingLetter)) == 1


def test_a_change_of_rights_wakes_who_waits(
    server: RunningServer, join: Join, office: OfficeInTest, pool: ThreadPoolExecutor
) -> None:
    clerk, staff = join("tu"), join("kesos")
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    clerk.sync()
    held: Future[Answer] = pool.submit(staff.sync, hold=50)
    waiting(server.handle.announcer, 1)

    server.admin.change_person(
        office.tenant,
        office.users["kesos"],
        positions=[office.positions["kesos"], office.positions["arsip"]],
    )
    held.result(DEADLINE_S)

    assert len(staff.replica.of(IncomingLetter)) == 1


def test_who_hangs_up_is_forgotten(server: RunningServer, join: Join) -> None:
    head = join("camat")
    connection = head.connect()
    body = head.wire.pack(head.build(hold=50))
    connection.request("POST", "/v1/sync", body=body, headers=head.authorized("POST", "/v1/sync"))
    waiting(server.handle.announcer, 1)

    connection.close()

    waiting(server.handle.announcer, 0)


def test_a_server_that_stops_answers_those_who_wait(
    server: RunningServer, join: Join, pool: ThreadPoolExecutor
) -> None:
    head = join("camat")
    started = time.monotonic()
    held: Future[Answer] = pool.submit(head.sync, hold=50)
    waiting(server.handle.announcer, 1)

    server.stop()

    assert held.result(DEADLINE_S).data == ()
    assert seconds_of(started) < 15


def test_many_wait_at_once_and_all_are_woken(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    body = head.wire.pack(head.build(hold=50))
    connections = [head.connect() for _ in range(100)]
    for connection in connections:
        connection.request("POST", "/v1/sync", body=body, headers=head.authorized("POST", "/v1/sync"))
    waiting(server.handle.announcer, 100)

    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    clerk.sync()

    assert [connection.getresponse().read()[:4] for connection in connections] == [b"PSG1"] * 100
    for connection in connections:
        connection.close()


def test_who_waits_is_woken_by_the_administrator_in_another_process(
    server: RunningServer, join: Join, office: OfficeInTest, pool: ThreadPoolExecutor
) -> None:
    head = join("camat")
    held: Future[Answer] = pool.submit(head.sync, hold=50)
    waiting(server.handle.announcer, 1)

    elsewhere = ServerHandle(server.config)  # nothing is shared with the server that runs but the database
    elsewhere.admin.add_position(office.tenant, office.office, title="Kasi Pelayanan", role=Role.STAFF)
    elsewhere.close()

    assert held.result(DEADLINE_S).data
    assert "Kasi Pelayanan" in {position.title for position in head.replica.of(Position)}


def test_what_this_process_announced_itself_is_not_announced_a_second_time(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    here = OtherWriters(server.handle.database, server.handle.announcer)
    elsewhere = OtherWriters(server.handle.database, Announcer())
    for one in (here, elsewhere):
        one.begin()
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    server.handle.sync.receive(server.handle.tokens.caller(clerk.token), clerk.build())

    assert here.look() == {}
    assert elsewhere.look() == {office.tenant: {(int(StreamKind.REGISTER), int(office.office))}}
    assert elsewhere.look() == {}


def test_the_database_is_not_looked_into_for_others_while_nobody_waits(
    server: RunningServer, office: OfficeInTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.services.other_writers.EVERY_S", 0.001)
    announcer, looks, looked = Announcer(), list[int](), threading.Event()
    others = OtherWriters(server.handle.database, announcer)

    def look() -> None:
        looks.append(announcer.waiting)
        looked.set()

    monkeypatch.setattr(others, "look", look)

    async def begin_to_wait_late() -> None:
        announcer.attach()
        watch = asyncio.create_task(others.run())
        await asyncio.sleep(0.05)
        announcer.join(office.tenant, DeviceId(b"d" * 16), topics=frozenset({(1, 0)}))
        assert await asyncio.to_thread(looked.wait, DEADLINE_S)
        watch.cancel()

    asyncio.run(begin_to_wait_late())

    assert set(looks) == {1}

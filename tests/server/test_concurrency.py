"""Many write at the same moment; a reader that follows misses nothing, and no number is given twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.domain.letters import IncomingLetter
from core.protocol.messages import OpResult, Outcome
from server.services.directory import IssuedCode
from server.storage.database import UnitOfWork
from server.storage.faults import StaleRead, StoreFault
from tests.support.acts import amend, register
from tests.support.device import Join, ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer

WRITERS = 16
LETTERS = 6


def write_letters(device: ScriptedDevice, office: OfficeInTest) -> list[OpResult]:
    results: list[OpResult] = []
    for _ in range(LETTERS):
        device.act(register(device.new_id()), position=office.positions["tu"])
        results += device.sync().results
    return results


@pytest.mark.timeout(300)
def test_a_reader_who_follows_sixteen_writers_misses_nothing(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    reader = join("camat")
    first = join("tu")
    codes: list[IssuedCode] = [server.admin.new_code(office.tenant, office.users["tu"]) for _ in range(WRITERS - 1)]
    writers = [first]
    for issued in codes:
        device = ScriptedDevice(server.url, server.wire, clock=clock)
        device.enrol(issued.code, password=PASSWORD)
        device.sync()
        writers.append(device)

    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(write_letters, device, office) for device in writers]
        while not all(future.done() for future in running):
            reader.sync(hold=1)
        results = [result for future in running for result in future.result()]
    reader.sync()

    letters = reader.replica.of(IncomingLetter)
    assert [result.outcome for result in results] == [Outcome.ACCEPTED] * (WRITERS * LETTERS)
    assert sorted(letter.agenda_no for letter in letters) == list(range(1, WRITERS * LETTERS + 1))
    head = server.handle.database.read(lambda unit: unit.of(office.tenant).head.read())
    assert max(reader.replica.cursors.values()) == head.seq - 1


def test_two_who_change_one_letter_at_the_same_moment_both_count(join: Join, office: OfficeInTest) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id), position=office.positions["tu"])
    clerk.sync()
    secretary.sync()
    rev = clerk.replica.revs[5, letter_id]

    with ThreadPoolExecutor(2) as pool:
        for number in range(10):
            clerk.act(
                amend(letter_id, {"subject": f"Perihal {number}"}, {"subject": rev}),
                position=office.positions["tu"],
            )
            secretary.act(
                amend(letter_id, {"sender": f"Pengirim {number}"}, {"sender": rev}),
                position=office.positions["sekcam"],
            )
            for future in [pool.submit(clerk.sync), pool.submit(secretary.sync)]:
                assert [one.outcome for one in future.result().results] == [Outcome.ACCEPTED]
            for device in (clerk, secretary):
                device.sync()
                letter = device.replica.get(IncomingLetter, letter_id)
                assert letter is not None
                assert (letter.subject, letter.sender) == (f"Perihal {number}", f"Pengirim {number}")


@pytest.mark.usefixtures("office")
def test_work_whose_ground_moved_is_done_again_and_at_last_with_the_lock_held(server: RunningServer) -> None:
    tries: list[bool] = []

    def work(unit: UnitOfWork) -> int:
        tries.append(unit.patient)
        if len(tries) < 3:
            raise StaleRead
        return len(unit.tenants.all())

    assert server.handle.database.write(work) == 1
    assert tries == [False, False, True]


def test_work_that_is_overtaken_for_ever_gives_up_and_changes_nothing(
    server: RunningServer, office: OfficeInTest
) -> None:
    def work(unit: UnitOfWork) -> None:
        unit.of(office.tenant).head.take(5)
        raise StaleRead

    before = server.handle.database.read(lambda unit: unit.of(office.tenant).head.read())
    with pytest.raises(StoreFault):
        server.handle.database.write(work)

    assert server.handle.database.read(lambda unit: unit.of(office.tenant).head.read()) == before

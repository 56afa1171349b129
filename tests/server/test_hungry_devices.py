"""Who is let in and wants more of the server than its work needs: memory, processor, disk."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from core.domain.ids import StreamId
from core.domain.numbering import INCOMING_AGENDA
from core.domain.offices import Role
from core.protocol.access import BEARER
from core.protocol.digests import bucket_sums, stream_digest
from core.protocol.faults import FaultCode
from core.protocol.messages import MAX_CURSORS, NumberNeed, StreamBuckets, StreamCheck
from core.protocol.revoking import SEALED_PATH, RevocationOrder
from core.protocol.transfer import LENGTH_HEADER, OFFSET_HEADER
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault
from server.services.allowances import Limits
from server.storage.streams import StreamTable
from server.web.live import MOST_LINES
from tests.server.admitting import Admit
from tests.server.test_live import wait_until
from tests.server.test_revoking import asked, revoke
from tests.support.acts import register
from tests.support.device import FaultAnswered, HttpAnswer, Join, ScriptedDevice
from tests.support.live_device import LiveDevice, settled
from tests.support.server import OfficeInTest, RunningServer


def test_cursors_that_are_said_one_message_after_the_other_fill_no_memory(join: Join) -> None:
    pc = join("tu")

    def say_ever_more(live: LiveDevice) -> None:
        for some in range(0, MAX_CURSORS + 5_000, 5_000):
            live.say(cursors=[(StreamId(1_000_000 + some + one), 1) for one in range(5_000)])
        live.hear()

    with LiveDevice(pc) as live, pytest.raises(ServerFault) as heard:
        say_ever_more(live)

    assert heard.value.fault.code is FaultCode.TOO_LARGE
    with pytest.raises(FaultAnswered) as answered:
        pc.sync(cursors=tuple((StreamId(one), 1) for one in range(1, MAX_CURSORS + 2)))
    assert answered.value.fault is not None
    assert answered.value.fault.code is FaultCode.TOO_LARGE


def test_of_ever_more_live_connections_of_one_pc_the_newest_go_on(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    pc, colleague = join("tu"), join("camat")

    with ExitStack() as stack:
        lines = [stack.enter_context(LiveDevice(pc)) for _ in range(MOST_LINES + 4)]
        other = stack.enter_context(LiveDevice(colleague))
        wait_until(lambda: server.handle.announcer.waiting == MOST_LINES + 1)
        for line in lines[:-MOST_LINES]:
            with pytest.raises(EnvironmentFault):
                line.hear()
        need = NumberNeed(office=office.office, year=2026, series=INCOMING_AGENDA, remaining=0)
        assert settled(lines[-1].ask(needs=(need,))).leases
        assert other.hear_if_any(0.1) is None, "nobody else is cut off"


def test_who_holds_a_pc_that_was_shut_out_fills_no_disk_with_it(
    server: RunningServer, admit: Admit, join: Join, office: OfficeInTest
) -> None:
    admin, thief = admit(Role.OFFICE_ADMIN), join("tu")
    revoke(admin, thief.id, office, office.positions["OFFICE_ADMIN"])
    ticket = thief.wire.unpack(asked(thief).body, RevocationOrder).signature
    server.stop()
    server.reconfigure(limits=Limits(upload_bytes_a_day=3_000))
    server.start()
    thief.url = server.url

    def brings(name: str) -> HttpAnswer:
        path = f"{SEALED_PATH}/{office.tenant}/{thief.id.hex()}/pesagi-kirim-20261129-{name}.psgb"
        headers = {OFFSET_HEADER: "0", LENGTH_HEADER: "1000000", "Authorization": f"{BEARER}{ticket.hex()}"}
        return thief.request("PATCH", path, bytes(2_000), headers=headers)

    answers = [brings(f"{number:08}") for number in range(4)]

    assert [one.status for one in answers] == [204, 204, 429, 429]
    assert answers[-1].fault is not None
    assert answers[-1].fault.code is FaultCode.TOO_MANY


@pytest.fixture
def clerk(join: Join, office: OfficeInTest) -> ScriptedDevice:
    device = join("tu")
    for _ in range(5):
        device.act(register(device.new_id()), position=office.positions["tu"])
    device.sync()
    device.sync()
    return device


def test_a_stream_that_is_asked_about_five_hundred_times_is_read_once(
    server: RunningServer, office: OfficeInTest, clerk: ScriptedDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[StreamId] = []
    plainly = StreamTable.versions

    def counted(table: StreamTable, stream: StreamId) -> object:
        read.append(stream)
        return plainly(table, stream)

    monkeypatch.setattr(StreamTable, "versions", counted)
    stream = StreamId(max(clerk.replica.cursors))
    rows = server.handle.database.read(lambda unit: plainly(unit.of(office.tenant).streams, stream))
    count, total = stream_digest(rows)
    right, wrong = (StreamCheck(stream=stream, count=count + more, total=total) for more in (0, 1))

    checked = clerk.sync(checks=(right, wrong, right) * 150).control.checked

    assert {one.same for one in checked} <= {True, False}
    assert checked[0].same
    assert read == [stream]
    read.clear()
    asked = StreamBuckets(stream=stream, sums=bucket_sums([], 1))
    slices = clerk.sync(buckets=(asked,) * 60).slices
    assert len(slices) == 1
    assert read == [stream]

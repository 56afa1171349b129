"""Who is let in and wants more of the server than its work needs: memory, processor, disk."""

from __future__ import annotations

import pytest

from core.domain.ids import StreamId
from core.protocol.digests import bucket_sums, stream_digest
from core.protocol.faults import FaultCode
from core.protocol.messages import MAX_CURSORS, StreamBuckets, StreamCheck
from desktop.sync.client import ServerFault
from server.storage.streams import StreamTable
from tests.support.acts import register
from tests.support.device import FaultAnswered, Join, ScriptedDevice
from tests.support.live_device import LiveDevice
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

"""A live connection says everything once, at once, and only to whom it may be said at that very moment."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from core.domain.acting import Signed
from core.domain.letters import IncomingLetter
from core.domain.numbering import INCOMING_AGENDA
from core.protocol.brevity import Moved, ToldOp
from core.protocol.codec import check_of
from core.protocol.faults import FaultCode
from core.protocol.live import DIALECT, LiveFrame, Settled
from core.protocol.messages import Control, Data, Done, NumberNeed, Outcome
from core.protocol.ops import read_op
from core.protocol.rows import read_rows
from desktop.sync.live_client import LiveLine
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault
from tests.support.acts import dispose, register
from tests.support.device import Join, ScriptedDevice
from tests.support.live_device import HEAR_S, LiveDevice, settled
from tests.support.server import OfficeInTest, RunningServer

QUIET_S = 0.3


def write(device: ScriptedDevice, office: OfficeInTest, count: int = 1) -> None:
    for _ in range(count):
        known = [letter.agenda_no for letter in device.replica.of(IncomingLetter)]
        waiting = len(device.pending)
        number = max(known, default=0) + waiting + 1
        device.act(register(device.new_id(), agenda_no=number), position=office.positions["tu"])


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + HEAR_S
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.005)


def fault_heard(live: LiveDevice) -> FaultCode:
    """What ends the connection; whatever is said before is taken over."""
    with pytest.raises(ServerFault) as fault:
        hear_all(live)
    return fault.value.code


def hear_all(live: LiveDevice) -> None:
    while live.hear_if_any(HEAR_S) is not None:
        pass


def opened(device: ScriptedDevice, *, feed_epoch: int) -> Settled:
    """The answer to an opening."""
    line = LiveLine(device.url, access=device.access())
    try:
        line.open()
        line.send(device.wire.pack(device.build(ops=(), feed_epoch=feed_epoch)))
        message = line.receive(HEAR_S)
        assert message is not None
        frames: tuple[LiveFrame, ...] = device.wire.expand(message, tuple[LiveFrame, ...])
        return settled(frames)
    finally:
        line.close()


def open_and_hear(line: LiveLine) -> None:
    """The refusal may come with the answer to the opening, or after it."""
    try:
        line.open()
        line.receive(HEAR_S)
    finally:
        line.close()


def test_what_one_pc_did_is_told_to_another_unasked_and_in_few_bytes(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    write(clerk, office)
    clerk.sync()
    head.sync()
    with LiveDevice(clerk) as sending, LiveDevice(head) as hearing:
        before = sending.line.up + sending.line.down + hearing.line.up + hearing.line.down
        write(clerk, office)
        (result,) = sending.send_ops()
        frames = hearing.hear()
        used = sending.line.up + sending.line.down + hearing.line.up + hearing.line.down - before

    assert result.outcome == Outcome.ACCEPTED
    assert [type(frame) for frame in frames] == [Data], "what was said at the opening is not said again"
    assert len(head.replica.of(IncomingLetter)) == 2
    assert head.replica.of(IncomingLetter) == clerk.replica.of(IncomingLetter)
    assert used < 600, "the server of this test has no dictionary"


def test_who_opens_is_told_first_what_is_new(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    write(clerk, office, 3)
    clerk.sync()

    with LiveDevice(head):
        assert len(head.replica.of(IncomingLetter)) == 3


def test_an_op_that_went_by_both_ways_is_taken_once(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    with LiveDevice(clerk) as live:
        write(clerk, office, 2)
        both = list(clerk.pending)
        by_post = clerk.ask(clerk.build(ops=both)).results
        again = settled(live.ask(ops=both)).results

    assert again == by_post
    head.sync()
    assert len(head.replica.of(IncomingLetter)) == 2


def test_a_pc_is_not_told_its_own_work_and_stays_in_step(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    clerk.act(register(clerk.new_id(), agenda_no=1), position=office.positions["tu"])
    clerk.sync()
    with LiveDevice(clerk) as live:
        clerk.act(register(clerk.new_id(), agenda_no=2), position=office.positions["tu"])
        frames = live.ask(ops=clerk.pending)
        assert [frame.blocks for frame in frames if isinstance(frame, Data)] == [()]
        assert live.hear_if_any(QUIET_S) is None


def test_numbers_are_leased_over_it(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    with LiveDevice(clerk) as live:
        need = NumberNeed(office=office.office, year=2026, series=INCOMING_AGENDA, remaining=0)
        (lease,) = settled(live.ask(needs=(need,))).leases

    assert lease.low == 1


def test_the_first_letter_of_an_inbox_that_did_not_exist_yet_is_told(join: Join, office: OfficeInTest) -> None:
    clerk, head, staff = join("tu"), join("camat"), join("kesos")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id), position=office.positions["tu"])
    clerk.sync()
    head.sync()
    with LiveDevice(staff) as live:
        head.act(dispose(head.new_id(), letter_id, office.positions["kesos"]), position=office.positions["camat"])
        head.sync()
        frames = live.hear()

    assert any(isinstance(frame, Control) and frame.granted for frame in frames)
    assert [letter.id for letter in staff.replica.of(IncomingLetter)] == [letter_id]


def test_a_stream_that_is_taken_and_given_again_is_told_from_its_beginning(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, staff = join("tu"), join("kesos")
    write(clerk, office, 2)
    clerk.sync()
    both, one = [office.positions["kesos"], office.positions["arsip"]], [office.positions["kesos"]]
    with LiveDevice(staff) as live:
        for positions, letters in ((both, 2), (one, 0), (both, 2)):
            server.admin.change_person(office.tenant, office.users["kesos"], positions=positions)
            while len(staff.replica.of(IncomingLetter)) != letters:
                live.hear()


def test_a_revoked_device_is_cut_off_at_once(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    with LiveDevice(head) as live:
        server.admin.revoke_device(office.tenant, head.id)
        write(clerk, office)
        clerk.sync()

        assert fault_heard(live) is FaultCode.DEVICE_REVOKED
    assert head.replica.of(IncomingLetter) == []
    with pytest.raises(ServerFault):
        open_and_hear(LiveLine(head.url, access=head.access()))


def test_a_person_who_may_no_longer_work_is_cut_off_at_once(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    head = join("camat")
    with LiveDevice(head) as live:
        server.admin.change_person(office.tenant, office.users["camat"], active=False)

        assert fault_heard(live) is FaultCode.SIGNED_OUT


def test_an_op_after_the_revocation_in_another_process_is_not_taken(
    server: RunningServer, join: Join, office: OfficeInTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is woken then, but every message is asked for its right."""
    clerk, head = join("tu"), join("camat")
    with LiveDevice(clerk) as live:
        monkeypatch.setattr(server.handle.announcer, "announce", lambda *_args, **_named: None)
        server.admin.revoke_device(office.tenant, clerk.id)
        write(clerk, office)
        live.say(ops=clerk.pending)

        assert fault_heard(live) is FaultCode.DEVICE_REVOKED
    head.sync()
    assert head.replica.of(IncomingLetter) == []


def test_much_is_left_to_a_request_and_nothing_is_pushed_until_it_was_made(
    server: RunningServer, join: Join, office: OfficeInTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.services.pull.FRAME_ROWS", 60)
    clerk, head = join("tu"), join("camat")
    with LiveDevice(head) as live:
        write(clerk, office, 150)
        clerk.sync()
        frames = live.hear()
        assert frames[-1] == Done(more=True)
        write(clerk, office)
        clerk.sync()
        assert live.hear_if_any(QUIET_S) is None

        head.sync()
        live.say(cursors=sorted(head.replica.cursors.items()))
        assert live.hear_if_any(QUIET_S) is None, "the request brought all of it"
        write(clerk, office)
        clerk.sync()
        live.hear()

    assert len(head.replica.of(IncomingLetter)) == 152
    assert server.handle.announcer.waiting <= 1


def test_what_is_too_much_for_one_message_is_left_to_a_request(
    join: Join, office: OfficeInTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.services.pull.FRAME_ROWS", 5)
    monkeypatch.setattr("server.services.fitting.MESSAGE_BYTES", 2_000)
    clerk, head = join("tu"), join("camat")
    head.sync()
    with LiveDevice(head) as live:
        write(clerk, office, 40)
        clerk.sync()
        *told, last = live.hear()
        here = len(head.replica.of(IncomingLetter))
        assert last == Done(more=True)
        assert 0 < len(told) < 4
        assert here < 40

        head.sync()
        live.say(cursors=sorted(head.replica.cursors.items()))
        assert live.hear_if_any(QUIET_S) is None, "the request brought all of it"

    assert len(head.replica.of(IncomingLetter)) == 40


@pytest.mark.parametrize("message", [b"", b"\x00\x01\x02", b"PSG1\x00"])
def test_what_is_no_message_ends_the_connection_and_nothing_else(
    join: Join, office: OfficeInTest, message: bytes
) -> None:
    clerk = join("tu")
    with LiveDevice(clerk) as live:
        live.line.send(message)
        assert fault_heard(live) is FaultCode.MALFORMED
    write(clerk, office)
    assert clerk.sync().results[0].outcome == Outcome.ACCEPTED


def test_who_takes_acts_is_told_a_disposition_as_the_signed_act_and_else_as_rows(
    join: Join, office: OfficeInTest
) -> None:
    clerk, head, desk = join("tu"), join("camat"), join("sekcam")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id, agenda_no=1), position=office.positions["tu"])
    for pc in (clerk, head, desk):
        pc.sync()
    before = sorted(desk.replica.cursors.items())
    with LiveDevice(desk, dialect=DIALECT) as live:
        order = dispose(head.new_id(), letter_id, office.positions["sekcam"])
        made = head.act(
            order, position=office.positions["camat"], signed=Signed(signature=bytes(64), at_ms=head.clock())
        )
        head.sync()
        granted, told, *moved = live.hear()
        live.say(cursors=before, in_rows=True)
        frames = live.hear()
    rows = [row for one in frames if isinstance(one, Data) for _, several in read_rows(one.blocks) for row in several]
    rows.sort(key=lambda row: row.rev)

    assert isinstance(granted, Control), "the desk had no inbox yet"
    assert isinstance(told, ToldOp)
    assert (told.signature, told.made_ms) == (bytes(64), read_op(made.data).wall_ms)
    assert [type(one) for one in moved] == [Moved]
    assert told.check == check_of(row.record for row in rows), "the rows are what the act makes"
    assert told.first_rev == rows[0].rev


def test_what_an_act_does_not_say_itself_is_told_in_rows(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    with LiveDevice(head, dialect=DIALECT) as live:
        write(clerk, office)
        clerk.sync()
        frames = list(live.hear())
        while not any(isinstance(frame, Data) for frame in frames):  # the streams are told before what is in them
            frames += live.hear()

    assert {type(frame) for frame in frames} <= {Control, Data}
    assert len(head.replica.of(IncomingLetter)) == 1


def test_ops_are_taken_without_their_place_in_the_chain(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    with LiveDevice(clerk, dialect=DIALECT) as live:
        for _ in range(2):
            write(clerk, office, 2)
            answer = settled(live.ask_briefly())
            assert [one.outcome for one in answer.results] == [Outcome.ACCEPTED] * 2
    head.sync()

    assert {one.id for one in head.replica.of(IncomingLetter)} == {one.id for one in clerk.replica.of(IncomingLetter)}
    assert len(head.replica.of(IncomingLetter)) == 4


def test_nothing_is_taken_of_ops_that_were_shortened_on_another_chain(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    with LiveDevice(clerk, dialect=DIALECT) as live:
        write(clerk, office)
        both = list(clerk.pending)
        clerk.ask(clerk.build(ops=both))  # the answer is lost
        frames = live.ask_briefly()

        assert frames == (Settled(), Done(more=True))
        assert clerk.sync().results[0].outcome == Outcome.ACCEPTED
        live.say(cursors=sorted(clerk.replica.cursors.items()))
        write(clerk, office)
        assert len(settled(live.ask_briefly()).results) == 1
    head.sync()
    assert len(head.replica.of(IncomingLetter)) == 2


def test_who_has_not_heard_that_the_server_was_put_back_is_called_nothing_safe(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    write(clerk, office)
    clerk.sync()
    before = clerk.feed_epoch
    (now,) = server.handle.continuity.put_back()
    safe = server.handle.continuity.call_safe(office.tenant)

    assert opened(clerk, feed_epoch=before).durable == 0
    assert opened(clerk, feed_epoch=now.feed_epoch).durable == safe


def test_who_hangs_up_is_forgotten(server: RunningServer, join: Join) -> None:
    with LiveDevice(join("camat")):
        wait_until(lambda: server.handle.announcer.waiting == 1)

    wait_until(lambda: server.handle.announcer.waiting == 0)


def test_a_server_that_stops_says_good_bye(server: RunningServer, join: Join) -> None:
    with LiveDevice(join("camat")) as live:
        server.stop()
        with pytest.raises(EnvironmentFault):
            live.hear()

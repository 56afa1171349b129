"""Each PC receives what its people may know, once, the urgent first, and can be cut off anywhere."""

from __future__ import annotations

import os

import msgspec
import pytest

from core.domain.dispositions import Disposition
from core.domain.ids import LetterId, StreamId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.offices import Office, Person
from core.domain.streams import StreamKey, StreamKind
from core.protocol.faults import FaultCode
from core.protocol.messages import Done
from server.services.grants import Grants
from server.services.ground import Ground
from server.services.ledger import Entry, write_entries
from server.services.pull import plan_pull
from server.services.storable import all_storable
from server.storage.database import UnitOfWork
from server.storage.streams import StreamRow
from tests.support.acts import YEAR, dispose, open_file, register
from tests.support.device import Answer, FaultAnswered, Join, ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer, make_office

LETTER = 5


def fill(clerk: ScriptedDevice, office: OfficeInTest, count: int, year: int = YEAR) -> None:
    """Register `count` letters, in requests of at most 200."""
    for number in range(1, count + 1):
        clerk.act(
            register(clerk.new_id(), agenda_year=year, agenda_no=number, subject=f"Perihal {number}"),
            position=office.positions["tu"],
        )
    while clerk.pending:
        clerk.sync()


def newcomer(server: RunningServer, office: OfficeInTest, clock: ManualClock, handle: str) -> ScriptedDevice:
    """A PC that is enrolled and has not asked for anything yet."""
    device = ScriptedDevice(server.url, server.wire, clock=clock)
    device.enrol(office.codes[handle], password=PASSWORD)
    return device


def test_the_staff_receive_their_inbox_and_the_directory_alone(join: Join, office: OfficeInTest) -> None:
    clerk, staff = join("tu"), join("kesos")
    mine = clerk.new_id()
    clerk.act(register(mine, addressee=office.positions["kesos"]), position=office.positions["tu"])
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    clerk.act(open_file(clerk.new_id()), position=office.positions["tu"])
    clerk.sync()

    staff.sync()

    assert [letter.id for letter in staff.replica.of(IncomingLetter)] == [mine]
    assert {key.kind for key in staff.replica.streams.values()} == {StreamKind.DIRECTORY, StreamKind.INBOX}
    assert len(staff.replica.of(Person)) == 11


def test_another_office_receives_nothing_of_ours(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    fill(join("tu"), office, 2)
    other = newcomer(server, make_office(server, name="Balik Bukit"), clock, "camat")

    other.sync()

    assert other.replica.of(IncomingLetter) == []
    assert {one.short_name for one in other.replica.of(Office)} == {"Kec. Sukau", "Kec. Balik Bukit"}


def test_another_region_receives_nothing_at_all_of_ours(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    fill(join("tu"), office, 1)
    abroad = server.admin.add_tenant("Pesisir Barat", "Kabupaten Pesisir Barat")
    other = newcomer(server, make_office(server, name="Krui", tenant=abroad), clock, "tu")

    other.sync()

    assert {one.short_name for one in other.replica.of(Office)} == {"Kec. Krui"}
    assert other.replica.of(IncomingLetter) == []


def test_a_row_in_two_streams_crosses_the_line_once(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    clerk = join("tu")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id, addressee=office.positions["camat"]), position=office.positions["tu"])
    clerk.sync()
    head = newcomer(server, office, clock, "camat")

    reply = head.sync()

    assert [row.id for row in reply.rows() if isinstance(row, IncomingLetter)] == [letter_id]
    holding = [members for members in head.replica.members.values() if (LETTER, letter_id) in members]
    assert len(holding) == 2


def test_inboxes_come_first_then_this_year_then_the_years_behind_newest_first(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    clerk = join("tu")
    for year in (YEAR - 4, YEAR - 2, YEAR, YEAR - 1):
        fill(clerk, office, 1, year)
    clerk.act(register(clerk.new_id(), addressee=office.positions["camat"]), position=office.positions["tu"])
    clerk.sync()
    head = newcomer(server, office, clock, "camat")

    reply = head.sync()

    order = [head.replica.streams[frame.stream] for frame in reply.data]
    assert [(key.kind, key.year) for key in order] == [
        (StreamKind.DIRECTORY, 0),
        (StreamKind.INBOX, 0),
        (StreamKind.REGISTER, YEAR),
        (StreamKind.REGISTER, YEAR - 1),
        (StreamKind.REGISTER, YEAR - 2),
        (StreamKind.REGISTER, YEAR - 4),
    ]


def test_a_long_reply_comes_in_frames_and_a_cut_one_goes_on_where_it_stopped(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    fill(join("tu"), office, 1203)
    head = newcomer(server, office, clock, "camat")
    whole = head.ask(head.build())
    register_frames = [frame for frame in whole.data if len(frame.blocks[0].revs) > 100]

    cut = Answer(http=whole.http, control=whole.control, data=whole.data[:-2], done=whole.done)
    head.take(cut)
    rest = head.sync()

    assert [len(frame.blocks[0].revs) for frame in register_frames] == [500, 500, 203]
    assert [len(frame.blocks[0].revs) for frame in rest.data] == [500, 203]
    assert sorted(letter.agenda_no for letter in head.replica.of(IncomingLetter)) == list(range(1, 1204))
    assert head.sync().data == ()


def test_a_reply_of_many_bytes_is_streamed(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    clerk = join("tu")
    for number in range(1, 101):
        clerk.act(
            register(clerk.new_id(), agenda_no=number, summary=os.urandom(2000).hex()),
            position=office.positions["tu"],
        )
    clerk.sync()
    head = newcomer(server, office, clock, "camat")

    reply = head.sync()

    assert reply.http.headers["transfer-encoding"] == "chunked"
    assert len(reply.http.body) > 150_000
    assert len(reply.data) > 2
    assert len(head.replica.of(IncomingLetter)) == 100
    assert reply.done == Done()


def test_a_right_that_was_given_later_brings_what_was_there_before(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, staff = join("tu"), join("kesos")
    fill(clerk, office, 3)
    staff.sync()
    assert staff.replica.of(IncomingLetter) == []

    server.admin.change_person(
        office.tenant,
        office.users["kesos"],
        positions=[office.positions["kesos"], office.positions["arsip"]],
    )
    staff.sync()

    assert len(staff.replica.of(IncomingLetter)) == 3


def test_a_right_that_was_taken_away_ends_at_the_next_request(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, secretary = join("tu"), join("sekcam")
    fill(clerk, office, 3)
    secretary.sync()
    server.admin.change_person(office.tenant, office.users["sekcam"], positions=[office.positions["kesos"]])
    clerk.act(register(clerk.new_id()), position=office.positions["tu"])
    clerk.sync()

    reply = secretary.sync()

    assert not any(isinstance(row, IncomingLetter) for row in reply.rows())
    assert secretary.replica.of(IncomingLetter) == []


def test_a_right_that_is_taken_away_while_a_reply_is_sent_stops_the_next_frame(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    fill(join("tu"), office, 600)
    head = newcomer(server, office, clock, "camat")
    handle = server.handle

    # The frames of the reply are read one by one, as a slow line would.
    caller = handle.tokens.caller(head.token)
    round_ = handle.sync.receive(caller, head.build())
    frames = handle.sync.frames(caller, round_)
    taken = [next(frames), next(frames)]
    server.admin.change_person(office.tenant, office.users["camat"], positions=[])
    left = list(frames)

    assert [len(frame.blocks[0].revs) for frame in taken if frame.blocks[0].kind == LETTER] == [500]
    assert left == []


def test_a_person_who_is_shut_out_is_signed_out(server: RunningServer, join: Join, office: OfficeInTest) -> None:
    secretary = join("sekcam")
    server.admin.change_person(office.tenant, office.users["sekcam"], active=False)

    with pytest.raises(FaultAnswered) as caught:
        secretary.sync()

    assert caught.value.fault is not None
    assert caught.value.fault.code == FaultCode.SIGNED_OUT


def test_the_list_of_streams_is_sent_only_when_it_changed(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    assert clerk.sync().control.granted == ()

    clerk.act(register(clerk.new_id(), security=SecurityLevel.RESTRICTED), position=office.positions["tu"])
    first = clerk.sync()

    assert [grant.key.level for grant in first.control.granted] == [0, SecurityLevel.RESTRICTED]
    assert clerk.sync().control.granted == ()


def test_what_leaves_a_stream_is_told_to_those_who_had_it_and_to_no_newcomer(
    server: RunningServer, join: Join, office: OfficeInTest, clock: ManualClock
) -> None:
    clerk, staff = join("tu"), join("kesos")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id, addressee=office.positions["kesos"]), position=office.positions["tu"])
    clerk.sync()
    staff.sync()
    assert len(staff.replica.of(IncomingLetter)) == 1

    def take_away(unit: UnitOfWork) -> None:
        store = unit.of(office.tenant)
        ground = Ground(store, None)
        letter = ground.get(IncomingLetter, LetterId(letter_id))
        assert letter is not None
        changed = msgspec.structs.replace(letter, involved=())
        write_entries(store, ground, entries=[Entry(records=all_storable((changed,)))], now_ms=clock())

    server.handle.database.write(take_away)
    newer = newcomer(server, office, clock, "pelayanan")
    server.admin.change_person(office.tenant, office.users["pelayanan"], positions=[office.positions["kesos"]])

    told = staff.sync()
    assert [row_id for frame in told.data for block in frame.blocks for row_id in block.gone] == [letter_id]
    assert staff.replica.of(IncomingLetter) == []
    fresh = newer.sync()
    assert [row_id for frame in fresh.data for block in frame.blocks for row_id in block.gone] == []


def test_a_device_of_another_feed_epoch_is_sent_no_rows_but_where_its_chains_stand(
    join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    fill(clerk, office, 3)

    reply = clerk.ask(clerk.build(feed_epoch=clerk.feed_epoch + 1))

    assert reply.rows() == []
    assert reply.control.feed_epoch == clerk.feed_epoch
    assert reply.control.extents == ((1, 4, clerk.head[:8]),)


def test_what_was_taken_since_the_server_was_put_back_does_not_count_as_known_to_a_disk_from_before(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk, other = join("tu"), join("sekcam")
    fill(clerk, office, 2)
    before, head = clerk.feed_epoch, clerk.head
    server.handle.continuity.put_back()
    for device, place in ((clerk, "tu"), (other, "sekcam")):
        device.act(register(device.new_id()), position=office.positions[place])
        device.ask(device.build(heard=0))

    assert clerk.ask(clerk.build(ops=(), feed_epoch=before)).control.extents == ((1, 3, head[:8]),)
    assert other.ask(other.build(ops=(), feed_epoch=before)).control.extents == ((1, 1, b""),)


def test_a_cursor_beyond_the_end_of_its_stream_brings_the_whole_stream(join: Join, office: OfficeInTest) -> None:
    clerk = join("tu")
    fill(clerk, office, 3)
    beyond = tuple((stream, cursor + 1000) for stream, cursor in clerk.replica.cursors.items())

    reply = clerk.ask(clerk.build(cursors=beyond))

    assert len([row for row in reply.rows() if isinstance(row, IncomingLetter)]) == 3


def test_a_row_of_forty_long_answers_still_fits_a_frame(join: Join, office: OfficeInTest) -> None:
    clerk, head = join("tu"), join("camat")
    letter_id = clerk.new_id()
    clerk.act(register(letter_id, summary="ü" * 4000), position=office.positions["tu"])
    clerk.sync()
    head.sync()
    others = [number for handle, number in office.positions.items() if handle != "camat"]
    head.act(dispose(head.new_id(), letter_id, *others), position=office.positions["camat"])
    head.sync()

    clerk.sync()

    assert [len(one.recipients) for one in clerk.replica.of(Disposition)] == [10]


def test_a_server_that_was_stopped_and_started_has_everything(
    server: RunningServer, join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    fill(clerk, office, 5)
    before = clerk.sync().control

    server.stop()
    clerk.act(register(clerk.new_id(), agenda_no=6), position=office.positions["tu"])
    with pytest.raises(ConnectionError):
        clerk.sync()
    server.start()
    after = clerk.sync()

    assert after.control.feed_epoch == before.feed_epoch
    assert len(after.results) == 1
    assert sorted(letter.agenda_no for letter in clerk.replica.of(IncomingLetter)) == [1, 2, 3, 4, 5, 6]


def test_tenants_are_numbered_and_keep_their_own_feed_epoch(server: RunningServer) -> None:
    first = server.admin.add_tenant("Satu", "Kabupaten Satu")
    second = server.admin.add_tenant("Dua", "Kabupaten Dua")

    offices = [make_office(server, tenant=tenant).office for tenant in (first, second)]

    assert [row.id for row in server.admin.tenants()] == [first, second]
    assert all(row.feed_epoch for row in server.admin.tenants())
    assert offices == [1, 1]


@pytest.mark.parametrize(
    ("cursor", "late", "told_above"), [(0, False, 90), (0, True, 0), (40, False, 40), (40, True, 40)]
)
def test_who_takes_an_answer_late_or_has_rows_of_other_streams_is_told_all_that_left_a_stream(
    *, cursor: int, late: bool, told_above: int
) -> None:
    stream = StreamRow(id=StreamId(9), key=StreamKey(kind=StreamKind.INBOX, owner=3), last=90)
    grants = Grants(users=frozenset(), positions=(), streams=(stream,))

    plan = plan_pull(grants, {stream.id: cursor}, own=(), this_year=YEAR, late=late)

    assert [(one.start, one.gone_above) for one in plan.streams] == [(cursor, told_above)]

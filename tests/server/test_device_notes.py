"""Administrators hear of the PCs of their offices, and nobody else does."""

from __future__ import annotations

import msgspec
import pytest

from core.domain.offices import Role
from core.domain.streams import StreamKind
from core.protocol.devices import EVERYTHING, Aside, DeviceState, DevicesTold
from core.protocol.hub import HubEnrolRequest
from core.protocol.messages import PROTOCOL
from server.services.hubs import SEEN_AFTER_MS
from tests.server.admitting import Admit
from tests.support.acts import register
from tests.support.device import Join, ScriptedDevice
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer, make_office

STATE = DeviceState(version="0.1.0", waiting=2, files=1, skew_s=-40, free_mb=12_000, unbacked_h=7)


def told_to(device: ScriptedDevice, since: int = EVERYTHING) -> DevicesTold | None:
    return device.sync(aside=Aside(since=since)).control.devices


def test_an_administrator_hears_who_uses_a_pc_when_it_was_in_touch_and_what_it_told(
    admit: Admit, join: Join, clock: ManualClock, office: OfficeInTest
) -> None:
    admin, clerk = admit(Role.OFFICE_ADMIN), join("tu")
    clock.advance(seconds=90)
    clerk.sync(aside=Aside(state=STATE))

    told = told_to(admin)

    assert told is not None
    notes = {note.device: note for note in told.notes}
    assert told.whole
    assert set(notes) == {admin.id, clerk.id}
    assert notes[clerk.id].users == (office.users["tu"],)
    assert (notes[clerk.id].state, notes[clerk.id].told_ms, notes[clerk.id].seen_ms) == (
        STATE,
        clock.now_ms,
        clock.now_ms,
    )
    assert notes[admin.id].state is None


def test_what_did_not_change_is_not_told_again(admit: Admit, join: Join, clock: ManualClock) -> None:
    admin, clerk, _ = admit(Role.OFFICE_ADMIN), join("tu"), join("camat")
    first = told_to(admin)
    assert first is not None
    clock.advance(seconds=5)
    clerk.sync(aside=Aside(state=STATE))

    later = told_to(admin, first.until + 1)

    assert later is not None
    assert not later.whole
    assert [note.device for note in later.notes] == [clerk.id]


def test_the_admin_of_an_office_hears_of_no_other_office_and_the_admin_of_the_region_of_all(
    server: RunningServer, admit: Admit, office: OfficeInTest, clock: ManualClock
) -> None:
    kantor, region = admit(Role.OFFICE_ADMIN), admit(Role.REGION_ADMIN)
    other = make_office(server, name="Batu Brak", tenant=office.tenant)
    elsewhere = ScriptedDevice(server.url, server.wire, clock=clock)
    elsewhere.enrol(other.codes["tu"], password=PASSWORD)

    near, everywhere = told_to(kantor), told_to(region)

    assert near is not None
    assert everywhere is not None
    assert elsewhere.id not in {note.device for note in near.notes}
    assert elsewhere.id in {note.device for note in everywhere.notes}
    assert len(everywhere.notes) == len(near.notes) + 1


def test_an_administrator_hears_when_the_hub_of_the_office_was_in_touch(
    server: RunningServer, admit: Admit, office: OfficeInTest, clock: ManualClock
) -> None:
    admin = admit(Role.OFFICE_ADMIN)
    hubs = server.handle.hubs
    hubs.new_code(office.tenant, office.office)  # of a hub that never came nobody hears
    let_in_ms, reply = (
        clock.now_ms,
        hubs.enrol(HubEnrolRequest(protocol=PROTOCOL, code=hubs.new_code(office.tenant, office.office))),
    )

    clock.advance(seconds=SEEN_AFTER_MS // 1000)
    hubs.caller(reply.token)
    clock.advance(seconds=5)
    seen_ms = clock.now_ms - 5_000
    hubs.caller(reply.token)

    told = told_to(admin)
    assert told is not None
    notes = [note for note in told.notes if note.hub_of]
    assert [(note.device, note.hub_of, note.seen_ms, note.users) for note in notes] == [
        (reply.hub, office.office, seen_ms, ())
    ]
    hub = next(row for row in hubs.listed(office.tenant) if row.id == reply.hub)
    assert hub.last_seen_ms == let_in_ms, "which its appointment names"


@pytest.mark.parametrize("handle", ["camat", "sekcam", "tu", "kesos"])
def test_who_administers_nothing_hears_of_no_pc(join: Join, handle: str) -> None:
    assert told_to(join(handle)) is None


def test_what_no_pc_would_say_is_not_kept(admit: Admit, join: Join) -> None:
    admin, clerk = admit(Role.OFFICE_ADMIN), join("tu")
    clerk.sync(aside=Aside(state=msgspec.structs.replace(STATE, version="x" * 5_000)))

    told = told_to(admin)

    assert told is not None
    assert {note.device: note.state for note in told.notes}[clerk.id] is None


def test_an_administrator_hears_how_much_lies_in_the_streams_of_the_office(
    admit: Admit, join: Join, office: OfficeInTest
) -> None:
    clerk = join("tu")
    for addressee in (office.positions["camat"], office.positions["camat"], None):
        act = register(clerk.new_id(), addressee=addressee)
        clerk.act(act, position=office.positions["tu"])
    clerk.sync()

    told = told_to(admit(Role.OFFICE_ADMIN))

    assert told is not None
    counts = {(one.kind, one.owner, one.level): one.rows for one in told.streams}
    assert counts[StreamKind.REGISTER, office.office, 0] == 3
    assert counts[StreamKind.INBOX, office.positions["camat"], 0] == 2

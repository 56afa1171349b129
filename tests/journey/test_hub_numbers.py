"""The hub gives out the numbers of its office: in order, without a line, and never after another took its place."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.domain.letters import IncomingLetter
from core.domain.number_fates import NumberFate
from core.domain.numbering import INCOMING_AGENDA
from core.protocol.hub import HUB_BLOCK
from desktop.storage.outbox import OpState
from desktop.system.settings import Settings, write_settings
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.hub import RunningHub, running_hub
from tests.support.line import LinkProfile
from tests.support.link import Link
from tests.support.server import OfficeInTest, RunningServer, make_office, running_server

QUICK = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)


@dataclass
class Place:
    """An office with two PCs that register, both behind a hub."""

    server: RunningServer
    office: OfficeInTest
    hub: RunningHub
    wan: Link
    folder: Path
    desk: OfficePc
    secretary: OfficePc

    def write(self, pc: OfficePc, handle: str) -> int:
        """Register a letter, as the window does: the visit follows the act. The number; 0 if it comes later."""
        written = write_letter(pc, handle, "Surat")
        pc.visit()
        return int(written.agenda or 0)

    def line_is_back(self) -> None:
        """The hub would try again within a minute; a new start tries at once."""
        self.wan.up()
        self.hub.stop()
        self.hub.start()
        self.hub.in_touch()

    def use(self, hub: RunningHub) -> None:
        for pc in (self.desk, self.secretary):
            write_settings(pc.folder, Settings(hub=hub.url))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with (
        running_server(tmp_path) as server,
        Link("127.0.0.1", server.port, profile=QUICK) as wan,
        ExitStack() as stack,
    ):
        office = make_office(server)
        with running_hub(tmp_path / "hub", server, office, upstream=wan.url) as hub:
            hub.in_touch()
            hub.filled(server)
            with stack:
                pcs = {}
                for handle in ("tu", "sekcam"):
                    pc = pcs[handle] = stack.enter_context(OfficePc(tmp_path / f"pc-{handle}"))
                    write_settings(pc.folder, Settings(hub=hub.url))
                    pc.join(wan.url, office.codes[handle])
                    hub.knows(pc.device)
                    pc.sync()
                yield Place(
                    server=server,
                    office=office,
                    hub=hub,
                    wan=wan,
                    folder=tmp_path,
                    desk=pcs["tu"],
                    secretary=pcs["sekcam"],
                )


def left(pc: OfficePc, office: OfficeInTest) -> set[int]:
    """The numbers that a PC was given and has not used."""
    with pc.opened.store.read() as uow:
        held = uow.leases.held(office.office, pc.today().year, INCOMING_AGENDA)
    return {number for low, high in held for number in range(low, high + 1)}


def numbers_at(pc: OfficePc) -> list[int]:
    pc.sync()
    return sorted(one.record.agenda_no for one in pc.rows(IncomingLetter))


def test_without_a_line_the_numbers_of_two_pcs_are_one_unbroken_run(place: Place) -> None:
    place.wan.down()
    place.hub.in_touch(online=False)

    given = []
    for _ in range(20):
        given += [place.write(place.desk, "tu"), place.write(place.secretary, "sekcam")]

    unused = left(place.desk, place.office) | left(place.secretary, place.office)
    assert 0 not in given, "no letter had to wait for its number"
    assert sorted([*given, *unused]) == list(range(1, len(given) + len(unused) + 1))
    assert len(unused) <= 14, "few lie ready in each PC"

    place.line_is_back()
    place.secretary.sync()
    assert numbers_at(place.desk) == sorted(given)


def test_where_a_hub_gives_out_numbers_the_server_gives_none(place: Place) -> None:
    for pc in (place.desk, place.secretary):
        write_settings(pc.folder, Settings(hub="off"))
    before = left(place.desk, place.office)
    while left(place.desk, place.office):
        place.write(place.desk, "tu")

    assert before, "the hub gave some when the PC joined"
    written = write_letter(place.desk, "tu", "Surat kemudian")
    assert written.agenda == ""
    place.desk.sync()
    letter = place.desk.letter(written.letter_id)
    assert letter is not None
    assert letter.agenda_no > HUB_BLOCK, "numbered behind what the hub may give out"


def test_losing_the_hub_loses_no_letter_and_doubles_no_number(place: Place) -> None:
    place.wan.down()
    place.hub.in_touch(online=False)
    lost = [place.write(place.desk, "tu") for _ in range(4)]
    place.hub.stop()
    shutil.rmtree(place.folder / "hub")
    place.wan.up()

    with running_hub(place.folder / "hub-baru", place.server, place.office, upstream=place.wan.url) as successor:
        successor.in_touch()
        successor.filled(place.server)
        place.use(successor)
        for pc in (place.secretary, place.desk):
            pc.sync()
        later = []
        for _ in range(8):
            later += [place.write(place.desk, "tu"), place.write(place.secretary, "sekcam")]
        place.secretary.sync()

        assert numbers_at(place.desk) == sorted([*lost, *later])
        assert len({*lost, *later}) == len(lost) + len(later)
        assert max(later) > HUB_BLOCK, "the successor's numbers lie behind the fence"
        fates = [one.record for one in place.desk.rows(NumberFate)]
        assert any(fate.cause.name == "AUTHORITY_MOVED" and fate.high == HUB_BLOCK for fate in fates)
    # The fixture stops the hub again.
    place.hub.reconfigure(data=place.folder / "hub-baru")


def test_a_hub_put_back_from_an_older_copy_goes_on_behind_what_a_pc_was_given(place: Place) -> None:
    place.hub.stop()
    shutil.copytree(place.folder / "hub", place.folder / "copy")
    place.hub.start()
    place.wan.down()
    place.hub.in_touch(online=False)
    before = [place.write(place.desk, "tu") for _ in range(12)]
    place.hub.stop()
    shutil.rmtree(place.folder / "hub")
    shutil.copytree(place.folder / "copy", place.folder / "hub")
    place.hub.start()
    place.hub.in_touch(online=False)

    for _ in range(6):  # a hub that was away is passed over for some visits
        place.desk.visit()
    after = [place.write(place.desk, "tu") for _ in range(12)]
    with place.desk.opened.store.read() as uow:
        assert uow.outbox.count(OpState.WAITING) == len(before) + len(after)

    place.line_is_back()
    place.secretary.sync()
    assert place.desk.tray() == ()
    assert numbers_at(place.desk) == sorted([*before, *after])
    assert len({*before, *after}) == len(before) + len(after)

"""Who runs the hub of an office means harm: root there, its database and its program in hand.

What cannot be refused is found the same day, or was never lost; what a hub may read it reads (`docs/security.md`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import msgspec
import pytest

from core.domain.letters import IncomingLetter
from core.domain.offices import Person
from core.domain.streams import StreamKind
from core.protocol.codec import decode, decode_record, encode
from core.protocol.hub import Parcel
from core.protocol.records import KIND_OF
from desktop.services.sync_center import Care
from desktop.system.settings import Settings, write_settings
from server.hub import DATABASE_FILE
from server.services.hub_service import HubService
from server.storage.database import UnitOfWork
from server.storage.hub_items import ItemKind
from tests.journey.cheap_passwords import cheap_passwords
from tests.journey.office_pc import OfficePc, write_letter
from tests.support.hub import RunningHub, running_hub
from tests.support.line import LinkProfile
from tests.support.link import Link
from tests.support.server import OfficeInTest, RunningServer, make_office, running_server

QUICK = LinkProfile(up_bps=None, down_bps=None, rtt_s=0.0)
LETTER, PERSON = KIND_OF[IncomingLetter].code, KIND_OF[Person].code


class Place:
    """An office behind a hub, and its operator."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.server: RunningServer = stack.enter_context(running_server(folder))
        self.office: OfficeInTest = make_office(self.server)
        self.wan = stack.enter_context(Link("127.0.0.1", self.server.port, profile=QUICK))
        self.hub: RunningHub = stack.enter_context(
            running_hub(folder / "hub", self.server, self.office, upstream=self.wan.url)
        )
        self.hub.in_touch()
        self.desk, self.head, self.staff = (self._pc(folder, stack, handle) for handle in ("tu", "camat", "kesos"))

    def _pc(self, folder: Path, stack: ExitStack, handle: str) -> OfficePc:
        made = stack.enter_context(OfficePc(folder / f"pc-{handle}"))
        write_settings(made.folder, Settings(hub=self.hub.url))
        made.join(self.wan.url, self.office.codes[handle])
        self.hub.knows(made.device)
        made.sync()
        return made

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """Run a statement on the hub's database, as its operator can."""
        with closing(sqlite3.connect(self.hub.config.data / DATABASE_FILE)) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def rewrite(self, kind: int, row_id: bytes, payload: bytes, *, rev: object = None, last: object = None) -> None:
        """Put other bytes in the place of a row of the hub's copy, as newer ones of a directory up to `last`."""
        self.ask("UPDATE record SET payload = ? WHERE kind = ? AND id = ?", payload, kind, row_id)
        if rev is not None:
            self.ask("UPDATE record SET rev = ? WHERE kind = ? AND id = ?", rev, kind, row_id)
            self.ask("UPDATE feed SET seq = ? WHERE kind = ? AND row_id = ?", rev, kind, row_id)
            self.ask("UPDATE stream SET last = ? WHERE kind = ?", last, int(StreamKind.DIRECTORY))

    def row(self, kind: int, row_id: bytes) -> bytes:
        ((payload,),) = self.ask("SELECT payload FROM record WHERE kind = ? AND id = ?", kind, row_id)
        assert isinstance(payload, bytes)
        return payload

    def items(self, kind: ItemKind) -> list[tuple[int, bytes, bytes]]:
        """(number, owner, body) of what lies at the hub."""
        tenant = self.hub.handle.facts.tenant
        return self.hub.handle.database.read(lambda unit: unit.of(tenant).items.listed(kind))

    def line_is_cut(self) -> None:
        self.wan.down()
        self.hub.in_touch(online=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with ExitStack() as stack:
        stack.enter_context(cheap_passwords())
        yield Place(tmp_path_factory.mktemp("hub-operator"), stack)


def a_day_later(pc: OfficePc) -> None:
    """It is time to compare with the server."""
    with pc.opened.store.begin() as uow:
        uow.meta.write(msgspec.structs.replace(uow.meta.sync(), compared_ms=1))


def subjects(pc: OfficePc) -> list[str]:
    return [one.record.subject for one in pc.rows(IncomingLetter)]


def test_a_word_that_the_hub_changes_in_a_letter_is_put_right_the_same_day_and_people_are_told(place: Place) -> None:
    letter = write_letter(place.desk, "tu", "Bayar Rp 10 juta", addressee=place.office.positions["camat"]).letter_id
    place.desk.sync()
    place.hub.filled(place.server)
    place.rewrite(LETTER, letter, place.row(LETTER, letter).replace(b"Rp 10", b"Rp 90"))

    place.head.visit()
    assert "Bayar Rp 90 juta" in subjects(place.head), "a hub is not believed, but heard"
    a_day_later(place.head)
    place.head.visit()

    assert "Bayar Rp 10 juta" in subjects(place.head)
    trouble = place.head.overview().trouble
    assert (trouble.care, trouble.count) == (Care.HUB_WRONG, 1)


def test_who_runs_the_hub_makes_himself_the_head_before_nobody(place: Place) -> None:
    """Secret letters are sealed to who holds a position: of the directory only what the server signed is taken."""
    thief, chair = place.office.users["kesos"], place.office.positions["camat"]
    (person,) = (one.record for one in place.desk.rows(Person) if one.record.number == thief)
    place.hub.filled(place.server)
    ((last,),) = place.ask("SELECT last FROM stream WHERE kind = ?", int(StreamKind.DIRECTORY))
    ((rev,),) = place.ask("SELECT rev FROM record WHERE kind = ? AND id = ?", PERSON, person.id)
    forged = msgspec.structs.replace(person, positions=(*person.positions, chair))
    place.rewrite(PERSON, person.id, encode(forged), rev=1 << 40, last=1 << 40)
    stored = decode_record(PERSON, place.row(PERSON, person.id))
    assert chair in stored.positions

    place.desk.visit()
    place.rewrite(PERSON, person.id, encode(person), rev=rev, last=last)

    (seen,) = (one.record for one in place.desk.rows(Person) if one.record.number == thief)
    assert seen == person


def test_rows_of_a_register_that_the_hub_hands_to_whom_they_are_not_for_are_not_taken(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_letter(place.desk, "tu", "Bukan untuk staf", addressee=place.office.positions["camat"])
    place.desk.sync()
    place.hub.filled(place.server)
    monkeypatch.setattr(HubService, "_allowed", lambda _self, store, _device: {row.id for row in store.copy.streams()})

    place.staff.visit()

    assert "Bukan untuk staf" not in subjects(place.staff)


def test_what_a_hub_does_to_letters_that_were_left_there_loses_and_doubles_none(place: Place) -> None:
    """One is altered, one thrown away, one passed on twice; the last test here, since it stops the hub."""
    written = ("Diubah di hub", "Dibuang di hub", "Digandakan di hub")
    place.line_is_cut()
    for subject in written:
        write_letter(place.desk, "tu", subject)
        place.desk.visit()
    facts = place.desk.overview()
    assert (facts.waiting, facts.at_hub) == (3, 3), "they stay here too, and that they do is seen"
    altered, dropped, doubled = place.items(ItemKind.PARCEL)
    parcel = decode(altered[2], Parcel)
    other = parcel.body.replace(b"Diubah", b"DIUBAH")
    assert other != parcel.body

    def harm(unit: UnitOfWork) -> None:
        items = unit.of(place.hub.handle.facts.tenant).items
        body = encode(msgspec.structs.replace(parcel, body=other))
        items.put(ItemKind.PARCEL, altered[1], body, number=altered[0])
        items.remove(ItemKind.PARCEL, dropped[1], number=dropped[0])
        items.append(ItemKind.PARCEL, *doubled[1:])

    place.hub.handle.database.write(harm)
    place.wan.up()
    place.hub.stop()
    place.hub.start()
    place.hub.in_touch()
    place.desk.sync()
    place.hub.filled(place.server)
    place.head.sync()
    place.hub.stop()

    for pc in (place.desk, place.head):
        assert sorted(one for one in subjects(pc) if one.endswith("di hub")) == sorted(written)
    assert place.desk.overview().waiting == 0

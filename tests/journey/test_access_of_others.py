"""What somebody may not see, no stick for his PC holds and no hub tells: by class, by office, party to it or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest

from core.domain.dispositions import Disposition, Recipient
from core.domain.ids import DispositionId, LetterId
from core.domain.letters import IncomingLetter, SecurityLevel
from core.protocol.bundle_files import Reader, find_parts
from core.protocol.hub import HubRequest, proof_payload
from core.protocol.messages import PROTOCOL, Data, Frame
from core.protocol.rows import read_rows
from desktop.services.clock import millis, system_clock
from desktop.sync.hub_client import HubClient
from server.services.ground import Ground
from server.services.ledger import Entry, write_entries
from server.services.storable import all_storable
from server.storage.database import UnitOfWork
from tests import factories
from tests.journey.stick import never, quiet
from tests.support.device import ScriptedDevice
from tests.support.hub import RunningHub, running_hub
from tests.support.server import PASSWORD, ManualClock, OfficeInTest, RunningServer, make_office

# Party to letters of every class; and to open and restricted ones alone, so that a hub carries the inbox too.
PARTY, PLAIN_PARTY = "kesos", "tapem"
PEOPLE = ("camat", "sekcam", "tu", "arsip", PARTY, PLAIN_PARTY, "pelayanan")
# The matrix in words: who reads the book, and who its lines of secret letters too. The others see what is theirs.
BOOK, SECRET_LINES = {"camat", "sekcam", "tu", "arsip"}, {"camat", "sekcam", "tu"}
CASES = tuple(product(SecurityLevel, (False, True), (False, True)))  # class, another office, party to it


def word(level: SecurityLevel, *, elsewhere: bool, involved: bool) -> str:
    return f"kanari-{level.name}-{'sana' if elsewhere else 'sini'}-{'ikut' if involved else 'lain'}"


def allowed(handle: str, level: SecurityLevel, *, elsewhere: bool, involved: bool) -> bool:
    """Whether a person of the first office may hold it."""
    book = SECRET_LINES if level >= SecurityLevel.SECRET else BOOK
    return not elsewhere and (handle in book or (involved and handle in parties(level)))


def carried(handle: str, level: SecurityLevel, *, elsewhere: bool, involved: bool) -> bool:
    """Whether a hub tells it: nothing secret lies there, no inbox with something secret in it either."""
    may = allowed(handle, level, elsewhere=elsewhere, involved=involved)
    return may and level < SecurityLevel.SECRET and handle != PARTY


def parties(level: SecurityLevel) -> tuple[str, ...]:
    return (PARTY,) if level >= SecurityLevel.SECRET else (PARTY, PLAIN_PARTY)


def records(office: OfficeInTest, other: OfficeInTest) -> list[IncomingLetter | Disposition]:
    """A letter and a disposition of each case; that they are not sealed here makes every leak readable."""
    made: list[IncomingLetter | Disposition] = []
    for number, (level, elsewhere, involved) in enumerate(CASES, start=1):
        place, told = other if elsewhere else office, word(level, elsewhere=elsewhere, involved=involved)
        party = tuple(place.positions[one] for one in (parties(level) if involved else ("camat",)))
        letter_id = LetterId(bytes([number]) * 16)
        made.append(
            factories.letter(
                id=letter_id,
                office=place.office,
                agenda_no=number,
                security=level,
                subject=told,
                summary=told,
                addressee=party[0],
                involved=party,
                scans=(),
                registered_by=place.users["tu"],
            )
        )
        made.append(
            factories.disposition(
                id=DispositionId(bytes([99, number]) * 8),
                letter_id=letter_id,
                office=place.office,
                security=level,
                from_position=place.positions["camat"],
                from_user=place.users["camat"],
                recipients=tuple(Recipient(position=one) for one in party),
                note=f"catatan {told}",
            )
        )
    return made


def fill(server: RunningServer, made: Iterable[IncomingLetter | Disposition], office: OfficeInTest) -> None:
    def enter(unit: UnitOfWork) -> None:
        store = unit.of(office.tenant)
        entries = [Entry(records=all_storable((one,))) for one in made]
        write_entries(store, Ground(store, None), entries=entries, now_ms=millis(system_clock()))

    server.handle.database.write(enter)


@pytest.fixture
def office(server: RunningServer) -> OfficeInTest:
    made = make_office(server)
    fill(server, records(made, make_office(server, name="Belalau")), made)
    return made


@pytest.fixture
def devices(server: RunningServer, office: OfficeInTest) -> dict[str, ScriptedDevice]:
    """A PC of each person; it has not asked for anything yet."""
    clock = ManualClock()
    clock.now_ms = millis(system_clock())
    made = {}
    for handle in PEOPLE:
        made[handle] = ScriptedDevice(server.url, server.wire, clock=clock)
        made[handle].enrol(office.codes[handle], password=PASSWORD)
    return made


@pytest.fixture
def hub(
    office: OfficeInTest,
    devices: dict[str, ScriptedDevice],
    *,
    server: RunningServer,
    tmp_path: Path,
) -> Iterator[RunningHub]:
    del devices  # they are enrolled before it asks who is
    with running_hub(tmp_path / "hub", server, office) as running:
        running.in_touch()
        running.filled(server)
        yield running


def told_by(frames: Iterable[Frame]) -> str:
    """All that the rows of some frames say."""
    blocks = (frame.blocks for frame in frames if isinstance(frame, Data))
    return repr([row.record for one in blocks for _, rows in read_rows(one) for row in rows])


def on_the_stick(server: RunningServer, device: ScriptedDevice, folder: Path) -> str:
    folder.mkdir()
    assert device.session is not None
    tenant = device.session.tenant
    server.handle.bundles.answer(tenant, device.id, folder, progress=quiet, stopped=never)
    signer = device.session.bundle_sign
    reader = Reader(device.keys, me=device.id, tenant=tenant, sender_key=lambda _head: signer)
    frames = server.wire.reader()
    said = []
    for part in find_parts([folder], reader, quiet, never).parts:
        with reader.open(part.path) as opened:
            for _, content in opened.sections():
                said += list(frames.feed(b"".join(content)))
    return told_by(said)


def by_the_hub(hub: RunningHub, device: ScriptedDevice) -> str:
    facts = hub.handle.facts
    proof = device.key.sign(proof_payload(facts.tenant, facts.hub, device.id))
    row = hub.handle.database.read(lambda unit: unit.tenants.get(facts.tenant))
    assert row is not None
    with closing(HubClient(hub.url, device.wire)) as client:
        client.show(device.id, proof)
        request = HubRequest(protocol=PROTOCOL, device=device.id, proof=proof, feed_epoch=row.feed_epoch)
        _, frames = client.exchange(request)
        return told_by(frames)


def check(handle: str, said: str, rule: Callable[..., bool]) -> None:
    """Nothing that the rule refuses, and all that it gives: the check can fail."""
    for level, elsewhere, involved in CASES:
        told = word(level, elsewhere=elsewhere, involved=involved)
        may = rule(handle, level, elsewhere=elsewhere, involved=involved)
        assert (f"'{told}'" in said, f"catatan {told}" in said) == (may, may), f"{told} to {handle}"


def test_a_stick_holds_what_the_person_may_see_and_nothing_else(
    server: RunningServer, devices: dict[str, ScriptedDevice], tmp_path: Path
) -> None:
    for handle, device in devices.items():
        check(handle, on_the_stick(server, device, tmp_path / f"stick-{handle}"), allowed)


def test_a_hub_tells_what_the_person_may_see_and_nothing_else(
    hub: RunningHub, devices: dict[str, ScriptedDevice]
) -> None:
    for handle, device in devices.items():
        check(handle, by_the_hub(hub, device), carried)

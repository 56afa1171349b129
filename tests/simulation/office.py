"""Two offices, their people and their PCs on the first morning: made once by the real server, then copied."""

from __future__ import annotations

import functools
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import msgspec

from core.domain.ids import DeviceId, OfficeId, PositionId, UserId
from core.domain.offices import Office, Role
from core.protocol.frames import Wire
from core.protocol.messages import PROTOCOL, EnrolRequest, SessionReply, enrol_payload
from core.protocol.ops import GENESIS
from desktop.storage.meta import Chain, Identity, SyncFacts
from desktop.sync.signing import DeviceKeys
from server.services.directory import OfficeReport
from server.services.templates import PersonPlan, PositionPlan
from tests.simulation.call import Letter
from tests.simulation.chance import OfficeClock, Source, TrueTime, chance_from
from tests.simulation.disk import Image
from tests.simulation.engines import Engines
from tests.simulation.link import Carrier
from tests.simulation.loop import SimulatedLoop, one_thread
from tests.simulation.pc import STORE, Pc, Profile
from tests.simulation.server import TENANT, ServerActor
from tests.support.server import PASSWORD, wire_for_tests
from tests.support.stores import empty_store

MEMORY = Path("/dev/shm")  # noqa: S108  # the folder made there is private; without it the disk serves as well

_SUKAU = (
    PositionPlan(title="Camat", role=Role.HEAD, handle="camat"),
    PositionPlan(title="Sekretaris", role=Role.SECRETARY, handle="sekcam", superior="Camat"),
    PositionPlan(title="Tata Usaha", role=Role.REGISTRAR, handle="tu", superior="Sekretaris"),
    PositionPlan(title="Kasi Pemerintahan", role=Role.STAFF, handle="tapem", superior="Camat"),
    PositionPlan(title="Kasi Pelayanan", role=Role.STAFF, handle="pelayanan", superior="Camat"),
    PositionPlan(title="Arsiparis", role=Role.ARCHIVIST, handle="arsip", superior="Sekretaris"),
    PositionPlan(title="Pemeriksa", role=Role.INSPECTOR, handle="pemeriksa"),
)
_KOMINFO = (
    PositionPlan(title="Kepala Dinas", role=Role.HEAD, handle="kadis"),
    PositionPlan(title="Sekretaris Dinas", role=Role.SECRETARY, handle="sekdis", superior="Kepala Dinas"),
    PositionPlan(title="Petugas TU", role=Role.REGISTRAR, handle="agenda", superior="Sekretaris Dinas"),
    PositionPlan(title="Kepala Bidang", role=Role.STAFF, handle="kabid", superior="Kepala Dinas"),
)
# Which people may sign in on which PC; the first three PCs already hold one office with all it does.
DESKS: tuple[tuple[str, ...], ...] = (
    ("tu", "camat"),
    ("sekcam", "tapem"),
    ("pelayanan",),
    ("agenda", "kadis"),
    ("sekdis", "kabid"),
    ("arsip", "pemeriksa"),
)


@dataclass(frozen=True)
class FirstMorning:
    """The disks of the server and of every PC, and who is who."""

    server: Image
    profiles: tuple[Profile, ...]
    positions: dict[PositionId, OfficeId]
    users: tuple[UserId, ...]
    now_ms: int


@functools.cache
def first_morning() -> FirstMorning:
    """Both offices, set up and enrolled through the real doors; every PC has synced once."""
    source = Source()
    engines = Engines()
    with memory_folder() as folder, closing(engines), chance_from(source), one_thread(), engines.used():
        loop = SimulatedLoop()
        time = TrueTime()
        server = ServerActor(Path(folder) / "server", time, loop, engines=engines)
        server.start(fresh=True)
        try:
            made = _set_up(Path(folder), server, time, engines=engines)
        finally:
            server.stop()
            loop.close()
        return replace(made, server=server.image())


def memory_folder() -> TemporaryDirectory[str]:
    """A folder in memory, where there is such a thing: what is simulated is the disk, not its slowness."""
    return TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)


def device_seeds(place: int) -> tuple[bytes, bytes]:
    """What the keys of a PC are made from."""
    return bytes([place + 1] * 32), bytes([place + 101] * 32)


def wire() -> Wire:
    """The dictionary that the server uses."""
    return wire_for_tests()


def _set_up(folder: Path, server: ServerActor, time: TrueTime, *, engines: Engines) -> FirstMorning:
    server.admin.add_tenant("Lampung Barat", "Kabupaten Lampung Barat")
    sukau = _office(server, "Kecamatan Sukau", _SUKAU)
    kominfo = _office(server, "Dinas Kominfo", _KOMINFO)
    codes = {person.username: person for report in (sukau, kominfo) for person in report.people}
    positions = {number: report.office for report in (sukau, kominfo) for number in report.positions.values()}
    # One person works for both offices.
    both = codes["pelayanan"].user
    held = (sukau.positions["Kasi Pelayanan"], kominfo.positions["Kepala Bidang"])
    server.admin.change_person(TENANT, both, positions=held)
    profiles = []
    for place, names in enumerate(DESKS):
        keys = DeviceKeys(*device_seeds(place))
        profile = _enrolled(
            folder / f"first{place}", server, keys, place=place, codes=[codes[name].code for name in names]
        )
        clock = OfficeClock(time)
        pc = Pc(f"pc{place}", folder / f"pc{place}", clock=clock, carrier=Carrier(server), engines=engines)
        pc.begin(profile)
        # Nobody asks for a block of numbers yet: who gets the first one is a question for each world.
        with mock.patch("desktop.sync.engine.needs_of", return_value=()):
            for _ in range(2):
                assert pc.visit().outcome == "ok"
                time.pass_by(1000)
        pc.close()
        profiles.append(replace(pc.copy(), image=Image.of(pc.folder)))
    users = tuple(sorted(person.user for person in codes.values()))
    return FirstMorning(server.image(), tuple(profiles), positions, users, time.now_ms)


def _office(server: ServerActor, name: str, plans: tuple[PositionPlan, ...]) -> OfficeReport:
    people = [PersonPlan(username=plan.handle, name=plan.title, positions=(plan.title,)) for plan in plans]
    office = Office(number=OfficeId(0), name=name, short_name=name, region="Kabupaten Lampung Barat")
    return server.admin.set_up_office(TENANT, office, positions=plans, people=people)


def _enrolled(home: Path, server: ServerActor, keys: DeviceKeys, *, place: int, codes: list[str]) -> Profile:
    device = DeviceId(bytes([0xD0 + place] * 16))
    replies = [_enrol(server, keys, device=device, code=code) for code in codes]
    home.mkdir()
    store = empty_store(home / STORE)
    with store.begin() as uow:
        first = replies[0]
        identity = Identity(
            device=device,
            tenant=first.tenant,
            office=OfficeId(0),
            epoch=first.epoch,
            server="https://server.invalid",
            server_sign=first.bundle_sign,
            server_seal=first.bundle_seal,
        )
        uow.meta.write(identity)
        uow.meta.write(Chain(next_seq=1, head=GENESIS))
        uow.meta.write(SyncFacts(feed_epoch=first.feed_epoch))
        for reply in replies:
            uow.accounts.put(reply.user, f"u{reply.user}", "")
    store.close()
    tokens = {reply.user: reply.token for reply in replies}
    return Profile(image=Image.of(home), device=device, keys=keys, tokens=tokens)


def _enrol(server: ServerActor, keys: DeviceKeys, *, device: DeviceId, code: str) -> SessionReply:
    request = EnrolRequest(
        protocol=PROTOCOL,
        code=code,
        device=device,
        sign_key=keys.sign_public,
        seal_key=keys.seal_public,
        device_name="PC",
        password=PASSWORD,
    )
    body = wire().pack(msgspec.structs.replace(request, signature=keys.sign(enrol_payload(request))))
    _, answer = server.answer(Letter(method="POST", path="/v1/enrol", headers=(), body=body))
    reply: SessionReply = wire().unpack(answer, SessionReply)
    return reply

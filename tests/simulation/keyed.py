"""The first morning of people with keys: that of the others, after everybody has given the password once more."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest import mock

from core.domain.ids import OfficeId, PositionId
from core.domain.offices import Person, Role
from core.protocol.records import KIND_OF
from desktop.sync.enrolment import SEAL_KEY, SIGN_KEY
from tests.simulation.cabinet import PcCabinet, cheap_wraps
from tests.simulation.chance import OfficeClock, Source, TrueTime, chance_from
from tests.simulation.disk import Image
from tests.simulation.encapsulating import seeded_sealing
from tests.simulation.engines import Engines
from tests.simulation.link import Carrier
from tests.simulation.loop import SimulatedLoop, one_thread
from tests.simulation.office import FirstMorning, device_seeds, first_morning, memory_folder
from tests.simulation.pc import Pc, Profile
from tests.simulation.server import TENANT, ServerActor

# Who has no key on the first morning: what is addressed to them alone waits for one, or for who reads all.
WITHOUT_A_KEY = frozenset({"pelayanan", "arsip"})
# Whose PC also administers the office, for a desk of each office.
_ADMINISTERS = ("camat", "sekdis")


@functools.cache
def keyed_morning() -> FirstMorning:
    """As `first_morning`, with keys, and with an administrator in each office."""
    before = first_morning()
    engines = Engines()
    with (
        memory_folder() as folder,
        closing(engines),
        chance_from(Source()),
        seeded_sealing(),
        cheap_wraps(),
        one_thread(),
        engines.used(),
    ):
        loop = SimulatedLoop()
        time = TrueTime(now_ms=before.now_ms)
        server = ServerActor(Path(folder) / "server", time, loop, engines=engines)
        server.lay(before.server)
        server.start()
        try:
            administering = _administrators(server, before)
            places = range(len(before.profiles))
            pcs = [_pc(server, Path(folder) / f"pc{place}", time=time, engines=engines) for place in places]
            profiles = _with_keys(server, pcs, before.profiles)
        finally:
            server.stop()
            loop.close()
        positions = before.positions | administering
        return replace(before, server=server.image(), profiles=profiles, positions=positions, now_ms=time.now_ms)


def _administrators(server: ServerActor, before: FirstMorning) -> dict[PositionId, OfficeId]:
    made = {}
    for name in _ADMINISTERS:
        user = server.admin.find_user(TENANT, name)
        assert user is not None
        held = server.truth().record(KIND_OF[Person].code, user.to_bytes(4, "big")).positions
        office = before.positions[held[0]]
        place = server.admin.add_position(TENANT, office, title=f"Admin {name}", role=Role.OFFICE_ADMIN)
        server.admin.change_person(TENANT, user, positions=[*held, place])
        made[place] = office
    return made


def _pc(server: ServerActor, folder: Path, *, time: TrueTime, engines: Engines) -> Pc:
    return Pc(folder.name, folder, clock=OfficeClock(time), carrier=Carrier(server), engines=engines)


def _with_keys(server: ServerActor, pcs: Sequence[Pc], profiles: Sequence[Profile]) -> tuple[Profile, ...]:
    """The profiles after everybody gave the password; each PC has heard of all keys."""
    without = {server.admin.find_user(TENANT, name) for name in WITHOUT_A_KEY}
    for place, (pc, profile) in enumerate(zip(pcs, profiles, strict=True)):
        seeds = device_seeds(place)
        pc.begin(replace(profile, secrets={SIGN_KEY: seeds[0], SEAL_KEY: seeds[1]}))
        cabinet = PcCabinet(pc, passwords={}, recorded=lambda work: work())
        for user in pc.users():
            assert user in without or cabinet.give_password(user)
            pc.clock.time.pass_by(1000)
    with mock.patch("desktop.sync.engine.needs_of", return_value=()):
        for pc in pcs:
            assert pc.visit().outcome == "ok"
            pc.clock.time.pass_by(1000)
            pc.close()
    return tuple(replace(pc.copy(), image=Image.of(pc.folder)) for pc in pcs)

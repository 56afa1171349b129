"""What happens to people's keys and to whole PCs in a world where there are keys."""

from __future__ import annotations

import random

from core.domain.ids import RowId
from core.domain.offices import Actor
from core.domain.permissions import Power, has_power
from core.domain.revoking import RevokeDevice
from desktop.storage.replica import Replica
from tests.simulation.actions import Action
from tests.simulation.cabinet import PcCabinet
from tests.simulation.link import Line
from tests.simulation.pc import Pc
from tests.simulation.world import World

FEWEST_PCS = 2


def give_password(world: World, chance: random.Random) -> None:
    """Somebody signs in at the server: keys that are not here yet come, and are made if there are none."""
    pc = chance.choice(world.pcs)
    user = chance.choice(pc.users())
    pc.carrier.line = Line(chance=chance)
    pc.work(lambda: world.say(f"{user} gives the password at {pc.name}: {_cabinet(pc).give_password(user)}"))


def forget_password(world: World, chance: random.Random) -> None:
    """Somebody forgot the password, and chooses another one with a code: at a PC that has the keys, or at another."""
    pc = chance.choice(world.pcs)
    user = chance.choice(pc.users())
    pc.carrier.line = Line(chance=chance)
    assert world.sealing is not None
    sealing = world.sealing
    pc.work(lambda: world.say(f"{user} chooses a password at {pc.name}: {sealing.choose(pc, user)}"))


def shut_out(world: World, chance: random.Random) -> None:
    """An administrator shuts a PC out; it hears of it with its next visit, whatever it holds by then."""
    able = [(pc, actor) for pc in world.pcs for actor in pc.actors() if has_power(actor, Power.ADMINISTER)]
    assert world.sealing is not None
    devices = sorted({pc.device for pc in world.pcs} - world.sealing.shut)
    if not able or len(devices) <= FEWEST_PCS:
        return
    pc, actor = chance.choice(able)
    victim = chance.choice([one for one in devices if one != pc.device])
    world.sealing.shut.add(victim)
    _cabinet(pc).sit_down(actor.user)
    world.act(pc, lambda: _revoke(pc, actor, RowId(victim), chance), f"shuts out {victim.hex()[:4]}")


def _revoke(pc: Pc, actor: Actor, victim: RowId, chance: random.Random) -> None:
    act = RevokeDevice(device=victim, office=actor.office, name="PC", reason=f"Hilang K{chance.randbytes(6).hex()}K")
    with pc.store.begin() as uow:
        Replica(uow).perform(act, actor, pc.clock.moment())


def tidy_up(world: World, _chance: random.Random) -> None:
    """The server removes what it forgot, and opens what administrators let be opened."""
    world.server.handle.leavings.clear()
    world.server.handle.sealed.open_due()
    world.say("the server tidies up")


def _cabinet(pc: Pc) -> PcCabinet:
    assert isinstance(pc.cabinet, PcCabinet)
    return pc.cabinet


SEAL_ACTIONS: tuple[tuple[Action, float], ...] = (
    (give_password, 2.5),
    (forget_password, 0.6),
    (shut_out, 0.8),
    (tidy_up, 1),
)

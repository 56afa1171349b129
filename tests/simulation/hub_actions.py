"""What happens around the hub of an office: PCs go by it or past it, and it works, dies, and is put back."""

from __future__ import annotations

import random

from core.domain.numbering import NumberClaim, NumberLease
from tests.simulation.actions import Action, somebody_acts
from tests.simulation.disk import Image
from tests.simulation.hub import HubActor, blocks_of, nearby
from tests.simulation.link import BAD, Carrier, Fate, Line
from tests.simulation.office import wire
from tests.simulation.pc import Fuse, Pc
from tests.simulation.truth import Truth
from tests.simulation.world import World

# The desks of the first office, and clones of them.
OWN = frozenset({"pc0", "pc1", "pc2", "pc5"})


def sync_by_hub(world: World, chance: random.Random) -> None:
    """A visit by the hub, in which anything of it may break; the way past it is good."""
    pc = _pc_of_office(world, chance)
    if chance.random() < 0.5:
        somebody_acts(world, pc, chance)
    pc.carrier.line = Line(chance=chance)
    fates = [chance.choice((*BAD, *[Fate.GOOD] * 6)) for _ in range(chance.choice((0, 0, 2, 4)))]
    if chance.random() < 0.1:
        pc.fuse = chance.choice((Fuse(steps=chance.randrange(8)), Fuse(commits=chance.randrange(6))))
    if chance.random() < 0.1:
        _hub(world).die_after(chance.randrange(40))
    world.say(f"{pc.name} goes by the hub: {', '.join(fate.value for fate in fates)}")
    _visit(world, pc, Line(fates=fates, chance=chance))
    pc.fuse = None
    _hub(world).spare()


def sync_by_hub_alone(world: World, chance: random.Random) -> None:
    """The office has no line to the server: what a PC does comes as far as the hub."""
    pc = _pc_of_office(world, chance)
    somebody_acts(world, pc, chance)
    pc.carrier.line = Line(fates=[Fate.REQUEST_LOST] * 20, chance=chance)
    world.say(f"{pc.name} has the hub alone")
    _visit(world, pc, Line(chance=chance))
    pc.carrier.line = Line()


def hub_works(world: World, chance: random.Random) -> None:
    """The hub takes a turn at one of its lines, or at both; the line, the hub or the server may break."""
    hub = _hub(world)
    fates = [chance.choice((*BAD, *[Fate.GOOD] * 12)) for _ in range(2)]
    hub.road.line = Line(fates=fates, chance=chance)
    if chance.random() < 0.1:
        hub.die_after(chance.randrange(60))
    if chance.random() < 0.05:
        world.server.die_after(chance.randrange(60))
    turns = chance.choice(((hub.send, hub.listen), (hub.listen, hub.send), (hub.send,), (hub.listen,)))
    world.deeds += len(turns)
    world.say(f"the hub works: {', '.join(turn() for turn in turns)}")
    hub.spare()
    world.server.spare()


def hub_put_back(world: World, chance: random.Random) -> None:
    """The hub's disk is put back to an older state; or one is made, for that day."""
    hub = _hub(world)
    if hub.kept is None or chance.random() < 0.5:
        hub.kept = Image.of(hub.folder)
        world.say("the hub is copied")
        return
    before = blocks_of(hub)
    hub.put_back(hub.kept)
    world.given_again |= _given_again(world.server.truth(), before, blocks_of(hub))
    world.say("the hub is put back")


def _given_again(truth: Truth, before: list[NumberLease], after: list[NumberLease]) -> set[NumberClaim]:
    """What the hub had given out and knows no more: a PC that has not told it since may hold it too."""
    begins = {one.fence: one.low for one in after}
    again: set[NumberClaim] = set()
    for block in before:
        series = (block.office, block.year, block.series)
        statement = "SELECT low FROM lease WHERE office = ? AND year = ? AND series = ? AND fence = ?"
        granted = [low for (low,) in truth.ask(statement, *series, block.fence)]
        low = begins.get(block.fence, min(granted, default=block.low))
        again |= {
            NumberClaim(office=block.office, year=block.year, series=block.series, number=number)
            for number in range(low, block.low)
        }
    return again


def _visit(world: World, pc: Pc, line: Line) -> None:
    """A PC visits by the hub of the office, if it finds it there."""
    way = Carrier(_hub(world))
    way.line = line

    def visit() -> None:
        visits = pc.visits
        visits.hub = nearby(pc, way, wire())
        try:
            world.check_visit(pc, pc.visit())
        finally:
            visits.hub = None
            way.abandon()

    pc.work(visit)


def _pc_of_office(world: World, chance: random.Random) -> Pc:
    """Mostly one of the office of the hub; the others are not known there."""
    own = [pc for pc in world.pcs if pc.name[:3] in OWN]
    return chance.choice(own if own and chance.random() < 0.9 else world.pcs)


def _hub(world: World) -> HubActor:
    assert world.hub is not None
    return world.hub


HUB_ACTIONS: tuple[tuple[Action, float], ...] = (
    (sync_by_hub, 14),
    (sync_by_hub_alone, 5),
    (hub_works, 14),
    (hub_put_back, 1.5),
)

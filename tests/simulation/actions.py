"""What happens in the world, and how often."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.simulation.acts import Person, choose
from tests.simulation.carrying import read_stick, take_stick_to_server, write_stick
from tests.simulation.link import BAD, Fate, Line
from tests.simulation.pc import Fuse, Pc
from tests.simulation.server import TENANT, ServerDied
from tests.simulation.world import World

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
MOST_PCS = 8
Action = Callable[[World, random.Random], None]


def do_something(world: World, chance: random.Random) -> None:
    """Somebody does something at a PC."""
    somebody_acts(world, chance.choice(world.pcs), chance)


def do_something_and_die(world: World, chance: random.Random) -> None:
    """The PC stops in the middle of it: at a statement, at a commit, or while the commit is written."""
    pc = chance.choice(world.pcs)
    fuse = chance.choice((Fuse(statements=chance.randrange(25)), Fuse(commits=0), Fuse(commits=0, torn=True)))
    somebody_acts(world, pc, chance, fuse=fuse)


def sync_well(world: World, chance: random.Random) -> None:
    """A visit on a good line, in which others may act meanwhile."""
    pc = chance.choice(world.pcs)
    pc.carrier.line = Line(chance=chance, meanwhile=_perhaps(world, chance))
    world.visit(pc)


def sync_badly(world: World, chance: random.Random) -> None:
    """A visit on a bad line."""
    pc = chance.choice(world.pcs)
    fates = [chance.choice((*BAD, Fate.GOOD, Fate.GOOD)) for _ in range(chance.choice((1, 2, 4, 6)))]
    pc.carrier.line = Line(fates=fates, chance=chance, meanwhile=_perhaps(world, chance))
    world.say(f"{pc.name} line: {', '.join(fate.value for fate in fates)}")
    world.visit(pc)


def sync_and_die(world: World, chance: random.Random) -> None:
    """The PC stops in the middle of a visit."""
    pc = chance.choice(world.pcs)
    pc.carrier.line = Line(chance=chance)
    pc.fuse = chance.choice(
        (
            Fuse(steps=chance.randrange(8)),
            Fuse(statements=chance.randrange(80)),
            Fuse(commits=chance.randrange(5)),
            Fuse(commits=chance.randrange(5), torn=True),
        )
    )
    _tear_by(pc, chance)
    world.visit(pc)
    pc.fuse = None


def server_dies(world: World, chance: random.Random) -> None:
    """The server stops in the middle of a visit."""
    pc = chance.choice(world.pcs)
    pc.carrier.line = Line(chance=chance)
    world.server.die_after(chance.choice((chance.randrange(20), chance.randrange(60))))
    world.visit(pc)
    world.server.spare()


def wait_for_news(world: World, chance: random.Random) -> None:
    """A PC holds a request while another one does something and sends it."""
    pc, other = chance.choice(world.pcs), chance.choice(world.pcs)

    def meanwhile() -> None:
        somebody_acts(world, other, chance)
        other.carrier.line = Line(chance=chance)
        world.visit(other)

    fates = [chance.choice((Fate.GOOD, Fate.GOOD, *BAD))]
    pc.carrier.line = Line(fates=fates, chance=chance, meanwhile=meanwhile)
    world.hold(pc, 50)
    pc.carrier.line = Line()


def stick_out(world: World, chance: random.Random) -> None:
    """A PC writes a stick, and may stop in the middle of it."""
    pc, stick = chance.choice(world.pcs), chance.choice(world.sticks)
    if chance.random() < 0.2:
        pc.fuse = chance.choice((Fuse(statements=chance.randrange(40)), Fuse(commits=chance.randrange(3))))
    write_stick(world, pc, stick)
    pc.fuse = None


def stick_to_server(world: World, chance: random.Random) -> None:
    """Somebody carries a stick to the server, which may stop in the middle of it."""
    stick = chance.choice(world.sticks)
    if chance.random() < 0.1:
        world.server.die_after(chance.randrange(60))
    take_stick_to_server(world, stick, stick.places(chance))
    world.server.spare()


def stick_in(world: World, chance: random.Random) -> None:
    """A stick comes to a PC, which may stop in the middle of it."""
    pc, stick = chance.choice(world.pcs), chance.choice(world.sticks)
    if chance.random() < 0.2:
        pc.fuse = chance.choice((Fuse(statements=chance.randrange(80)), Fuse(commits=chance.randrange(5))))
    read_stick(world, pc, stick.places(chance))
    pc.fuse = None


def stick_trip(world: World, chance: random.Random) -> None:
    """Out, to the server and back, with whatever happens in between."""
    pc, stick = chance.choice(world.pcs), chance.choice(world.sticks)
    write_stick(world, pc, stick)
    _meanwhile(world, chance)
    take_stick_to_server(world, stick, [stick.folder])
    _meanwhile(world, chance)
    read_stick(world, pc, [stick.folder])


def old_letter_again(world: World, chance: random.Random) -> None:
    """What was sent long ago, or was thought lost, arrives now; perhaps only the beginning of it."""
    pc = chance.choice(world.pcs)
    if not pc.carrier.old:
        return
    letter = chance.choice(pc.carrier.old)
    # It may show keys that the server has not seen, which it records by itself.
    world.change_directory(lambda: pc.carrier.deliver(letter))
    world.say(f"an old letter of {pc.name}")


def pry(world: World, chance: random.Random) -> None:
    """A program that is not ours asks with the token of a PC for any file whose name it has learned."""
    pc = chance.choice(world.pcs)
    truth = world.server.truth()
    names = sorted(bytes(name) for (name,) in truth.ask("SELECT sha256 FROM blob WHERE completed_ms IS NOT NULL"))
    if names:
        pc.carrier.deliver(pc.client().asks_for(chance.choice(names)))
        world.say(f"{pc.name} pries")


def administer(world: World, chance: random.Random) -> None:
    """A position is given to somebody, taken from somebody, or somebody is shut out or let in again."""
    user = chance.choice(world.users)
    if chance.random() < 0.2:
        active = chance.random() < 0.7
        _change(world, lambda: world.server.admin.change_person(TENANT, user, active=active), f"{user} active {active}")
        return
    several = chance.sample(sorted(world.positions), chance.choice((0, 1, 1, 1, 2)))
    _change(world, lambda: world.server.admin.change_person(TENANT, user, positions=several), f"{user} holds {several}")


def administer_and_die(world: World, chance: random.Random) -> None:
    """The server stops while the administrator works."""
    world.server.die_after(chance.randrange(20))
    administer(world, chance)
    world.server.spare()


def clock_jumps(world: World, chance: random.Random) -> None:
    """Somebody sets the clock of a PC, or its battery is empty."""
    pc = chance.choice(world.pcs)
    pc.clock.skew_ms = chance.choice((0, 0, 3 * MINUTE, -20 * MINUTE, DAY, -400 * DAY, 300 * DAY, -world.time.now_ms))
    world.say(f"{pc.name} clock {pc.clock.skew_ms}")


def time_passes(world: World, chance: random.Random) -> None:
    """Nobody is there."""
    world.time.pass_by(chance.choice((MINUTE, 30 * MINUTE, 30 * MINUTE, DAY, DAY, DAY, DAY, 31 * DAY)))


def other_program(world: World, chance: random.Random) -> None:
    """A PC runs a program that is older than the server's, or is brought up to date."""
    pc = chance.choice(world.pcs)
    pc.speaks_old = not pc.speaks_old
    world.say(f"{pc.name} old: {pc.speaks_old}")


def copy_disk(world: World, chance: random.Random) -> None:
    """Somebody makes an image of a PC."""
    pc = chance.choice(world.pcs)
    world.copies[pc.name] = pc.copy()
    world.say(f"{pc.name} is copied")


def put_disk_back(world: World, chance: random.Random) -> None:
    """A PC is put back to its image; what it did since is gone with its disk, unless it was sent."""
    pc = chance.choice(world.pcs)
    if world.powers.restores and pc.name in world.copies:
        pc.begin(world.copies[pc.name])
        world.say(f"{pc.name} is put back")


def clone(world: World, chance: random.Random) -> None:
    """Another PC gets the disk of this one, and both live on."""
    if not world.powers.clones or len(world.pcs) >= MOST_PCS:
        return
    pc = chance.choice(world.pcs)
    profile = world.copies.get(pc.name, pc.copy()) if chance.random() < 0.3 else pc.copy()
    gone = 0 if world.sealing is None else len(world.sealing.gone)
    twin = world.add_pc(f"{pc.name}-{len(world.pcs) + gone}", profile, skew_ms=pc.clock.skew_ms)
    world.say(f"{twin.name} is a clone of {pc.name}")


def back_up_server(world: World, _chance: random.Random) -> None:
    """The operator's backup."""
    world.back_up_server()
    world.say("server is backed up")


def lose_server(world: World, _chance: random.Random) -> None:
    """The server comes back from its backup."""
    if world.powers.server_restores:
        world.lose_server()
        world.say("server is put back")


def _tear_by(pc: Pc, chance: random.Random) -> None:
    pc.tear = lambda before, after: before.torn(after, chance)


def somebody_acts(world: World, pc: Pc, chance: random.Random, *, fuse: Fuse | None = None) -> None:
    """Somebody who may sign in there does something at a PC."""
    actors = pc.actors()
    if not actors:
        return
    doing, actor = choose(actors, chance, seed=world.seed)
    person = Person(pc, actor, chance)
    before = pc.fuse
    if pc.cabinet is not None:
        pc.cabinet.sit_down(actor.user)
    if fuse is not None:
        pc.fuse = fuse
    _tear_by(pc, chance)
    try:
        world.act(pc, lambda: doing.do(person), doing.do.__name__.strip("_"))
    finally:
        if fuse is not None:
            pc.fuse = before


def _perhaps(world: World, chance: random.Random) -> Callable[[], None] | None:
    """What happens while a request is under way."""
    if chance.random() < 0.6:
        return None
    what = chance.choice((do_something, do_something, sync_well, administer, old_letter_again))
    return lambda: what(world, chance)


def _meanwhile(world: World, chance: random.Random) -> None:
    what = _perhaps(world, chance)
    if what is not None:
        what()


def _change(world: World, change: Callable[[], object], what: str) -> None:
    try:
        world.change_directory(lambda: _without_answer(change))
    except ServerDied:
        what += ", but the server died"
    world.say(f"admin: {what}")


def _without_answer(change: Callable[[], object]) -> None:
    change()


ACTIONS: tuple[tuple[Action, float], ...] = (
    (do_something, 55),
    (do_something_and_die, 3),
    (sync_well, 8),
    (sync_badly, 8),
    (sync_and_die, 5),
    (server_dies, 4),
    (wait_for_news, 2),
    (stick_trip, 2),
    (stick_out, 1),
    (stick_to_server, 1.5),
    (stick_in, 1.5),
    (old_letter_again, 4),
    (pry, 2),
    (administer, 4),
    (administer_and_die, 1),
    (clock_jumps, 2),
    (time_passes, 1),
    (other_program, 1),
    (copy_disk, 1),
    (put_disk_back, 1),
    (clone, 0.4),
    (back_up_server, 1),
    (lose_server, 0.8),
)

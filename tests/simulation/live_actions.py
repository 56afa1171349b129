"""What happens while a PC holds a connection: people act here and elsewhere, and anything may break."""

from __future__ import annotations

import random
from collections.abc import Callable

from core.protocol.live import LiveFrame
from desktop.sync.live import LiveEvent, LiveSession
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf
from tests.simulation.actions import Action, administer, somebody_acts
from tests.simulation.link import Line
from tests.simulation.live import SimulatedLiveLine
from tests.simulation.office import wire
from tests.simulation.pc import Fuse, Pc
from tests.simulation.world import TROUBLES, World

MOST_EVENTS = 10


def stay_connected(world: World, chance: random.Random) -> None:
    """A PC connects, and stays while some things happen."""
    pc = chance.choice(world.pcs)
    pc.carrier.line = Line()
    held = _Held(world, pc, chance)
    pc.work(held.run)
    pc.fuse = None


class _Held:
    """One connection of a PC, from its opening to its end."""

    def __init__(self, world: World, pc: Pc, chance: random.Random) -> None:
        self._world = world
        self._pc = pc
        self._chance = chance
        self._left = chance.randrange(1, MOST_EVENTS)
        self._shall_visit = False
        self._line = SimulatedLiveLine(world.server, pc.access(), look=self._look, meanwhile=self._meanwhile)
        # The line stands for the real one.
        self._session = LiveSession(pc.store, pc.engine, self._line, wire=wire(), tell=self._tell)  # type: ignore[arg-type]

    def run(self) -> None:
        """Talk until it ends; only the line, the server or a right that ended may end it otherwise."""
        outcome = "ok"
        self._world.deeds += 1
        try:
            self._session.run()
        except (EnvironmentFault, ServerFault) as fault:
            if fault.code.value not in TROUBLES:
                raise
            outcome = str(fault)
        report = self._session.report
        self._world.say(f"{self._pc.name} was connected: {outcome} ops={report.ops} rows={report.rows}")

    def _look(self, message: bytes) -> None:
        frames: tuple[LiveFrame, ...] = wire().expand(message, tuple[LiveFrame, ...])
        self._world.guards[self._pc.name].look_at_live(frames)

    def _tell(self, event: LiveEvent) -> None:
        self._shall_visit = self._shall_visit or event is LiveEvent.VISIT

    def _meanwhile(self) -> None:
        """The next thing that happens; at the end the window is closed."""
        if self._shall_visit:
            self._visit()
        elif self._left:
            self._left -= 1
            events, weights = zip(*self._events(), strict=True)
            event: Callable[[], None] = self._chance.choices(events, weights=weights)[0]
            self._world.say(f"{self._pc.name} is connected: {event.__name__.strip('_')}")
            event()
        else:
            self._session.end()

    def _events(self) -> tuple[tuple[Callable[[], None], float], ...]:
        return (
            (self._act, 8),
            (self._others, 8),
            (self._administer, 1.5),
            (self._visit, 2),
            (self._quiet, 2),
            (self._cut, 1),
            (self._answer_lost, 1),
            (self._server_dies, 1),
            (self._stop, 1),
        )

    def _act(self) -> None:
        somebody_acts(self._world, self._pc, self._chance)
        self._session.poke()

    def _others(self) -> None:
        others = [pc for pc in self._world.pcs if pc is not self._pc]
        other = self._chance.choice(others)
        somebody_acts(self._world, other, self._chance)
        other.carrier.line = Line(chance=self._chance)
        self._world.visit(other)

    def _administer(self) -> None:
        administer(self._world, self._chance)

    def _visit(self) -> None:
        self._shall_visit = False
        self._world.check_visit(self._pc, self._pc.visit())
        self._session.poke(visited=True)

    def _quiet(self) -> None:
        self._world.time.pass_by(31_000)
        self._line.talk.be_quiet()

    def _cut(self) -> None:
        raise EnvironmentFault(FaultOf.NO_NETWORK, "cut")

    def _answer_lost(self) -> None:
        self._act()
        self._line.deaf = self._chance.random() < 0.7

    def _server_dies(self) -> None:
        self._act()
        self._line.fuse = self._chance.randrange(40)

    def _stop(self) -> None:
        self._act()
        fuses = (Fuse(steps=self._chance.randrange(6)), Fuse(statements=self._chance.randrange(80)))
        self._pc.fuse = self._chance.choice((*fuses, Fuse(commits=self._chance.randrange(4))))


LIVE_ACTIONS: tuple[tuple[Action, float], ...] = ((stay_connected, 12),)

"""Runs a world: one seed, so many steps, stillness in between."""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import logging
import random
import time
import traceback
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.simulation.actions import ACTIONS, Action
from tests.simulation.cabinet import cheap_wraps
from tests.simulation.chance import Source, chance_from
from tests.simulation.doing import SEALS_FROM
from tests.simulation.encapsulating import seeded_sealing
from tests.simulation.engines import Engines
from tests.simulation.hub_actions import HUB_ACTIONS
from tests.simulation.key_actions import SEAL_ACTIONS
from tests.simulation.keyed import keyed_morning
from tests.simulation.limits import small_limits
from tests.simulation.live_actions import LIVE_ACTIONS
from tests.simulation.loop import SimulatedLoop, one_thread
from tests.simulation.office import first_morning, memory_folder
from tests.simulation.world import Powers, World

CALM_EVERY = 150
# From here on every second world has a hub; below it one in twelve, so that worlds of before stay what they were.
HUBS_FROM = 30_000
# From here on PCs hold connections as well.
LIVE_FROM = 70_000


@dataclass(frozen=True)
class Outcome:
    """What became of a run. `failure` is empty if everything held.

    `deeds` are the acts, visits, connections and trips of sticks of which the steps were made.
    """

    seed: int
    steps: int
    deeds: int
    seconds: float
    failure: str = ""
    trace: str = field(default="", repr=False)
    story: Sequence[str] = field(default=(), repr=False)
    print_of_all: str = ""

    @property
    def rate(self) -> float:
        return self.steps / self.seconds if self.seconds else 0.0


def run(
    seed: int,
    steps: int,
    *,
    only: Collection[int] | None = None,
    powers: Powers | None = None,
    script: Sequence[Action] = (),
) -> Outcome:
    """Run a seed; with `only`, just these of its steps; with `script`, what is to happen in each of them."""
    chosen = powers or powers_of(seed)
    if chosen.seals:
        keyed_morning()
    else:
        first_morning()
    started = time.process_time()
    done = 0
    source = Source()
    with contextlib.ExitStack() as stack:
        ground = _ground()
        ground.engines.drives.clear(ground.folder)
        stack.enter_context(ground.engines.used())
        stack.enter_context(chance_from(source))
        stack.enter_context(one_thread())
        for patch in small_limits(seed):
            stack.enter_context(patch)
        # The server warns of what we do to it on purpose.
        logging.disable(logging.CRITICAL)
        stack.callback(logging.disable, logging.NOTSET)
        loop = stack.enter_context(contextlib.closing(SimulatedLoop()))
        if chosen.seals:
            stack.enter_context(seeded_sealing())
            stack.enter_context(cheap_wraps())
        gc.collect()
        gc.freeze()  # what earlier worlds left is kept for later ones: statements, and the disks of the first morning
        world = World(seed, ground.folder, source, loop, ground.engines, chosen)
        stack.callback(world.close)
        failure, trace = "", ""
        if gc.isenabled():
            gc.disable()
            stack.callback(gc.enable)
        try:
            for number in range(steps):
                if only is None or number in only:
                    step(world, number, script[number] if script else None)
                    done += 1
                if number % CALM_EVERY == CALM_EVERY - 1 and number < steps - 1:
                    world.settle()
                    gc.collect()
            world.settle(last=True)
        except Exception as err:  # noqa: BLE001  # whatever goes wrong is what we look for; it is told with its seed
            failure, trace = f"{type(err).__name__}: {err}", traceback.format_exc()
        if failure:  # what was cut short is brought to its end in this world, not in the next one
            gc.collect()
        return Outcome(
            seed=seed,
            steps=done,
            deeds=world.deeds,
            seconds=time.process_time() - started,
            failure=failure,
            trace=trace,
            story=world.story,
            print_of_all="" if failure else world.print_of_all(),
        )


@dataclass(frozen=True)
class Ground:
    """Where the worlds of this process stand, one after the other."""

    folder: Path
    engines: Engines


@functools.cache
def _ground() -> Ground:
    folder = memory_folder()
    engines = Engines()
    gc.freeze()  # what has been loaded so far stays: it need not be looked through for litter again and again
    atexit.register(folder.cleanup)
    atexit.register(engines.close)
    return Ground(Path(folder.name) / "world", engines)


def step(world: World, number: int, scripted: Action | None = None) -> None:
    """One step of a world; all of its chance comes from seed and number, so that others can be left out."""
    chance = random.Random(f"{world.seed}/{number}")
    world.source.chance = random.Random(f"{world.seed}/{number}/system")
    world.time.pass_by(chance.randrange(50, 4000))
    actions = ACTIONS if world.hub is None else (*ACTIONS, *HUB_ACTIONS)
    if world.seed >= LIVE_FROM:
        actions = (*actions, *LIVE_ACTIONS)
    if world.powers.seals:
        actions = (*actions, *SEAL_ACTIONS)
    action = scripted or chance.choices([one for one, _ in actions], weights=[weight for _, weight in actions])[0]
    world.say(f"--- {number} {action.__name__}")
    action(world, chance)
    if world.sealing is not None:
        world.sealing.let_go(chance)


def powers_of(seed: int) -> Powers:
    """How many PCs a seed has, and whether an office of it has a hub."""
    hub = seed % 12 == 9 or (seed >= HUBS_FROM and seed % 2 == 1)
    return Powers(pcs=3 + seed % 4, hub=hub, seals=seed >= SEALS_FROM)

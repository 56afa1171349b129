"""Worlds whose steps were chosen by hand: for what chance brings about too seldom."""

from __future__ import annotations

import random
from collections.abc import Sequence

from core.domain.letters import RegisterLetter
from core.domain.permissions import Power, has_power
from tests.simulation.actions import Action
from tests.simulation.acts import DOINGS, Person
from tests.simulation.pc import Fuse
from tests.simulation.world import World


def _register(world: World, chance: random.Random) -> None:
    pc = world.pcs[0]
    actor = next(one for one in pc.actors() if has_power(one, Power.REGISTER_LETTER))
    for _ in range(3):
        world.act(pc, lambda: DOINGS[RegisterLetter].do(Person(pc, actor, chance)), "registers")


def _visit(world: World, _chance: random.Random) -> None:
    world.visit(world.pcs[0])


def _visit_until_the_rows_come(world: World, _chance: random.Random) -> None:
    """It hears what the server says of its chain, and stops before the first row."""
    world.pcs[0].fuse = Fuse(steps=3)
    world.visit(world.pcs[0])
    world.pcs[0].fuse = None


def _copy(world: World, _chance: random.Random) -> None:
    world.copies[world.pcs[0].name] = world.pcs[0].copy()


def _put_back(world: World, _chance: random.Random) -> None:
    world.pcs[0].begin(world.copies[world.pcs[0].name])


# A PC is put back, mends its chain, and registers letters before it has seen again those that it forgot.
MENDED_BUT_BLIND: Sequence[Action] = (
    _visit,
    _register,
    _visit,
    _copy,
    _register,
    _visit,
    _put_back,
    _visit_until_the_rows_come,
    _register,
    _visit,
)

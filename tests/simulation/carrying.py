"""Sticks in a world: out of a PC, to the server and its answers onto them, into a PC."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.simulation.office import wire
from tests.simulation.pc import Pc
from tests.simulation.server import ServerDied, surviving
from tests.simulation.stick import Stick, answer, hand_over, look_through, take_bundles, write_bundle
from tests.simulation.world import World


def write_stick(world: World, pc: Pc, stick: Stick) -> None:
    """What waits at a PC, onto a stick."""
    world.deeds += 1
    pc.work(lambda: write_bundle(pc, stick, wire()))
    stick.keep()
    world.say(f"{pc.name} writes a stick")


def read_stick(world: World, pc: Pc, places: Sequence[Path]) -> None:
    """What lies somewhere on a stick, into a PC."""
    world.deeds += 1
    pc.work(lambda: world.say(f"{pc.name} takes a stick: {take_bundles(pc, places, wire())}"))


def take_stick_to_server(world: World, stick: Stick, places: Sequence[Path]) -> None:
    """What lies somewhere on a stick, into the server; its answers, onto the stick."""
    world.deeds += 1
    try:
        with surviving(world.server):
            taken = hand_over(world.server, places)
            answered = {one.device for one in taken if answer(world.server, one, stick)}
    except ServerDied:
        world.say("the server died over a stick")
        return
    stick.keep()
    for pc in world.pcs:
        if pc.device in answered:
            look_through(pc, stick, world.guards[pc.name], wire())
    world.say(f"the server takes a stick: {[(one.ops, one.refused, one.put_off, one.scans) for one in taken]}")

"""How a world comes to rest: visits, and what follows from them, until nothing moves."""

from __future__ import annotations

from typing import Protocol

from core.domain.ids import PositionId
from tests.simulation.sealing import Sealing

ROUNDS = 12
# The newest number, how many files are whole, and the positions in which people of a PC may act.
Mark = tuple[int, int, frozenset[PositionId]]


class Moving(Protocol):
    """The world, as far as it is needed here."""

    sealing: Sealing | None
    still_at: dict[str, Mark]

    def round(self) -> bool:
        """Everybody visits who may have to; whether anything moved."""


def until_still(world: Moving) -> None:
    """Let everybody visit, and seal what is sealed late, until nothing moves; AssertionError if it never ends."""
    _rounds(world)
    busy: set[str] = set()
    for _ in range(ROUNDS):
        busy = set() if world.sealing is None else world.sealing.what_is_left()
        if not busy:
            return
        for name in busy:
            world.still_at.pop(name, None)
        _rounds(world)
    raise AssertionError(f"what is sealed late comes to no end at {sorted(busy)}")


def _rounds(world: Moving) -> None:
    for _ in range(ROUNDS):
        if not world.round():
            return
    raise AssertionError(f"still not still after {ROUNDS} rounds")

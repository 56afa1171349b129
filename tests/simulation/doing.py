"""How an act of the simulation is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.domain.permissions import Power

# From here on people have keys, secret letters are sealed, and PCs are shut out.
SEALS_FROM = 300_000


@dataclass(frozen=True)
class Doing:
    """How an act is done, how often, and the power that it takes: most people do what they may.

    In worlds of seeds below `since` nobody does it: so they stay what they were when they found something.
    """

    do: Callable[[Any], None]
    weight: int
    power: Power | None = None
    since: int = 0

"""The limits of the product, made small: what is rare in an office happens in each world."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from unittest import mock

from core.domain.numbering import needs_refill, next_block

# Small limits, so that a few dozen rows are many pages: pages, frames and batches end in odd places.
SMALL = {
    "desktop.sync.engine.MAX_OPS": 5,
    "desktop.sync.engine.OFFERS": 3,
    "desktop.sync.transfer.AT_ONCE": 4,
    "server.services.pull.FRAME_ROWS": 6,
    "server.services.looking.FIRST_ROWS": 9,
    "server.web.sync.WHOLE_BYTES": 1500,
    "server.web.sync.EVERYDAY_LEVEL": 1,
    "server.web.sync.LONG_LEVEL": 2,
}
# In worlds of seeds below, hubs read all they may have in one frame: so they stay what they were.
SMALL_OF_HUBS = {"server.services.relay.FRAME_ROWS": 7}
HUB_PAGES_FROM = 360_000
SMALL_BLOCK = 6


def small_limits(seed: int) -> list[AbstractContextManager[Any]]:
    """The limits of the product, made small; so are the blocks of numbers."""
    small = SMALL | SMALL_OF_HUBS if seed >= HUB_PAGES_FROM else SMALL
    places = [mock.patch(place, value) for place, value in small.items()]
    blocks = [mock.patch.object(rule, "__defaults__", (SMALL_BLOCK,)) for rule in (next_block, needs_refill)]
    return [*places, *blocks]

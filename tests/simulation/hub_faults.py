"""Mistakes that a careful person could make in a hub: the simulator has to find each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from core.domain.numbering import NumberLease
from core.protocol.codec import decode
from core.protocol.messages import Data
from server.services import hub_service, hub_uplink
from server.storage.hub_items import ItemKind
from tests.simulation.patching import Mistake, function


def _last_row_missed(original: Callable[..., None], store: Any, data: Data, *, begins: bool) -> None:
    """The cursor of a frame is stored with all of its rows but the last."""
    if data.blocks and len(data.blocks[-1].revs) == 1:
        data = msgspec.structs.replace(data, blocks=data.blocks[:-1])
    original(store, data, begins=begins)


def _portion_for_two(_original: Callable[..., Any], store: Any, owner: bytes) -> NumberLease | None:
    """A PC is given numbers, and the next one the same."""
    for _, _, body in store.items.listed(ItemKind.BLOCK, owner=owner):
        left: NumberLease = decode(body, NumberLease)
        if left.low <= left.high:
            return msgspec.structs.replace(left, high=min(left.high, left.low + hub_service.PORTION - 1))
    return None


HUB_MISTAKES: Mapping[str, Mistake] = MappingProxyType(
    {
        "a hub misses a row": lambda: function(hub_uplink, "enter", _last_row_missed),
        "a hub gives numbers twice": lambda: function(hub_service, "_portion", _portion_for_two),
    }
)

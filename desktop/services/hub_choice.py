"""Which hub this PC uses: the one that it finds, one at a typed address, or none; and what is known of it."""

import re
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import msgspec
from msgspec.structs import replace

from desktop.storage.unit_of_work import Store
from desktop.system.settings import HUB_OFF, read_settings, write_settings

# A name or a number of a computer, perhaps with a port and a scheme.
_ADDRESS = re.compile(r"(https?://)?[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?(:[0-9]{1,5})?/?")
LARGEST_PORT = 65535


class HubWay(Enum):
    """How a hub is chosen."""

    FOUND = "found"
    TYPED = "typed"
    OFF = "off"


class HubState(msgspec.Struct, frozen=True, kw_only=True):
    """The choice, and the hub that was met last: where, when, and whether it reached the server then."""

    way: HubWay
    typed: str
    address: str
    met: datetime | None
    online: bool


class HubChoiceService:
    """Reads and writes the choice of one profile."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Over the open store and the folder of the profile."""
        self._store = store
        self._folder = folder

    def state(self) -> HubState:
        """How it stands."""
        chosen = read_settings(self._folder).hub
        with self._store.read() as uow:
            notes = uow.meta.hub()
        typed = "" if chosen == HUB_OFF else chosen
        way = HubWay.OFF if chosen == HUB_OFF else HubWay.TYPED if typed else HubWay.FOUND
        met = notes.met_ms if notes.address else 0
        return HubState(
            way=way,
            typed=typed,
            address=notes.address,
            met=datetime.fromtimestamp(met / 1000, UTC) if met else None,
            online=notes.online,
        )

    def choose(self, way: HubWay, typed: str = "") -> None:
        """Use it from the next visit on; `typed` is an address that `is_address` has passed."""
        hub = {HubWay.FOUND: "", HubWay.OFF: HUB_OFF, HubWay.TYPED: typed.strip()}[way]
        write_settings(self._folder, replace(read_settings(self._folder), hub=hub))


def is_address(typed: str) -> bool:
    """Whether a person typed something at which a computer can be looked for."""
    text = typed.strip()
    if not _ADDRESS.fullmatch(text) or text.lower() == HUB_OFF:
        return False
    port = re.search(r":([0-9]+)/?$", text)
    return port is None or 0 < int(port.group(1)) <= LARGEST_PORT

"""Listens for hubs that announce themselves in the office's network (mDNS, DNS-SD).

Nothing of what is heard is proved here: it is where the hub is looked for, and what answers there has to prove itself
(`desktop.sync.hub_proof`). Where multicast does not get through, nothing is heard, and the server is visited as ever.
"""

import logging
import threading
import time
from collections.abc import Sequence
from typing import Any

from zeroconf import Error, InterfaceChoice, ServiceBrowser, ServiceInfo, Zeroconf

from core.protocol.hub import HUB_SERVICE

# The network cards by their addresses; none: all of them.
INTERFACES: tuple[str, ...] = ()
# Whoever asks first is given time to hear somebody.
LISTEN_S = 0.4
ASK_MS = 500
# A hub in a network full of noise is looked for among so many names.
MOST_NAMES = 16

logger = logging.getLogger(__name__)


class HubSearch:
    """Listens until `close`. The library runs a thread of its own."""

    def __init__(self, interfaces: Sequence[str] = ()) -> None:
        """Begin; where the system allows no multicast, nothing is ever heard."""
        self._names: dict[str, None] = {}
        self._guard = threading.Lock()
        self._begun = time.monotonic()
        self._heard = threading.Event()
        self._zeroconf: Zeroconf | None = None
        try:
            self._zeroconf = Zeroconf(interfaces=list(interfaces or INTERFACES) or InterfaceChoice.All)
            ServiceBrowser(self._zeroconf, HUB_SERVICE, handlers=[self._on_change])
        except (OSError, Error) as err:
            logger.info("no hub is looked for: %s", type(err).__name__)
            self.close()

    def addresses(self, tenant: int, office: int) -> Sequence[str]:
        """The addresses of what says that it is the hub of this office, as `https://host:port`; from any thread."""
        zeroconf = self._zeroconf
        if zeroconf is None:
            return ()
        self._heard.wait(max(0.0, self._begun + LISTEN_S - time.monotonic()))
        with self._guard:
            names = list(self._names)
        return tuple(
            address
            for name in names
            for address in _addresses(ServiceInfo(HUB_SERVICE, name), zeroconf, tenant, office)
        )

    def close(self) -> None:
        """Listen no more."""
        zeroconf, self._zeroconf = self._zeroconf, None
        if zeroconf is not None:
            zeroconf.close()

    def _on_change(self, *, name: str, state_change: Any, **_: Any) -> None:
        with self._guard:
            if state_change.name == "Removed":
                self._names.pop(name, None)
            elif len(self._names) < MOST_NAMES:
                self._names[name] = None
                self._heard.set()


def _addresses(info: ServiceInfo, zeroconf: Zeroconf, tenant: int, office: int) -> list[str]:
    try:
        if not info.load_from_cache(zeroconf) and not info.request(zeroconf, ASK_MS):
            return []
    except (OSError, Error, RuntimeError):
        return []  # closed meanwhile
    said = info.decoded_properties
    if (said.get("t"), said.get("o")) != (str(tenant), str(office)) or not info.port:
        return []
    scheme = "https" if said.get("s") == "1" else "http"
    return [f"{scheme}://{host}:{info.port}" for host in info.parsed_addresses() if ":" not in host]

"""Says in the office's network that there is a hub, so that nobody has to type its address (mDNS, DNS-SD).

What is said proves nothing; it is where PCs look first. Where multicast does not get through, an address can be typed.
"""

import logging
import socket
import threading
from collections.abc import Sequence

import ifaddr
from zeroconf import Error, InterfaceChoice, ServiceInfo, Zeroconf

from core.protocol.hub import HUB_SERVICE, HubFacts

EVERYWHERE = "0.0.0.0"  # noqa: S104  # compared with, not listened on

logger = logging.getLogger(__name__)


class HubAnnouncement:
    """Announces one hub from `begin` to `end`."""

    def __init__(self, facts: HubFacts, *, secure: bool, interfaces: Sequence[str] = ()) -> None:
        """`interfaces` are the addresses of the network cards to be used; none: all of them."""
        self._facts = facts
        self._secure = secure
        self._interfaces = list(interfaces)
        self._zeroconf: Zeroconf | None = None
        self._thread: threading.Thread | None = None

    def begin(self, listener: socket.socket) -> None:
        """Announce what listens there, in a thread, for it takes a second; nothing happens where that cannot be."""
        host, port = listener.getsockname()[:2]
        self._thread = threading.Thread(target=self._announce, args=(host, port), name="hub announced", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Take it back."""
        if self._thread is not None:
            self._thread.join()
        if self._zeroconf is not None:
            self._zeroconf.close()

    def _announce(self, host: str, port: int) -> None:
        addresses = self._interfaces or ([host] if host != EVERYWHERE else _own_addresses())
        info = ServiceInfo(
            HUB_SERVICE,
            f"{self._facts.hub.hex()}.{HUB_SERVICE}",
            port=port,
            parsed_addresses=addresses,
            properties={
                "t": str(self._facts.tenant),
                "o": str(self._facts.office),
                "s": "1" if self._secure else "0",
            },
        )
        try:
            self._zeroconf = Zeroconf(interfaces=self._interfaces or InterfaceChoice.All)
            self._zeroconf.register_service(info, allow_name_change=True)
        except (OSError, Error) as err:
            logger.info("the hub is not announced: %s", type(err).__name__)


def _own_addresses() -> list[str]:
    found = [ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips if ip.is_IPv4]
    return [str(ip) for ip in found if not str(ip).startswith("127.")]

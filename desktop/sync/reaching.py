"""Finding the server when the name service is silent, slow or wrong, and when one of its addresses leads nowhere.

Where a name was reached last is remembered, also over a restart: the name service of a remote office is often the
first thing to fail. It is asked first all the same, so that a server that moved is found; what is remembered comes
where it gives no answer, and after the answers otherwise, since a hotspot answers with its own address for every
name. Whoever is met there has to show the server's certificate as always.

An address that swallows what is sent to it (a line whose IPv6 is broken) costs `NEXT_S` as long as there is another.
"""

import ipaddress
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from desktop.sync.tls import TlsContexts
from desktop.system.faults import EnvironmentFault
from desktop.system.profile import write_whole

CONNECT_S = 15.0
NEXT_S = 4.0
Resolve = Callable[..., list[Any]]


class Place(NamedTuple):
    """Where a server may be reached."""

    family: socket.AddressFamily
    address: tuple[Any, ...]

    @property
    def host(self) -> str:
        """The address in figures."""
        return str(self.address[0])


class AddressBook:
    """Where each name was reached last; without a `path` only as long as the program runs. From any thread."""

    def __init__(self, path: Path | None = None, *, resolve: Resolve = socket.getaddrinfo) -> None:
        """A file that is not there, or cannot be read, is an empty one."""
        self._path = path
        self._resolve = resolve
        # What servers gave us to come back with belongs to what is known of them.
        self.tls = TlsContexts()
        self._known = _read(path)

    def places(self, host: str, port: int) -> list[Place]:
        """Where to try, best first; `OSError` if nothing is known of the name."""
        known = self._known.get(host)
        try:
            found = self._resolve(host, port, 0, socket.SOCK_STREAM)
        except OSError:
            if known is None:
                raise
            found = []
        places = [Place(family, address) for family, _, _, _, address in found]
        if known is not None:
            last = _place(known, port)
            if last.host in [place.host for place in places]:
                places.sort(key=lambda place: place.host != last.host)
            else:
                places.append(last)
        return places

    def reached(self, host: str, place: Place) -> None:
        """Somebody answers there."""
        if place.host in (host, self._known.get(host)) or "%" in place.host:
            return
        self._known[host] = place.host
        if self._path is not None:
            try:
                write_whole(self._path, json.dumps(self._known).encode())
            except (OSError, EnvironmentFault):
                return  # it would only have been quicker next time


def turns(places: list[Place], *, timeout: float) -> Iterator[tuple[Place, float]]:
    """Each place with the seconds it is given: all that are left to the last, `NEXT_S` at most to the others."""
    until = monotonic() + timeout
    for number, place in enumerate(places, start=1):
        left = max(0.1, until - monotonic())
        yield place, left if number == len(places) else min(NEXT_S, left)


def reach(book: AddressBook, host: str, port: int, *, timeout: float = CONNECT_S) -> socket.socket:
    """A connection that sends without delay; `OSError` (`TimeoutError`, `socket.gaierror`) if there is none."""
    fault: OSError = OSError("no address")
    for place, seconds in turns(book.places(host, port), timeout=timeout):
        line = socket.socket(place.family, socket.SOCK_STREAM)
        try:
            line.settimeout(seconds)
            line.connect(place.address)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as err:
            line.close()
            fault = err
            continue
        except BaseException:
            line.close()
            raise
        book.reached(host, place)
        return line
    raise fault


def _place(address: str, port: int) -> Place:
    if ipaddress.ip_address(address).version == 6:  # noqa: PLR2004  # the number of a protocol
        return Place(socket.AF_INET6, (address, port, 0, 0))
    return Place(socket.AF_INET, (address, port))


def _read(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        loaded: Any = json.loads(path.read_bytes())
        return {str(name): str(ipaddress.ip_address(address)) for name, address in loaded.items()}
    except (OSError, ValueError, AttributeError):
        return {}

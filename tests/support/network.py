"""No test talks to another machine: only loopback and local sockets connect.

Only sockets of Python are guarded; libpq, inside psycopg, opens its own, and the tests give it loopback.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop.workers import hub_search


class NetworkForbiddenError(RuntimeError):
    """A test tried to reach another machine; a bug in the test or in what it tests, never a network fault."""


def is_local(host: object) -> bool:
    """Tell whether a host, as given to the socket library, is this machine without asking a name server."""
    if host is None or host in ("", "localhost", b"localhost"):
        return True
    try:
        return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host)).is_loopback
    except ValueError:
        return False


def require_local(host: object) -> None:
    """Refuse any host but this machine."""
    if not is_local(host):
        raise NetworkForbiddenError(f"a test tried to reach {host!r}; only loopback is open to tests")


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """Close the network for the length of a test, whatever fixtures of wider scope do meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, guarded_connect(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", guarded_lookup(socket.getaddrinfo))
        patch.setattr(hub_search, "INTERFACES", ("127.0.0.1",))  # a window looks for hubs in all networks
        patch.setenv("NO_PROXY", "*")  # loopback is reached directly, also on a machine behind a proxy
        yield


def guarded_connect(connect: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `socket.connect` or its twin; other families than IP, such as local sockets, pass."""

    def checked(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            require_local(address[0])
        return connect(self, address)

    return checked


def guarded_lookup(lookup: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `socket.getaddrinfo`, for a question to a name server leaves the machine too."""

    def checked(host: object, *args: Any, **kwargs: Any) -> Any:
        require_local(host)
        return lookup(host, *args, **kwargs)

    return checked

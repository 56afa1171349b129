"""The connections of a sync client: known one by one, and made to where the address book says."""

import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakSet

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from desktop.sync.reaching import CONNECT_S, AddressBook, reach


class TrackingAdapter(HTTPAdapter):
    """Knows its open connections: neither requests nor urllib3 can break a request that waits for its first byte."""

    def __init__(
        self,
        connections: WeakSet[HTTPConnection],
        book: AddressBook,
        *,
        name: str = "",
        authority: Path | None = None,
    ) -> None:
        self._connections = connections
        self._book = book
        self._name = name
        self._authority = authority
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make pools that report each connection."""
        if self._name:
            kwargs.update(assert_hostname=self._name, server_hostname=self._name)
        super().init_poolmanager(*args, **kwargs)
        manager = self.poolmanager
        manager.pool_classes_by_scheme = {
            scheme: partial(_tracking_pool, pool_class, self._note)
            for scheme, pool_class in manager.pool_classes_by_scheme.items()
        }

    def _note(self, connection: "_Reaching") -> None:
        connection.book = self._book
        if isinstance(connection, HTTPSConnection) and self._authority is not None:
            connection.ssl_context = self._book.tls.of(self._authority, name=self._name)
        self._connections.add(connection)


class _Reaching(HTTPConnection):
    """Connects to where the address book says."""

    book: AddressBook

    def _new_conn(self) -> socket.socket:
        timeout = self.timeout if isinstance(self.timeout, int | float) else CONNECT_S
        try:
            return reach(self.book, self.host, int(self.port or self.default_port), timeout=timeout)
        except socket.gaierror as err:
            raise NameResolutionError(self.host, self, err) from err
        except TimeoutError as err:
            raise ConnectTimeoutError(self, type(err).__name__) from err
        except OSError as err:
            raise NewConnectionError(self, type(err).__name__) from err


class _ReachingTls(_Reaching, HTTPSConnection):
    """The same with TLS."""


def _tracking_pool(
    pool_class: Any, note: Callable[[_Reaching], None], host: str, port: int | None = None, **settings: Any
) -> Any:
    pool = pool_class(host, port, **settings)
    make = _ReachingTls if pool.scheme == "https" else _Reaching

    def connect(*args: Any, **kwargs: Any) -> Any:
        connection = make(*args, **kwargs)
        note(connection)
        return connection

    pool.ConnectionCls = connect
    return pool

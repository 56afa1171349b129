"""Scans and segments by the hub, which fetches each once for the office; the server stands in for it at any byte."""

from collections.abc import Callable, Generator, Iterator
from typing import BinaryIO

from core.protocol.messages import Frame, SyncRequest
from desktop.sync.client import ServerFault, SyncClient
from desktop.sync.flow import Flow
from desktop.sync.hub_client import HubClient
from desktop.system.faults import EnvironmentFault

_Fetch = Callable[[int, int | None], Iterator[bytes]]


def _nobody() -> None:
    """Nobody wants to know."""


class FilesByHub:
    """Files up to the server, and down from the hub; belongs to one thread. Stands for a `SyncClient` of downloads."""

    def __init__(self, server: SyncClient, hub: HubClient, *, lose: Callable[[], None] = _nobody) -> None:
        """`hub` knows already who asks; `lose` is told when it is there no more."""
        self._server = server
        self._hub = hub
        self._lose = lose
        self._lost = False

    def upload(self, sha256: bytes, size: int, content: BinaryIO, *, flow: Flow) -> bool:
        """Send to the server: a file counts as sent when the server has it."""
        return self._server.upload(sha256, size, content, flow=flow)

    def download(self, sha256: bytes, offset: int, *, count: int | None = None) -> Generator[bytes]:
        """Fetch from the hub; what it does not give, from the server."""
        yield from self._first_hub(
            lambda start, left: self._hub.download(sha256, start, count=left),
            lambda start, left: self._server.download(sha256, start, count=left),
            offset=offset,
            count=count,
        )

    def fetch_segment(self, sha256: bytes, offset: int) -> Generator[bytes]:
        """Fetch from the hub what it has; else from the server."""
        yield from self._first_hub(
            lambda start, _left: self._hub.fetch_segment(sha256, start),
            lambda start, _left: self._server.fetch_segment(sha256, start),
            offset=offset,
            count=None,
        )

    def exchange(self, request: SyncRequest) -> Iterator[Frame]:
        """A round beside a segment goes to the server itself."""
        return self._server.exchange(request)

    def _first_hub(self, hub: _Fetch, server: _Fetch, *, offset: int, count: int | None) -> Generator[bytes]:
        got = 0
        if not self._lost:
            try:
                for piece in hub(offset, count):
                    got += len(piece)
                    yield piece
            except EnvironmentFault:
                self._lost = True
                self._lose()
            except ServerFault:
                pass
            else:
                return
        yield from server(offset + got, None if count is None else count - got)

"""Scans and segments by the hub, which fetches each once for the office; the server stands in for it at any byte."""

from collections.abc import Callable, Generator, Iterator
from typing import BinaryIO, Protocol

from core.protocol.messages import Frame, SyncRequest
from desktop.sync.client import SyncClient
from desktop.sync.flow import Flow
from desktop.sync.hub_client import HubClient
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault, FaultOf

_Fetch = Callable[[int, int | None], Iterator[bytes]]


PIECE = 256 * 1024
_LINE_DOWN = (FaultOf.NO_NETWORK, FaultOf.TIMED_OUT, FaultOf.PORTAL)


def _nobody() -> None:
    """Nobody wants to know."""


class Leaving(Protocol):
    """Knows which files may be left at a hub, and remembers those that were."""

    def may_leave(self, sha256: bytes) -> bool:
        """Whether a hub may have the file."""

    def note_left(self, sha256: bytes) -> None:
        """All of it lies at the hub now."""


class FilesByHub:
    """Files up to the server, and down from the hub; belongs to one thread. Stands for a `SyncClient` of downloads."""

    def __init__(
        self,
        server: SyncClient,
        hub: HubClient,
        *,
        lose: Callable[[], None] = _nobody,
        leaving: Leaving | None = None,
    ) -> None:
        """`hub` knows already who asks; `lose` is told when it is there no more; without `leaving` nothing is left."""
        self._leaving = leaving
        self._server = server
        self._hub = hub
        self._lose = lose
        self._lost = False

    def upload(self, sha256: bytes, size: int, content: BinaryIO, *, flow: Flow) -> bool:
        """Send to the server: a file counts as sent when the server has it.

        While the line is down the hub takes it, and brings it up by itself; False, for the server does not have it yet.
        """
        try:
            return self._server.upload(sha256, size, content, flow=flow)
        except EnvironmentFault as fault:
            leaving = self._leaving
            if fault.code not in _LINE_DOWN or self._lost or leaving is None or not leaving.may_leave(sha256):
                raise
            if self._leave(sha256, size, content, flow=flow):
                leaving.note_left(sha256)
            elif not flow.stopped():
                raise
            return False

    def _leave(self, sha256: bytes, size: int, content: BinaryIO, *, flow: Flow) -> bool:
        """Whether all of it lies at the hub now."""
        try:
            have = self._hub.leave(sha256, size=size, start=0, data=b"")
            while have < size:
                if flow.stopped():
                    return False
                content.seek(have)
                before, have = have, self._hub.leave(sha256, size=size, start=have, data=content.read(PIECE))
                flow.moved(have)
                if have <= before:
                    return False
        except (EnvironmentFault, ServerFault):
            self._lost = True
            self._lose()
            return False
        return True

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

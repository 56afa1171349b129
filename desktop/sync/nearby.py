"""The hub of the office as a visit sees it: met when it is there, passed over when it is not."""

from collections.abc import Callable, Iterator
from typing import BinaryIO

from core.domain.ids import UserId
from core.protocol.faults import FaultCode
from desktop.sync.client import ServerFault, SyncClient
from desktop.sync.flow import Flow
from desktop.sync.hub_client import HubClient
from desktop.sync.hub_rounds import HubRounds, Meeting
from desktop.sync.transfer import BlobClient
from desktop.system.faults import EnvironmentFault

# What a hub says no to, the server may still answer.
_OF_THE_HUB = frozenset({FaultCode.SIGNED_OUT, FaultCode.BUSY, FaultCode.NOT_FOUND, FaultCode.TOO_OLD})
# A hub that was not there is looked for again after so many visits.
REST_VISITS = 3


class HubNearby:
    """The hub at one address; `user` says in whose name it is met (None: nobody has signed in on this PC)."""

    def __init__(
        self, rounds: HubRounds, find: Callable[[], HubClient | None], user: Callable[[], UserId | None]
    ) -> None:
        self._rounds = rounds
        self._find = find
        self._user = user
        self._client: HubClient | None = None
        self._rest = 0

    def meet(self, server: SyncClient, cancelled: Callable[[], bool]) -> Meeting | None:
        """Leave there what waits and take what is there; None if it is not there, or does not know this PC."""
        user = self._user()
        if self._rest or user is None:
            self._rest = max(0, self._rest - 1)
            return None
        self._client = self._client or self._find()
        if self._client is None:
            self._rest = REST_VISITS
            return None
        try:
            return self._rounds.meet(self._client, server, user, cancelled)
        except EnvironmentFault:
            self._forget()
        except ServerFault as fault:
            if fault.code not in _OF_THE_HUB:
                raise
        return None

    def files(self, server: SyncClient) -> BlobClient:
        """Files up to the server, and down from the hub."""
        return server if self._client is None else _FilesByHub(server, self._client)

    def interrupt(self) -> None:
        """Break the request under way, from another thread."""
        if self._client is not None:
            self._client.interrupt()

    def _forget(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client, self._rest = None, REST_VISITS


class _FilesByHub:
    def __init__(self, server: SyncClient, hub: HubClient) -> None:
        self._server = server
        self._hub = hub

    def upload(self, sha256: bytes, size: int, content: BinaryIO, *, flow: Flow) -> bool:
        """Send to the server: a file counts as sent when the server has it."""
        return self._server.upload(sha256, size, content, flow=flow)

    def download(self, sha256: bytes, offset: int, *, count: int | None = None) -> Iterator[bytes]:
        """Fetch from the hub, which fetches it once for everyone; what it does not carry, from the server."""
        if count is not None:
            yield from self._server.download(sha256, offset, count=count)
            return
        try:
            yield from self._hub.download(sha256, offset)
        except ServerFault as err:
            if err.code != FaultCode.NOT_FOUND:
                raise
            yield from self._server.download(sha256, offset, count=count)

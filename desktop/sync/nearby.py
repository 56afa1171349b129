"""The hub of the office as a visit sees it: met when it is there, passed over when it is not."""

from collections.abc import Callable

from core.domain.ids import UserId
from core.protocol.faults import FaultCode
from desktop.sync.client import ServerFault, SyncClient
from desktop.sync.hub_client import HubClient
from desktop.sync.hub_files import FilesByHub
from desktop.sync.hub_rounds import HubRounds, Meeting
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
        self._file_client: HubClient | None = None
        self._file_rest = 0

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

    def fetching(self, server: SyncClient) -> SyncClient | FilesByHub:
        """Files and segments, down from the hub if it was met; in the lane of visits."""
        return server if self._client is None else FilesByHub(server, self._client)

    def file_line(self, server: SyncClient) -> SyncClient | FilesByHub:
        """The same in the lane of files, on a connection of its own."""
        if self._file_rest:
            self._file_rest -= 1
            return server
        self._file_client = self._file_client or self._find()
        if self._file_client is None:
            return server
        try:
            self._rounds.introduce(self._file_client, server)
        except (EnvironmentFault, ServerFault):
            self._file_client.close()
            self._file_client, self._file_rest = None, REST_VISITS
            return server
        return FilesByHub(server, self._file_client)

    def interrupt(self) -> None:
        """Break the request under way, from another thread."""
        for client in (self._client, self._file_client):
            if client is not None:
                client.interrupt()

    def _forget(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client, self._rest = None, REST_VISITS

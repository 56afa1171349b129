"""The hub of the office as a visit sees it: met when it is there, passed over when it is not."""

from collections.abc import Callable, Sequence

from core.domain.ids import UserId
from core.protocol.faults import FaultCode
from desktop.sync.client import SyncClient
from desktop.sync.hub_client import HubClient
from desktop.sync.hub_files import FilesByHub
from desktop.sync.hub_rounds import HubRounds, Meeting
from desktop.sync.server_fault import ServerFault
from desktop.system.faults import EnvironmentFault

# What a hub says no to, the server may still answer.
_OF_THE_HUB = frozenset({FaultCode.SIGNED_OUT, FaultCode.BUSY, FaultCode.NOT_FOUND, FaultCode.TOO_OLD})
# What was not there, or not the hub, is looked for again after so many visits; after twice as many each further time.
REST_VISITS = 3
LONGEST_REST = 48
# Whoever announces more than that is not believed: each costs a try.
MOST_ADDRESSES = 4


class HubNearby:
    """The hub; `user` says in whose name it is met (None: nobody has signed in on this PC).

    `addresses` are those at which it may be just now: the one that a person typed, those that announce themselves, or
    none. `make` makes a client for one.
    """

    def __init__(
        self,
        rounds: HubRounds,
        *,
        addresses: Callable[[], Sequence[str]],
        make: Callable[[str], HubClient],
        user: Callable[[], UserId | None],
    ) -> None:
        self._rounds = rounds
        self._user = user
        self._visits = _Way(rounds, addresses, make)
        self._files = _Way(rounds, addresses, make)

    def meet(self, server: SyncClient, cancelled: Callable[[], bool]) -> Meeting | None:
        """Leave there what waits and take what is there; None if it is not there, or does not know this PC."""
        user = self._user()
        client = None if user is None else self._visits.find(server)
        if client is None or user is None:
            return None
        try:
            return self._rounds.meet(client, user, cancelled)
        except EnvironmentFault:
            self._visits.lose()
        except ServerFault as fault:
            # What else stands against this PC the server says itself: by its words a hub could keep it from sending.
            if fault.code not in _OF_THE_HUB:
                self._visits.lose()
        return None

    def fetching(self, server: SyncClient) -> SyncClient | FilesByHub:
        """Files and segments, down from the hub if it was met; in the lane of visits."""
        client = self._visits.client
        return server if client is None else FilesByHub(server, client, leaving=self._rounds)

    def file_line(self, server: SyncClient) -> SyncClient | FilesByHub:
        """The same in the lane of files, on a connection of its own."""
        client = self._files.find(server)
        return server if client is None else FilesByHub(server, client, lose=self._files.lose, leaving=self._rounds)

    def interrupt(self) -> None:
        """Break the request under way, from another thread."""
        for way in (self._visits, self._files):
            if way.client is not None:
                way.client.interrupt()


class _Way:
    """The connection of one lane to the hub."""

    def __init__(
        self, rounds: HubRounds, addresses: Callable[[], Sequence[str]], make: Callable[[str], HubClient]
    ) -> None:
        self._rounds = rounds
        self._addresses = addresses
        self._make = make
        self.client: HubClient | None = None
        # How many visits an address is left alone for, and how many the next time.
        self._rests: dict[str, tuple[int, int]] = {}

    def find(self, server: SyncClient) -> HubClient | None:
        """The hub, proved; None if it is not there now."""
        addresses = list(self._addresses())[:MOST_ADDRESSES]
        if self.client is not None and self.client.address not in addresses:
            self._close()
        if self.client is not None and self._proved(self.client, server):
            return self.client
        for address in addresses:
            left, next_time = self._rests.get(address, (0, REST_VISITS))
            if left:
                self._rests[address] = (left - 1, next_time)
                continue
            self.client = self._make(address)
            if self._proved(self.client, server):
                self._rests.pop(address, None)
                return self.client
        return None

    def lose(self) -> None:
        """What was met is there no more."""
        if self.client is not None:
            _, next_time = self._rests.get(self.client.address, (0, REST_VISITS))
            self._rests[self.client.address] = (next_time, min(LONGEST_REST, 2 * next_time))
        self._close()

    def _proved(self, client: HubClient, server: SyncClient) -> bool:
        try:
            self._rounds.introduce(client, server)
        except (EnvironmentFault, ServerFault):
            self.lose()
            return False
        return True

    def _close(self) -> None:
        if self.client is not None:
            self.client.close()
        self.client = None

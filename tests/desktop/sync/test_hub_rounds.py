"""What is left with a hub: once, whatever the hub makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.domain.ids import UserId
from core.protocol.hub import HubReply, HubRequest
from core.protocol.messages import Frame
from desktop.storage.blobs import BlobFiles
from desktop.storage.unit_of_work import Store
from desktop.sync.engine import SyncEngine
from desktop.sync.hub_rounds import HubRounds
from desktop.sync.signing import DeviceKeys
from tests.factories import REGISTRAR, TODAY
from tests.support.desks import Desk, entry
from tests.support.stores import KEY

WALL_MS = 1_773_628_200_000


class HubOfAnotherEpoch:
    """A hub without a line that went on with a copy of this PC, which was mended since."""

    def __init__(self) -> None:
        self.requests: list[HubRequest] = []

    def exchange(self, request: HubRequest) -> tuple[HubReply, Iterator[Frame]]:
        self.requests.append(request)
        return HubReply(feed_epoch=1, online=False, held=(7, 3)), iter(())


def test_what_waits_is_left_once_with_a_hub_that_holds_a_later_epoch(store: Store, tmp_path: Path) -> None:
    Desk(store, REGISTRAR).letters.register(entry())
    keys = DeviceKeys(bytes(32), bytes(32))
    engine = SyncEngine(store, BlobFiles(tmp_path / "berkas", KEY), keys, lambda: WALL_MS, today=lambda: TODAY)
    hub = HubOfAnotherEpoch()

    meeting = HubRounds(store, engine, keys, lambda: WALL_MS).meet(hub, UserId(1), lambda: False)  # type: ignore[arg-type]  # stands for a client

    left = [one.parcel for one in hub.requests if one.parcel is not None and one.parcel.last_seq]
    assert 1 <= len(left) <= 2, "the second may ask for numbers as well"
    assert len(hub.requests) <= 4
    assert not meeting.enough

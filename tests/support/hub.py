"""A real hub in this process, at a real server, which can be stopped and started again on the same folder."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from core.domain.ids import DeviceId, StreamId
from core.protocol.codec import decode
from core.protocol.hub import Signed, Statement
from server.hub import HubConfig, HubHandle
from server.services.grants import read_grants
from server.services.hubs import hub_grants
from server.storage.database import UnitOfWork
from server.storage.hub_items import ItemKind
from tests.support.server import START_SECONDS, STOP_SECONDS, OfficeInTest, RunningServer

FILL_SECONDS = 120.0


class RunningHub:
    """A hub; `config.upstream` may lead over a slow or broken line."""

    def __init__(self, config: HubConfig) -> None:
        self.config = config
        self.port = 0
        self._handle: HubHandle | None = None
        self._thread: threading.Thread | None = None

    @property
    def handle(self) -> HubHandle:
        """The hub as it runs now."""
        assert self._handle is not None
        return self._handle

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{'https' if self.config.tls else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, on the port of before if there was one; returns when requests are taken."""
        self._handle = HubHandle(self.config)
        listener = socket.create_server(("127.0.0.1", self.port))
        self.port = int(listener.getsockname()[1])
        ready = threading.Event()
        self._thread = threading.Thread(target=self._handle.run, args=(listener,), kwargs={"ready": ready.set})
        self._thread.start()
        assert ready.wait(START_SECONDS), "the hub did not start"

    def stop(self) -> None:
        """Stop; nothing that it took is lost."""
        if self._thread is None or self._handle is None:
            return
        self._handle.stop()
        self._thread.join(STOP_SECONDS)
        assert not self._thread.is_alive(), "the hub did not stop"
        self._handle.close()
        self._thread = None

    def in_touch(self, *, online: bool = True) -> None:
        """Wait until the hub is in touch with the server, or has found that it is not."""
        until = time.monotonic() + START_SECONDS
        while self.handle.uplink.online is not online:
            assert time.monotonic() < until, "the hub did not notice"
            time.sleep(0.02)

    def knows(self, device: DeviceId) -> None:
        """Wait until the hub may serve a PC, which goes past it until then."""
        until = time.monotonic() + START_SECONDS

        def stated(unit: UnitOfWork) -> bool:
            return unit.of(self.handle.facts.tenant).items.get(ItemKind.STATEMENT, device) is not None

        while not self.handle.database.read(stated):
            assert time.monotonic() < until, "the hub does not hear of its PC"
            time.sleep(0.02)

    def filled(self, server: RunningServer) -> None:
        """Wait until the hub has all that the server lets it carry, and knows what each of its PCs may have."""
        facts = self.handle.facts
        until = time.monotonic() + FILL_SECONDS

        def here(unit: UnitOfWork) -> tuple[dict[int, int], dict[DeviceId, tuple[StreamId, ...]]]:
            store = unit.of(facts.tenant)
            signed = [decode(body, Signed) for _, _, body in store.items.listed(ItemKind.STATEMENT)]
            statements = [decode(one.body, Statement) for one in signed]
            return {int(row.id): row.last for row in store.copy.streams()}, {
                one.device: one.streams for one in statements
            }

        while True:
            mine, known = self.handle.database.read(here)

            def there(
                unit: UnitOfWork, devices: Collection[DeviceId] = known.keys()
            ) -> tuple[dict[int, int], dict[DeviceId, tuple[StreamId, ...]]]:
                store = unit.of(facts.tenant)
                carried = {int(row.id): row.last for row in hub_grants(store, facts.office).streams}
                of_pcs = {one: tuple(StreamId(row.id) for row in read_grants(store, one).streams) for one in devices}
                return carried, of_pcs

            # A stream that a letter just made is one of them, also before the hub has heard of it.
            if mine and (mine, known) == server.handle.database.read(there):
                return
            assert time.monotonic() < until, "the hub is not filled"
            time.sleep(0.05)

    def brought(self) -> None:
        """Wait until the server has all files that PCs left here."""
        until = time.monotonic() + FILL_SECONDS
        while self.handle.uploads.waiting():
            assert time.monotonic() < until, "files still wait at the hub"
            time.sleep(0.05)

    def reconfigure(self, **changes: object) -> None:
        """Change the set-up for the next start."""
        self.config = replace(self.config, **changes)  # type: ignore[arg-type]  # names of fields of the config


@contextmanager
def running_hub(
    folder: Path, server: RunningServer, office: OfficeInTest, *, upstream: str = "", **settings: object
) -> Iterator[RunningHub]:
    """The hub of an office, enrolled and started; stopped at the end."""
    code = server.handle.hubs.new_code(office.tenant, office.office)
    config = HubConfig(
        data=folder,
        upstream=upstream or server.url,
        code=code,
        dictionary=server.config.dictionary,
        tls=server.config.tls,
    )
    hub = RunningHub(replace(config, **settings))  # type: ignore[arg-type]  # names of fields of the config
    hub.start()
    try:
        yield hub
    finally:
        hub.stop()

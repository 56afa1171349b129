"""Finds what another process wrote, so that those who wait here hear of it: one look at each tenant's head a second.

Not by notifications of the database: PostgreSQL serialises all commits that notify, which costs more than it gives.
"""

import asyncio
import logging
import time

from core.domain.ids import TenantId
from server.services.announcer import Announcer
from server.services.grants import Topic, topic_of
from server.storage.database import Database, UnitOfWork
from server.storage.faults import StoreFault
from server.storage.streams import StreamRow

EVERY_S = 1.0
COMMIT_TO_TOLD_S = 0.1

logger = logging.getLogger(__name__)


class OtherWriters:
    """Announces what is new in a stream and was not announced by this process."""

    def __init__(self, database: Database, announcer: Announcer) -> None:
        self._database = database
        self._announcer = announcer
        self._looked: dict[TenantId, int] = {}

    def begin(self) -> None:
        """Take what is there now as known; StoreFault."""
        self._looked = self._database.read(_heads)

    def look(self) -> dict[TenantId, set[Topic]]:
        """Announce what others wrote since the last look: the topics, by tenant; StoreFault."""
        announced: dict[TenantId, set[Topic]] = {}
        found = self._database.read(self._changed)
        if found:
            # What this process committed a moment ago it is about to announce itself.
            time.sleep(COMMIT_TO_TOLD_S)
        for tenant, seq, changed in found:
            self._looked[tenant] = seq
            news = {topic_of(row.key) for row in changed if row.last > self._announcer.told(tenant, row.key)}
            # Only numbers above `seq` are asked for from here on: what was told below it need not be remembered.
            self._announcer.forget(tenant, upto=seq)
            if news:
                announced[tenant] = news
                self._announcer.announce(tenant, news, except_device=None)
        return announced

    async def run(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            if not self._announcer.is_awaited:
                continue  # whoever comes looks for himself first; what is new since the last look is found then
            try:
                await asyncio.to_thread(self.look)
            except StoreFault as fault:
                logger.warning("cannot look for what others wrote: %s", fault)

    def _changed(self, unit: UnitOfWork) -> list[tuple[TenantId, int, list[StreamRow]]]:
        found: list[tuple[TenantId, int, list[StreamRow]]] = []
        for tenant, seq in _heads(unit).items():
            since = self._looked.get(tenant, 0)
            if seq != since:
                found.append((tenant, seq, unit.of(tenant).streams.changed_since(since)))
        return found


def _heads(unit: UnitOfWork) -> dict[TenantId, int]:
    return {row.id: unit.of(row.id).head.read().seq for row in unit.tenants.all()}

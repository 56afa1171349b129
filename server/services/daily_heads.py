"""Signs once a day where the log of each tenant stands, and tells PCs (`core.protocol.daily_heads`)."""

from datetime import UTC, datetime
from functools import partial

from core.domain.ids import TenantId
from core.protocol.daily_heads import (
    ASK_NOTHING,
    MOST_HEADS,
    NO_CHAIN,
    RUNNING_BYTES,
    DailyHead,
    HeadsTold,
    day_number,
    head_payload,
    next_chain,
    pack_heads,
)
from core.protocol.sealing import PartyKeys
from server.services.tokens import Clock
from server.storage.daily_heads import SignedHead
from server.storage.database import Database, TenantStore, UnitOfWork


class DailyHeadService:
    """Makes the heads."""

    def __init__(self, database: Database, clock: Clock, *, keys: PartyKeys) -> None:
        self._database = database
        self._clock = clock
        self._keys = keys

    def make_due(self) -> int:
        """Sign a head for each tenant that has none of today (UTC) and something new; how many. StoreFault."""
        today = day_number(datetime.fromtimestamp(self._clock() // 1000, UTC).date())
        due = self._database.read(
            lambda unit: [row.id for row in unit.tenants.all() if _next(unit.of(row.id), today) is not None]
        )
        return sum(self._database.write(partial(self._make, tenant=tenant, today=today)) for tenant in due)

    def _make(self, unit: UnitOfWork, *, tenant: TenantId, today: int) -> int:
        store = unit.of(tenant)
        store.head.lock()
        head = _next(store, today)
        if head is None:
            return 0
        last = store.daily_heads.newest()
        chain = next_chain(NO_CHAIN if last is None else last.chain, head, tenant=tenant)
        store.daily_heads.add(SignedHead(head=head, chain=chain, signature=self._keys.sign(head_payload(chain))))
        return 1


def heads_for(store: TenantStore, known: int) -> bytes:
    """The heads behind number `known`, packed; nothing if there are none, or if it was not asked.

    Who holds none, or more than there are, begins anew with the newest.
    """
    if known == ASK_NOTHING:
        return b""
    newest = store.daily_heads.newest()
    if newest is None or known == newest.head.number:
        return b""
    if 0 < known < newest.head.number:
        found = store.daily_heads.behind(known, limit=MOST_HEADS)
        heads = tuple(one.head for one in found)
        return pack_heads(HeadsTold(heads=heads, signature=found[-1].signature))
    before = store.daily_heads.behind(newest.head.number - 2, limit=1)[0].chain if newest.head.number > 1 else NO_CHAIN
    return pack_heads(HeadsTold(heads=(newest.head,), signature=newest.signature, before=before))


def _next(store: TenantStore, today: int) -> DailyHead | None:
    """The head that is due, or None."""
    last = store.daily_heads.newest()
    seq = store.ops.last_seq()
    if not seq or (last is not None and (last.head.day >= today or last.head.seq == seq)):
        return None
    number = 1 if last is None else last.head.number + 1
    return DailyHead(number=number, day=today, seq=seq, running=store.head.read().audit_hash[:RUNNING_BYTES])

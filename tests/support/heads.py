"""A server that signs a head a day over a log that is a word, and tells PCs as `heads_for` does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from core.domain.ids import TenantId
from core.protocol.daily_heads import (
    ASK_NOTHING,
    NO_CHAIN,
    RUNNING_BYTES,
    DailyHead,
    HeadsTold,
    chains_of,
    head_payload,
    pack_heads,
)
from core.protocol.messages import Control
from core.protocol.sealing import PartyKeys

SIGNING = PartyKeys(bytes(range(32)), bytes(32))


class SignedLog:
    """Signs a head a day over a log that is a word."""

    def __init__(self, tenant: TenantId, words: Sequence[str], keys: PartyKeys = SIGNING) -> None:
        self._keys = keys
        self.heads = [
            DailyHead(number=day, day=day, seq=10 * day, running=_running("".join(words[:day])))
            for day in range(1, len(words) + 1)
        ]
        self.chains = chains_of(NO_CHAIN, self.heads, tenant=tenant)

    def answer(self, asked: int) -> Control:
        """What `heads_for` tells, the last head counting as the newest."""
        last = len(self.heads)
        if asked in (ASK_NOTHING, last):
            return Control(feed_epoch=1, now_ms=0, grants=0)
        signature = self._keys.sign(head_payload(self.chains[-1]))
        if 0 < asked < last:
            told = HeadsTold(heads=tuple(self.heads[asked:]), signature=signature)
        else:
            before = self.chains[-2] if last > 1 else NO_CHAIN
            told = HeadsTold(heads=(self.heads[-1],), signature=signature, before=before)
        return Control(feed_epoch=1, now_ms=0, grants=0, heads=pack_heads(told))


def _running(log: str) -> bytes:
    return hashlib.sha256(log.encode()).digest()[:RUNNING_BYTES]

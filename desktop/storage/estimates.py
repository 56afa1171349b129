"""Rows that are nearest to what the server made of own acts, and what happens where its own do not follow.

Where the server arrived at other records than an act made here, it sends its own; until they come, the PC shows what
its rules make of the act on what it knows. But the server's may be fewer: what somebody changed meanwhile keeps its
form when a letter is sealed. Of such a row nothing follows, and what the PC made of it would stand for good.
"""

from collections.abc import Mapping

import msgspec

from desktop.storage.base import UNKNOWN_REV
from desktop.storage.meta import Estimates, SyncFacts
from desktop.storage.unit_of_work import RowKey, Store, UnitOfWork


def note_estimates(uow: UnitOfWork, rows: Mapping[RowKey, int]) -> None:
    """Remember rows, each with the revision from which on the server's own version is."""
    if not rows:
        return
    noted = {(kind, row_id): rev for kind, row_id, rev in uow.meta.estimates().rows}
    noted.update(rows)
    uow.meta.write(Estimates(rows=tuple((*key, rev) for key, rev in sorted(noted.items()))))


def look_for_estimates(store: Store) -> SyncFacts:
    """All that the server had has come: ask to compare if its own version of a row was not among it.

    The answer is what is known of the server then.
    """
    with store.read() as uow:
        if not uow.meta.estimates().rows:
            return uow.meta.sync()
    with store.begin() as uow:
        doubted = [_doubt(uow, (kind, row_id), rev) for kind, row_id, rev in uow.meta.estimates().rows]
        uow.meta.write(Estimates())
        if any(doubted):
            uow.meta.write(msgspec.structs.replace(uow.meta.sync(), compare=True))
        return uow.meta.sync()


def count_as_unknown(uow: UnitOfWork, key: RowKey) -> None:
    """Count the version of a row that is here as older than any that the server can send."""
    table, shadow = uow.table(key[0]), uow.shadows.get(key)
    stored = table.get(uow.connection, key[1])
    if shadow is not None:
        uow.shadows.put(key, shadow.payload, UNKNOWN_REV)
    if stored is not None:
        table.settle(uow.connection, key[1], rev=UNKNOWN_REV, mark=stored.mark)


def _doubt(uow: UnitOfWork, key: RowKey, first_rev: int) -> bool:
    """Count the version that is here as unknown to the server, if it is older; whether it is."""
    shadow, stored = uow.shadows.get(key), uow.table(key[0]).get(uow.connection, key[1])
    rev = 0 if stored is None else stored.rev
    if stored is None or (shadow.rev if shadow else rev) >= first_rev:
        return False
    count_as_unknown(uow, key)
    return True

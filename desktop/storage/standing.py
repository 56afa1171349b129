"""How far what was done here has come: on this PC, at the hub of the office, taken by the server."""

from collections.abc import Collection

from desktop.storage.base import SyncMark
from desktop.storage.meta import HubNotes
from desktop.storage.outbox import OutboxEntry, RowKey
from desktop.storage.unit_of_work import UnitOfWork


def is_at_hub(notes: HubNotes, entry: OutboxEntry) -> bool:
    """Whether an op that waits lies at the hub, as far as the hub has said."""
    return entry.epoch == notes.epoch and entry.seq <= notes.seq


def at_hub(uow: UnitOfWork, keys: Collection[RowKey]) -> set[RowKey]:
    """Those of the rows of which everything that the server has not answered lies at the hub."""
    notes = uow.meta.hub()
    if not (keys and notes.seq):
        return set()
    touching = uow.outbox.touching(keys)
    entries = uow.outbox.entries({number for numbers in touching.values() for number in numbers})
    return {key for key, numbers in touching.items() if all(is_at_hub(notes, entries[one]) for one in numbers)}


def mark_of(uow: UnitOfWork, key: RowKey, mark: SyncMark) -> SyncMark:
    """The mark of a row as it is shown."""
    return SyncMark.AT_HUB if mark is SyncMark.WAITING and at_hub(uow, {key}) else mark

"""What the server has of some rows, with this PC's waiting acts performed on it again."""

from collections.abc import Collection
from datetime import datetime

from core.domain.errors import Refusal
from core.domain.offices import Actor, actor_at, actor_of
from core.merging.overlay import Overlay
from core.protocol.codec import decode_record
from core.protocol.ops import Op, moment_of, read_op
from desktop.storage.base import SyncMark
from desktop.storage.hiding import put_rows
from desktop.storage.outbox import RowKey
from desktop.storage.record_table import Stored
from desktop.storage.residue import condemn_unless_needed, files_of
from desktop.storage.server_view import ServerView
from desktop.storage.unit_of_work import UnitOfWork


def rebase(uow: UnitOfWork, dirty: Collection[RowKey]) -> set[RowKey]:
    """Put rows back to their server version and perform the waiting ops on them again; the answer names these rows."""
    keys = set(dirty)
    ids: set[int] = set()
    while True:
        found = {number for several in uow.outbox.touching(keys).values() for number in several}
        if found <= ids:
            break
        ids |= found
        for several in uow.outbox.touched_by(found).values():
            keys.update(several)
    files = files_of(uow, keys)
    overlay = Overlay(ServerView(uow, only=keys))
    entries = uow.outbox.entries(ids)
    for number in sorted(ids):
        perform_again(uow, overlay, read_op(entries[number].op))
    still = uow.outbox.touching(keys)
    gone: set[RowKey] = set()
    for key in sorted(keys):
        # An act that is performed again may reach further than before (a second answer becomes the first). What no
        # waiting op is known to touch stays as the server has it: nobody would put it back if the op is refused.
        mine = overlay.changes.get(key) if key in still else None
        server = uow.shadows.get(key)
        if mine is not None:
            rev = server.rev if server else 0
            put_rows(uow, key[0], [Stored(mine, rev, SyncMark.WAITING)])
        elif server is not None:
            mark = SyncMark.WAITING if key in still else SyncMark.ON_SERVER
            record = decode_record(key[0], server.payload)
            put_rows(uow, key[0], [Stored(record, server.rev, mark)])
        elif made_here(uow, key):
            gone.add(key)
    _delete_rows(uow, gone)
    uow.shadows.drop([key for key in keys if key not in still])
    # What stands now may name fewer: another's scan came after an own act that went again to a server put back.
    for sha256 in sorted(files - files_of(uow, keys)):
        condemn_unless_needed(uow, sha256)
    return keys


def perform_again(uow: UnitOfWork, overlay: Overlay, op: Op) -> None:
    """Perform an op as its author did; where the ground under it does not bear it any more, nothing happens."""
    moment = moment_of(op.corrected_ms)
    actor = _author(uow, op, moment)
    if actor is None:
        return
    try:
        overlay.perform(op.read_act(), actor, moment, behind_s=op.behind_s, signed=op.signed)
    except Refusal:
        # The ground changed under the act. The server judges it; its refusal will be shown.
        return


def made_here(uow: UnitOfWork, key: RowKey) -> bool:
    """Whether the row that stands here is one that the server has not sent."""
    stored = uow.table(key[0]).get(uow.connection, key[1])
    return stored is not None and stored.rev == 0


def _author(uow: UnitOfWork, op: Op, moment: datetime) -> Actor | None:
    """Who made an op, as far as this PC knows; a right that is not there is for the server to judge."""
    person, place = uow.directory.person(op.user), uow.directory.position(op.position)
    if person is None or place is None:
        return None
    return actor_at(person, place, moment) or actor_of(person, place)


def _delete_rows(uow: UnitOfWork, keys: Collection[RowKey]) -> None:
    by_kind: dict[int, list[bytes]] = {}
    for kind, row_id in keys:
        by_kind.setdefault(kind, []).append(row_id)
    for kind, row_ids in by_kind.items():
        uow.table(kind).delete(uow.connection, row_ids)

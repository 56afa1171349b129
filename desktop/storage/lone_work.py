"""What was done here and lies nowhere else: not at the server, not at the hub of the office, not on a fresh stick."""

from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, func, not_, select

from desktop.storage.blob_table import BlobState, FileReason, blob
from desktop.storage.meta import StickNotes
from desktop.storage.outbox import OpState
from desktop.storage.outbox_table import outbox
from desktop.storage.unit_of_work import UnitOfWork
from sql.direct import kept

# A stick that nobody has heard of for so long may be lost.
STICK_MS = 14 * 24 * 3_600_000


class LoneWork(msgspec.Struct, frozen=True, kw_only=True):
    """How many acts and scans, and when the oldest of each was made: milliseconds of this PC's clock, 0: none."""

    acts: int = 0
    acts_since_ms: int = 0
    scans: int = 0
    scans_since_ms: int = 0


@kept
def _acts() -> Any:
    at_hub = and_(outbox.c.epoch == bindparam("hub_epoch"), outbox.c.seq <= bindparam("hub_seq"))
    on_stick = and_(outbox.c.epoch == bindparam("stick_epoch"), outbox.c.seq <= bindparam("stick_seq"))
    lone = (outbox.c.state == OpState.WAITING, not_(at_hub), not_(on_stick))
    return select(func.count(), func.coalesce(func.min(outbox.c.made_ms), 0)).where(*lone)


@kept
def _scans() -> Any:
    lone = (
        blob.c.state == BlobState.TO_SEND,
        blob.c.reason != FileReason.THUMBNAIL,
        blob.c.added_ms > bindparam("on_stick_ms"),
    )
    return select(func.count(), func.coalesce(func.min(blob.c.added_ms), 0)).where(*lone)


def lone_work(uow: UnitOfWork, now_ms: int) -> LoneWork:
    """Count it, at a time of this PC's clock."""
    hub, stick = uow.meta.hub(), uow.meta.stick()
    if not 0 <= now_ms - stick.written_ms < STICK_MS:
        stick = StickNotes()
    places = {"hub_epoch": hub.epoch, "hub_seq": hub.seq, "stick_epoch": stick.epoch, "stick_seq": stick.seq}
    acts, acts_since = uow.connection.execute(_acts(), places).one()
    scans, scans_since = uow.connection.execute(_scans(), {"on_stick_ms": stick.scans_ms}).one()
    return LoneWork(acts=acts, acts_since_ms=acts_since, scans=scans, scans_since_ms=scans_since)

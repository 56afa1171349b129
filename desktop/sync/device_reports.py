"""What this PC says of itself by the way, for its administrator, and what an administrator hears of other PCs."""

from collections.abc import Callable
from typing import Protocol

from core.domain.ids import small_row_id
from core.domain.offices import Position
from core.domain.permissions import POWERS, Power
from core.protocol.devices import (
    ALL_KEPT,
    EVERYTHING,
    HOUR_MS,
    MAX_COUNT,
    NOTHING,
    Aside,
    DeviceState,
    DevicesTold,
    is_worth_telling,
)
from desktop.storage.blob_table import BlobState
from desktop.storage.directory import positions
from desktop.storage.meta import DeviceList, ToldState
from desktop.storage.outbox import OpState
from desktop.storage.unit_of_work import UnitOfWork
from desktop.sync.wanting import positions_here

_MB = 1024 * 1024
# Visits come every few minutes; who was moved to another office shows when all is asked for anew.
ASK_EVERY_MS = 5 * 60 * 1000
ALL_EVERY_MS = 24 * HOUR_MS


class AsideSource(Protocol):
    """What the engine asks for something to say by the way."""

    def aside(self, uow: UnitOfWork, *, sent: int, wall_ms: int) -> Aside | None:
        """What to say with a request that carries `sent` ops; None for nothing."""


class DeviceReports:
    """Says how this PC is, when it is worth telling, and asks about others where an administrator works."""

    def __init__(self, version: str, free: Callable[[], int]) -> None:
        """`version` is the program's; `free` tells how many bytes the disk has left, OSError if nobody knows."""
        self._version = version
        self._free = free

    def aside(self, uow: UnitOfWork, *, sent: int, wall_ms: int) -> Aside | None:
        """What to say with a request that carries `sent` ops."""
        told = uow.meta.told_state()
        state: DeviceState | None = None
        if told.state is None or not 0 <= wall_ms - told.at_ms < HOUR_MS:
            state = self._state(uow, sent=sent, wall_ms=wall_ms)
            if not is_worth_telling(state, told.state, since_ms=wall_ms - told.at_ms):
                state = None
        since = _since(uow, wall_ms)
        return None if state is None and since == NOTHING else Aside(state=state, since=since)

    def _state(self, uow: UnitOfWork, *, sent: int, wall_ms: int) -> DeviceState:
        try:
            free = self._free()
        except OSError:
            free = 0
        oldest = uow.outbox.oldest_kept_ms()
        return DeviceState(
            version=self._version,
            waiting=max(0, uow.outbox.count(OpState.WAITING) - sent),
            files=uow.blobs.totals(BlobState.TO_SEND)[0],
            skew_s=max(-MAX_COUNT, min(MAX_COUNT, -uow.meta.clock().offset_ms // 1000)),
            free_mb=min(MAX_COUNT, free // _MB),
            unbacked_h=ALL_KEPT if oldest is None else min(MAX_COUNT, max(0, wall_ms - oldest) // HOUR_MS),
        )


def take_devices(uow: UnitOfWork, told: DevicesTold | None, aside: Aside | None, wall_ms: int) -> None:
    """Note that a state was told, and keep what came of other PCs."""
    if aside is None:
        return
    if aside.state is not None:
        uow.meta.write(ToldState(state=aside.state, at_ms=wall_ms))
    if told is None:
        return
    known = uow.meta.devices()
    kept = {} if told.whole else {note.device: note for note in known.notes}
    kept.update({note.device: note for note in told.notes})
    fresh = DeviceList(
        notes=tuple(kept.values()),
        streams=told.streams if told.whole else known.streams,
        until=told.until,
        asked_ms=wall_ms,
        whole_ms=wall_ms if told.whole else known.whole_ms,
    )
    uow.meta.write(fresh)


def _since(uow: UnitOfWork, wall_ms: int) -> int:
    """From when on to ask about other PCs; NOTHING where nobody administers, or it was asked a moment ago."""
    known = uow.meta.devices()
    if 0 <= wall_ms - known.asked_ms < ASK_EVERY_MS or not _administers(uow, wall_ms):
        return NOTHING
    return known.until if 0 <= wall_ms - known.whole_ms < ALL_EVERY_MS else EVERYTHING


def _administers(uow: UnitOfWork, wall_ms: int) -> bool:
    places = (positions.get(uow.connection, small_row_id(number)) for number in positions_here(uow, wall_ms))
    held: list[Position] = [place.record for place in places if place is not None]
    return any(Power.ADMINISTER in POWERS[place.role] for place in held)

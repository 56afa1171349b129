"""The PCs that are administered from here, as the server told of them: who uses them and how they are."""

from datetime import UTC, datetime, timedelta
from enum import Enum

import msgspec

from core.domain.ids import DeviceId, OfficeId, UserId
from core.domain.offices import Actor, Role
from core.protocol.devices import DeviceNote, DeviceState
from desktop.services.clock import Clock
from desktop.storage.unit_of_work import Store, UnitOfWork

# A PC that nobody used for two weeks is gone, or has lost its line.
SILENT_AFTER = timedelta(days=14)
SKEW_S = 120
LITTLE_MB = 2_000
UNBACKED_H = 72


class Worry(Enum):
    """What an administrator should look after at a PC, the worst first."""

    REVOKED = "revoked"
    SILENT = "silent"
    WAITING = "waiting"
    CLOCK = "clock"
    DISK = "disk"
    UNBACKED = "unbacked"


class DeviceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A PC in words. `state` is what it told of itself at `told_at`; None if it told nothing yet."""

    device: DeviceId
    name: str
    people: tuple[str, ...]
    offices: tuple[str, ...]
    seen_at: datetime
    told_at: datetime | None
    state: DeviceState | None
    revoked_at: datetime | None
    worries: tuple[Worry, ...]
    here: bool


class DeviceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All PCs, and when the server told of them; None if it did not yet."""

    lines: tuple[DeviceLine, ...] = ()
    asked_at: datetime | None = None


class DeviceService:
    """What the administrator of an office, or of the region, sees of its PCs."""

    def __init__(self, store: Store, actor: Actor, clock: Clock) -> None:
        """Over the open store."""
        self._store = store
        self._actor = actor
        self._clock = clock

    def listed(self) -> DeviceFacts:
        """The PCs of the office, or of the region for who administers it: what needs looking after comes first."""
        now = self._clock()
        with self._store.read() as uow:
            known, identity = uow.meta.devices(), uow.meta.identity()
            here = None if identity is None else identity.device
            lines = [_line(uow, note, now=now, here=here) for note in known.notes if self._is_mine(uow, note)]
        lines.sort(key=lambda one: (Worry.REVOKED in one.worries, not one.worries, one.name.casefold(), one.device))
        return DeviceFacts(lines=tuple(lines), asked_at=_moment(known.asked_ms))

    def _is_mine(self, uow: UnitOfWork, note: DeviceNote) -> bool:
        """Whoever shares this PC may administer more than the person who looks now."""
        return self._actor.role == Role.REGION_ADMIN or self._actor.office in _offices_of(uow, note.users)


def worries_of(note: DeviceNote, now: datetime) -> tuple[Worry, ...]:
    """What is to be looked after at a PC."""
    if note.revoked_ms:
        return (Worry.REVOKED,)
    seen, state = _moment(note.seen_ms), note.state
    found = [Worry.SILENT] if seen is None or now - seen > SILENT_AFTER else []
    if state is None:
        return tuple(found)
    for worry, is_so in (
        (Worry.WAITING, state.waiting > 0),
        (Worry.CLOCK, abs(state.skew_s) > SKEW_S),
        (Worry.DISK, 0 < state.free_mb < LITTLE_MB),
        (Worry.UNBACKED, state.unbacked_h > UNBACKED_H),
    ):
        if is_so:
            found.append(worry)
    return tuple(found)


def _line(uow: UnitOfWork, note: DeviceNote, *, now: datetime, here: DeviceId | None) -> DeviceLine:
    people = [person.name for user in note.users if (person := uow.directory.person(user))]
    offices = [office.short_name for number in _offices_of(uow, note.users) if (office := uow.directory.office(number))]
    return DeviceLine(
        device=note.device,
        name=note.name,
        people=tuple(people),
        offices=tuple(offices),
        seen_at=_moment(note.seen_ms) or datetime.fromtimestamp(0, UTC),
        told_at=_moment(note.told_ms),
        state=note.state,
        revoked_at=_moment(note.revoked_ms),
        worries=worries_of(note, now),
        here=note.device == here,
    )


def _offices_of(uow: UnitOfWork, users: tuple[UserId, ...]) -> list[OfficeId]:
    people = [person for user in users if (person := uow.directory.person(user))]
    places = [uow.directory.position(number) for person in people for number in person.positions]
    return sorted({place.office for place in places if place})


def _moment(ms: int) -> datetime | None:
    return datetime.fromtimestamp(ms / 1000, UTC) if ms > 0 else None

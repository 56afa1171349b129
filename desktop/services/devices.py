"""The PCs that are administered from here, as the server told of them: who uses them and how they are."""

from datetime import UTC, datetime, timedelta
from enum import Enum

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import DeviceId, OfficeId, RowId
from core.domain.offices import Role
from core.domain.permissions import Power, has_power
from core.domain.revoking import OpenSealed, RevokeDevice
from core.domain.server_room import ServerRun
from core.protocol.devices import DeviceNote, DeviceState
from desktop.services.person_service import ActingService
from desktop.storage.base import SyncMark
from desktop.storage.held_acts import held_acts
from desktop.storage.revocations import revocations
from desktop.storage.server_runs import newest_runs
from desktop.storage.unit_of_work import UnitOfWork

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
    OLD = "old"
    DISK = "disk"
    UNBACKED = "unbacked"


class DeviceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A PC in words. `state` is what it told of itself at `told_at`; None if it told nothing yet.

    A `hub` has no name and no people. Of a PC that was shut out: when and why, how many bytes of sealed work came, and
    whether that may be opened.
    """

    device: DeviceId
    name: str
    people: tuple[str, ...]
    offices: tuple[str, ...]
    seen_at: datetime
    told_at: datetime | None
    state: DeviceState | None
    revoked_at: datetime | None
    reason: str
    sealed: int
    opened: bool
    worries: tuple[Worry, ...]
    here: bool
    mark: SyncMark
    hub: bool = False

    @property
    def may_open(self) -> bool:
        """Whether sealed work of it lies at the server that nobody let be opened yet."""
        return self.revoked_at is not None and self.sealed > 0 and not self.opened


class DeviceFacts(msgspec.Struct, frozen=True, kw_only=True):
    """All PCs, and when the server told of them; None if it did not yet."""

    lines: tuple[DeviceLine, ...] = ()
    asked_at: datetime | None = None


class Alarms(msgspec.Struct, frozen=True, kw_only=True):
    """What an administrator should look after, counted: PCs by worry, sealed work and held acts that wait for a word.

    `run` is what was run last at the server, and by whom.
    """

    worries: tuple[tuple[Worry, int], ...] = ()
    sealed: int = 0
    held: int = 0
    run: ServerRun | None = None

    @property
    def calm(self) -> bool:
        """Whether there is nothing to look after."""
        return not (self.worries or self.sealed or self.held)


# What waits at a PC that is in touch is on its way, and one that was shut out needs nobody.
ALARMING = (Worry.SILENT, Worry.CLOCK, Worry.OLD, Worry.DISK, Worry.UNBACKED)


class DeviceService(ActingService):
    """What the administrator of an office, or of the region, sees of its PCs."""

    @property
    def administers(self) -> bool:
        """Whether this person looks after PCs at all."""
        return has_power(self._actor, Power.ADMINISTER)

    def alarms(self) -> Alarms:
        """All that needs looking after, at a glance."""
        lines = self.listed().lines
        counts = [(worry, sum(worry in line.worries for line in lines)) for worry in ALARMING]
        with self._store.read() as uow:
            held = sum(self._actor.position in one.reviewers for one in held_acts.waiting(uow.connection))
            runs = newest_runs(uow.connection, limit=1)
        return Alarms(
            worries=tuple((worry, count) for worry, count in counts if count),
            sealed=sum(line.may_open for line in lines),
            held=held,
            run=runs[0] if runs else None,
        )

    def listed(self) -> DeviceFacts:
        """The PCs of the office, or of the region for who administers it: what needs looking after comes first."""
        now = self._clock()
        with self._store.read() as uow:
            known, identity = uow.meta.devices(), uow.meta.identity()
            here = None if identity is None else identity.device
            # Of a hub that was shut out another took the place: nobody has to look after it.
            notes = [note for note in known.notes if not (note.hub_of and note.revoked_ms)]
            mine = [note for note in notes if self._is_mine(uow, note)]
            newest = max((version_of(note.state.version) for note in mine if note.state is not None), default=())
            lines = [_line(uow, note, now=now, here=here, newest=newest) for note in mine]
        lines.sort(key=lambda one: (Worry.REVOKED in one.worries, not one.worries, one.name.casefold(), one.device))
        return DeviceFacts(lines=tuple(lines), asked_at=_moment(known.asked_ms))

    def _is_mine(self, uow: UnitOfWork, note: DeviceNote) -> bool:
        """Whoever shares this PC may administer more than the person who looks now."""
        return self._actor.role == Role.REGION_ADMIN or self._actor.office in _offices_of(uow, note)

    def revoke(self, device: DeviceId, reason: str) -> None:
        """Shut a PC out for good; Refusal if the rules say no."""
        with self._store.begin() as uow:
            note = next((one for one in uow.meta.devices().notes if one.device == device), None)
            identity = uow.meta.identity()
            # Hubs are named and shut out at the server.
            if note is None or note.hub_of:
                raise Refusal(RefusalCode.UNKNOWN_DEVICE, "device")
            if identity is not None and identity.device == device:
                raise Refusal(RefusalCode.NOT_FOR_ONESELF, "device")
            offices = _offices_of(uow, note)
            near = self._actor.office in offices or not offices
            act = RevokeDevice(
                device=RowId(device),
                office=self._actor.office if near else offices[0],
                name=note.name,
                reason=reason.strip(),
            )
            self._perform_in(uow, act)

    def open_sealed(self, device: DeviceId) -> None:
        """Let what a PC had not sent be laid before its superiors; Refusal if the rules say no."""
        self._perform(OpenSealed(revocation_id=RowId(device)))


def version_of(text: str) -> tuple[int, ...]:
    """A version as it is compared: 0.10 is newer than 0.9. Of what is none, the oldest."""
    parts = text.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()


def worries_of(note: DeviceNote, now: datetime, *, newest: tuple[int, ...] = ()) -> tuple[Worry, ...]:
    """What is to be looked after at a PC that is let in; `newest` is the version of the newest of its neighbours."""
    seen, state = _moment(note.seen_ms), note.state
    found = [Worry.SILENT] if seen is None or now - seen > SILENT_AFTER else []
    if state is None:
        return tuple(found)
    for worry, is_so in (
        (Worry.WAITING, state.waiting > 0),
        (Worry.CLOCK, abs(state.skew_s) > SKEW_S),
        (Worry.OLD, version_of(state.version) < newest),
        (Worry.DISK, 0 < state.free_mb < LITTLE_MB),
        (Worry.UNBACKED, state.unbacked_h > UNBACKED_H),
    ):
        if is_so:
            found.append(worry)
    return tuple(found)


def _line(
    uow: UnitOfWork, note: DeviceNote, *, now: datetime, here: DeviceId | None, newest: tuple[int, ...]
) -> DeviceLine:
    stored = revocations.get(uow.connection, note.device)
    known = None if stored is None else stored.record
    revoked_at = known.revoked_at if known else _moment(note.revoked_ms)
    people = [person.name for user in note.users if (person := uow.directory.person(user))]
    offices = [office.short_name for number in _offices_of(uow, note) if (office := uow.directory.office(number))]
    return DeviceLine(
        device=note.device,
        name=note.name,
        people=tuple(people),
        offices=tuple(offices),
        seen_at=_moment(note.seen_ms) or datetime.fromtimestamp(0, UTC),
        told_at=_moment(note.told_ms),
        state=note.state,
        revoked_at=revoked_at,
        reason=known.reason if known else "",
        sealed=note.sealed,
        opened=note.opened or (known is not None and known.opened_at is not None),
        worries=(Worry.REVOKED,) if revoked_at else worries_of(note, now, newest=newest),
        here=note.device == here,
        hub=note.hub_of > 0,
        mark=SyncMark.ON_SERVER if stored is None else stored.mark,
    )


def _offices_of(uow: UnitOfWork, note: DeviceNote) -> list[OfficeId]:
    if note.hub_of:
        return [OfficeId(note.hub_of)]
    people = [person for user in note.users if (person := uow.directory.person(user))]
    places = [uow.directory.position(number) for person in people for number in person.positions]
    return sorted({place.office for place in places if place})


def _moment(ms: int) -> datetime | None:
    return datetime.fromtimestamp(ms / 1000, UTC) if ms > 0 else None

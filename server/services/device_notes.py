"""What administrators hear of the PCs and hubs of offices: who uses them, when they were there, what they told."""

from collections.abc import Collection

from core.domain.ids import DeviceId, OfficeId, PositionId, UserId
from core.domain.offices import Person, Position, Role
from core.domain.permissions import POWERS, Power
from core.protocol.codec import CodecError, decode, decode_record
from core.protocol.devices import EVERYTHING, DeviceNote, DeviceState, DevicesTold, StreamCount, is_sound
from core.protocol.messages import SyncRequest
from core.protocol.records import KIND_OF
from server.services.grants import Grants
from server.storage.database import TenantStore
from server.storage.devices import DeviceRow
from server.storage.hubs import HubRow

_PERSON, _POSITION = KIND_OF[Person].code, KIND_OF[Position].code


def state_told(request: SyncRequest) -> DeviceState | None:
    """What a request tells of its device, if it can be kept."""
    state = None if request.aside is None else request.aside.state
    return state if state is not None and is_sound(state) else None


def asks_for_devices(request: SyncRequest) -> bool:
    """Whether a request asks for the PCs of an administrator."""
    return request.aside is not None and request.aside.since >= EVERYTHING


def devices_told(store: TenantStore, grants: Grants, request: SyncRequest, *, now_ms: int) -> DevicesTold | None:
    """The answer to who asks for PCs: those of the offices that somebody administers there; None for everybody else."""
    if request.aside is None or not asks_for_devices(request):
        return None
    administering = [one for one in grants.positions if Power.ADMINISTER in POWERS[one.role]]
    if not administering:
        return None
    everywhere = any(one.role == Role.REGION_ADMIN for one in administering)
    offices = {one.office for one in administering}
    since, users = request.aside.since, store.devices.users_of_all()
    near = None if everywhere else _people_of(store, offices)
    notes = [
        _note(row, tuple(users.get(row.id, ())))
        for row in store.devices.all()
        if _changed_ms(row) >= since and (near is None or not near.isdisjoint(users.get(row.id, ())))
    ]
    notes += [
        _hub_note(row)
        for row in store.hubs.all()
        if row.token_hash is not None
        and max(row.contact_ms, row.revoked_ms or 0) >= since
        and (everywhere or row.office in offices)
    ]
    whole = since == EVERYTHING
    counts = store.streams.counts(offices, _places_of(store, offices)) if whole else ()
    streams = tuple(StreamCount(kind=kind, owner=owner, level=level, rows=rows) for kind, owner, level, rows in counts)
    return DevicesTold(until=now_ms, whole=whole, notes=tuple(notes), streams=streams)


def _places_of(store: TenantStore, offices: Collection[OfficeId]) -> set[PositionId]:
    places = (decode_record(_POSITION, one) for one in store.records.of_kind(_POSITION))
    return {place.number for place in places if place.office in offices}


def _people_of(store: TenantStore, offices: Collection[OfficeId]) -> set[UserId]:
    """Everybody who holds a position in one of the offices."""
    here = _places_of(store, offices)
    people = (decode_record(_PERSON, one) for one in store.records.of_kind(_PERSON))
    return {person.number for person in people if not here.isdisjoint(person.positions)}


def _changed_ms(row: DeviceRow) -> int:
    return max(row.last_seen_ms, row.told_ms, row.revoked_ms or 0, row.sealed_ms, row.opened_ms)


def _note(row: DeviceRow, users: tuple[UserId, ...]) -> DeviceNote:
    return DeviceNote(
        device=row.id,
        name=row.name,
        users=users,
        seen_ms=row.last_seen_ms,
        told_ms=row.told_ms,
        state=_state(row.state),
        revoked_ms=row.revoked_ms or 0,
        sealed=row.sealed,
        opened=row.opened_ms > 0,
    )


def _hub_note(row: HubRow) -> DeviceNote:
    return DeviceNote(
        device=DeviceId(row.id),
        name="",
        users=(),
        seen_ms=row.contact_ms,
        revoked_ms=row.revoked_ms or 0,
        hub_of=row.office,
    )


def _state(data: bytes | None) -> DeviceState | None:
    try:
        state: DeviceState | None = None if data is None else decode(data, DeviceState)
    except CodecError:
        return None  # of a program that told it otherwise
    return state

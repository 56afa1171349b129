"""What a device may receive: the streams of the positions in which its users may act at this moment."""

import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from struct import Struct
from typing import TypeVar

import msgspec

from core.domain.ids import DeviceId, OfficeId, UserId, small_row_id
from core.domain.offices import Person, Position, chairs_at
from core.domain.permissions import POWERS, Power
from core.domain.streams import DIRECTORY, StreamKey, StreamKind, may_hold
from core.protocol.codec import decode_record
from core.protocol.records import KIND_OF
from server.services.ground import Reading
from server.storage.database import TenantStore
from server.storage.devices import DeviceToken
from server.storage.streams import StreamRow

RecordT = TypeVar("RecordT", bound=msgspec.Struct)

Topic = tuple[int, int]

# A PC joined: the hub of its office shall know it before it comes.
JOINED: Topic = (-3, 0)
# Number, kind, owner, level and year of a stream.
_STREAM = Struct(">QIQQQ")


class Grants(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The active users of a device, the positions in which they may act, and the streams that follow from them."""

    users: frozenset[UserId]
    positions: tuple[Position, ...]
    streams: tuple[StreamRow, ...]

    @cached_property
    def version(self) -> int:
        """Changes whenever the list of streams does.

        Also where a number stands for another stream: a server that was put back gives numbers once more.
        """
        keys = [(row.id, row.key) for row in self.streams]
        return zlib.crc32(b"".join([_STREAM.pack(no, key.kind, key.owner, key.level, key.year) for no, key in keys]))

    @cached_property
    def desks(self) -> frozenset[OfficeId]:
        """The offices in which letters may be registered on this device."""
        return frozenset(
            position.office for position in self.positions if Power.REGISTER_LETTER in POWERS[position.role]
        )

    @cached_property
    def topics(self) -> frozenset[Topic]:
        """What the device waits for: also streams that do not exist yet, but would be granted."""
        reading = (one.office for one in self.positions if Power.READ_REGISTER in POWERS[one.role])
        return frozenset(
            {
                (int(StreamKind.DIRECTORY), 0),
                *((int(StreamKind.INBOX), int(position.number)) for position in self.positions),
                *((int(StreamKind.REGISTER), int(office)) for office in reading),
            }
        )


def topic_of(stream: StreamKey) -> Topic:
    """The topic under which news in a stream is announced: whoever waits for it may hold the stream."""
    return int(stream.kind), stream.owner


def moment_of(store: TenantStore) -> datetime:
    """When the transaction began: rights to act in a position hold or have ended then."""
    return datetime.fromtimestamp(store.now_ms // 1000, UTC)


def read_grants(store: TenantStore, device: DeviceId) -> Grants:
    """The grants of a device now; users who are no longer active count for nothing."""
    people = _some(store, Person, store.devices.users(device))
    active = [person for person in people if person.active]
    now = moment_of(store)
    positions = _some(store, Position, {one for person in active for one in chairs_at(person, now)})
    reachable = store.streams.reachable(
        positions=[position.number for position in positions],
        offices={position.office for position in positions},
    )
    return grants_of(active, positions, reachable=reachable)


def grants_of(active: Sequence[Person], positions: Sequence[Position], *, reachable: Iterable[StreamRow]) -> Grants:
    """The grants of the active users of a device, who hold these positions; `reachable` is at least what they reach."""
    return Grants(
        users=frozenset(person.number for person in active),
        positions=tuple(positions),
        streams=tuple(
            sorted(
                (row for row in reachable if may_hold(row.key, positions)),
                key=lambda row: row.id,
            )
        ),
    )


class GrantsReader:
    """The grants of several devices, read together; devices with the same users share theirs."""

    def __init__(self, store: TenantStore, tokens: Mapping[DeviceId, Sequence[DeviceToken]], reading: Reading) -> None:
        """Read for the devices that `tokens` names."""
        self._users = {device: tuple(token.user for token in held) for device, held in tokens.items()}
        self._known: dict[tuple[UserId, ...], Grants] = {}
        everyone = {user for users in self._users.values() for user in users}
        people = _read(reading, Person, everyone)
        self._people = {one.number: one for one in people if one.active}
        now = moment_of(store)
        self._chairs = {number: chairs_at(one, now) for number, one in self._people.items()}
        positions = _read(reading, Position, {number for held in self._chairs.values() for number in held})
        self._positions = {int(one.number): one for one in positions}
        self._streams: dict[Topic, list[StreamRow]] = {}
        for row in store.streams.reachable(
            positions=[one.number for one in positions], offices={one.office for one in positions}
        ):
            self._streams.setdefault(topic_of(row.key), []).append(row)

    def of(self, device: DeviceId) -> Grants:
        """The grants of one of the devices."""
        users = self._users[device]
        if users not in self._known:
            active = [self._people[user] for user in users if user in self._people]
            numbers = {int(number) for person in active for number in self._chairs[person.number]}
            positions = [self._positions[number] for number in sorted(numbers) if number in self._positions]
            self._known[users] = grants_of(active, positions, reachable=self._reached(positions))
        return self._known[users]

    def _reached(self, positions: Collection[Position]) -> list[StreamRow]:
        topics = {
            topic_of(DIRECTORY),
            *((int(StreamKind.INBOX), int(one.number)) for one in positions),
            *((int(StreamKind.REGISTER), int(one.office)) for one in positions),
        }
        return [row for topic in topics for row in self._streams.get(topic, ())]


def _read(reading: Reading, record_type: type[RecordT], numbers: Iterable[int]) -> list[RecordT]:
    keys = [(KIND_OF[record_type].code, small_row_id(number)) for number in sorted(numbers)]
    reading.foresee(set(keys))
    found = [reading.record(key) for key in keys]
    return [record for record in found if record is not None]


def _some(store: TenantStore, record_type: type[RecordT], numbers: Iterable[int]) -> list[RecordT]:
    kind = KIND_OF[record_type].code
    payloads = store.records.some(kind, [small_row_id(number) for number in numbers])
    return [decode_record(kind, payload) for payload in payloads]

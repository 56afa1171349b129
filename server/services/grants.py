"""What a device may receive: the streams of the positions of its users, as they are at this moment."""

import zlib
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from core.domain.ids import DeviceId, OfficeId, UserId, small_row_id
from core.domain.offices import Person, Position
from core.domain.permissions import POWERS, Power
from core.domain.streams import StreamKey, StreamKind, may_hold
from core.protocol.codec import decode_record
from core.protocol.records import KIND_OF
from server.storage.database import TenantStore
from server.storage.streams import StreamRow

RecordT = TypeVar("RecordT", bound=msgspec.Struct)

Topic = tuple[int, int]

_ID_BYTES = 4


class Grants(msgspec.Struct, frozen=True, kw_only=True):
    """The active users of a device, their positions, and the streams that follow from them."""

    users: frozenset[UserId]
    positions: tuple[Position, ...]
    streams: tuple[StreamRow, ...]

    @property
    def version(self) -> int:
        """Changes whenever the list of streams does."""
        return zlib.crc32(b"".join(row.id.to_bytes(_ID_BYTES, "big") for row in self.streams))

    @property
    def desks(self) -> frozenset[OfficeId]:
        """The offices in which letters may be registered on this device."""
        return frozenset(
            position.office for position in self.positions if Power.REGISTER_LETTER in POWERS[position.role]
        )

    @property
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


def read_grants(store: TenantStore, device: DeviceId) -> Grants:
    """The grants of a device now; users who are no longer active count for nothing."""
    people = _some(store, Person, store.devices.users(device))
    active = [person for person in people if person.active]
    positions = _some(store, Position, {one for person in active for one in person.positions})
    reachable = store.streams.reachable(
        positions=[position.number for position in positions],
        offices={position.office for position in positions},
    )
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


def _some(store: TenantStore, record_type: type[RecordT], numbers: Iterable[int]) -> list[RecordT]:
    kind = KIND_OF[record_type].code
    payloads = store.records.some(kind, [small_row_id(number) for number in numbers])
    return [decode_record(kind, payload) for payload in payloads]

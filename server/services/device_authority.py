"""What only the authority knows of a PC that is to be shut out: that there is one, and whose it is."""

from collections.abc import Sequence
from typing import Protocol

from core.domain.acting import RecordT
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import DeviceId, UserId, small_row_id
from core.domain.offices import Person, Position, Role
from core.domain.revoking import Revocation
from core.domain.server_room import SERVER_ROOM_DEVICE, SERVER_ROOM_POSITION
from server.storage.op_log import Writer


class Directory(Protocol):
    """Records as they stand, and who asks."""

    @property
    def writer(self) -> Writer | None:
        """The device that acts; None for the server itself."""

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        """The record as it stands, or None."""


def check_revocation(directory: Directory, made: Revocation, *, users: Sequence[UserId] | None) -> None:
    """Refuse unless `users`, who may use the PC, are people of the office, and the PC is another than the one in use.

    A PC on which the region is administered is shut out by who administers the region alone.
    """
    if users is None or DeviceId(made.id) == SERVER_ROOM_DEVICE:
        raise Refusal(RefusalCode.UNKNOWN_DEVICE, "device")
    if directory.writer is not None and directory.writer.device == DeviceId(made.id):
        raise Refusal(RefusalCode.NOT_FOR_ONESELF, "device")
    people = [directory.get(Person, small_row_id(user)) for user in users]
    numbers = {number for person in people if person is not None for number in person.positions}
    places = [place for number in numbers if (place := directory.get(Position, small_row_id(number)))]
    acting = directory.get(Position, small_row_id(made.revoked_as))
    if made.revoked_as == SERVER_ROOM_POSITION or (acting is not None and acting.role == Role.REGION_ADMIN):
        return
    if any(place.role == Role.REGION_ADMIN for place in places):
        raise Refusal(RefusalCode.NOT_ALLOWED, "device")
    # Of a PC whose people hold no position any more nobody knows better than who names the office.
    if places and all(place.office != made.office for place in places):
        raise Refusal(RefusalCode.WRONG_OFFICE, "device")

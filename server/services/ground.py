"""The records of a tenant as one transaction finds them: what the rules read on the server."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from core.domain.acting import UNKNOWN_CHANGE, Change, RecordT
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import DeviceId, LetterId, OfficeId, UserId
from core.domain.number_fates import Fate, NumberFate
from core.domain.offices import Person, Position
from core.domain.person_keys import PersonKeys
from core.domain.revoking import Revocation
from core.protocol.codec import CodecError, decode_record
from core.protocol.messages import OpResult, Outcome
from core.protocol.ops import Op
from core.protocol.records import KIND_OF
from server.services.covered_ops import read_logged, results_before
from server.services.device_authority import check_revocation
from server.services.numbering import NumberClaims
from server.storage.database import TenantStore
from server.storage.faults import StaleRead, StoreFault, StoreTrouble
from server.storage.numbers import NumberTable, SeriesKey
from server.storage.op_log import Writer
from server.storage.records import NO_REVISIONS, RowKey, StoredRecord
from server.storage.together import Answer

_NOT_READ = object()
# Who acts is asked with every op, and seldom another than before.
_WHO_ACTS = frozenset(KIND_OF[kind].code for kind in (Person, Position, PersonKeys))
_ACTING_KNOWN = 4096


class Reading:
    """What one transaction has read of the records, and the numbers it gave out; shared by the works in it.

    With `held`, the tenant's head was locked before anything was read, so nothing of it can change meanwhile.
    """

    def __init__(self, store: TenantStore, *, held: bool = False, numbers: NumberTable | None = None) -> None:
        self._store = store
        self.held = held
        self.numbers = NumberClaims(store.numbers if numbers is None else numbers)
        self._stored: dict[RowKey, StoredRecord | None] = {}
        # What was decoded; not to be changed by others.
        self.known: dict[RowKey, Any] = {}
        self._writers: dict[int, Writer | None] = {}
        self._usernames: dict[str, UserId] | None = None

    def foresee(self, keys: Collection[RowKey]) -> None:
        """Read these records in one go; what is not foreseen is read when it is asked for."""
        self.ask(keys)()

    def ask(self, keys: Collection[RowKey]) -> Answer[None]:
        """As `foresee`, together with other things."""
        wanted = {key for key in keys if key not in self._stored}
        found = self._store.records.ask(wanted)

        def answer() -> None:
            records = found()
            self._stored.update({key: records.get(key) for key in wanted})

        return answer

    def record(self, key: RowKey) -> Any:
        """The record with this key, decoded, or None."""
        found = self.known.get(key, _NOT_READ)
        if found is _NOT_READ:
            stored = self.stored(key)
            found = self.known[key] = None if stored is None else _decoded(key, stored)
        return found

    def stored(self, key: RowKey) -> StoredRecord | None:
        """The record as it is kept, or None."""
        if key not in self._stored:
            self._stored[key] = self._store.records.get(key)
        return self._stored[key]

    def about(self, letter: LetterId) -> list[RowKey]:
        """The records that speak of a letter, in the order of their keys."""
        found = self._store.records.about(letter)
        self._stored.update({key: stored for key, stored in found.items() if key not in self._stored})
        return sorted(found)

    def effect_before(self, writer: Writer, op: Op) -> OpResult | None:
        """What became of an op with this content in an earlier epoch of its device, if it took effect there."""
        for result in results_before(self._store, writer, op):
            if result.first_rev and result.outcome != Outcome.HELD:
                return result
        return None

    def holder_of(self, username: str, user: UserId) -> UserId:
        """Whose a user name is; it is this user's if it was nobody's."""
        if self._usernames is None:
            self._usernames = self._store.accounts.usernames()
        return self._usernames.setdefault(username, user)

    def users_of(self, device: DeviceId) -> list[UserId] | None:
        """Who may use a device; None if there is none with this id."""
        return None if self._store.devices.get(device) is None else self._store.devices.users(device)

    def positions(self) -> list[Position]:
        """Every position of the region; rarely asked for."""
        kind = KIND_OF[Position].code
        return [decode_record(kind, payload) for payload in self._store.records.of_kind(kind)]

    def author_of(self, rev: int) -> Writer | None:
        """Who made the change with this number."""
        if rev not in self._writers:
            self._writers[rev] = self._store.ops.writer_of(rev)
        return self._writers[rev]

    def change_of(self, rev: int) -> Change:
        """Who did what brought the change with this number, and when by the server's clock."""
        made = self._store.ops.op_of(rev)
        if made is None:
            return UNKNOWN_CHANGE
        op, received_ms = read_logged(made[0]), made[1]
        return Change(user=op.user, position=op.position, at=op.happened(received_ms))

    def verify(self) -> None:
        """StaleRead if a record that was read has changed, appeared or gone. Needs the tenant's head locked."""
        if self.held:
            return
        now = self._store.records.revisions(self._stored.keys())
        for key, stored in self._stored.items():
            if now.get(key) != (None if stored is None else stored.rev):
                raise StaleRead(f"kind {key[0]}")


class Ground:
    """The records as the acts of one writer find them. `seen` names those that were asked for."""

    def __init__(self, store: TenantStore, writer: Writer | None, *, reading: Reading | None = None) -> None:
        self.tenant = store.id
        self._writer = writer
        self._reading = Reading(store) if reading is None else reading
        self._known = self._reading.known
        self.seen: set[RowKey] = set()

    @property
    def writer(self) -> Writer | None:
        """Whose acts they are; None for the administrator's."""
        return self._writer

    def positions(self) -> list[Position]:
        """Every position of the region."""
        return self._reading.positions()

    @property
    def numbers(self) -> NumberClaims:
        """The numbers that the transaction gives out."""
        return self._reading.numbers

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        """The record as it stands, or None."""
        found: RecordT | None = self.record((KIND_OF[record_type].code, row_id))
        return found

    def field_revisions(self, record_type: type[msgspec.Struct], row_id: bytes) -> dict[str, int]:
        """The revisions of those fields that somebody else changed.

        A device knows its own earlier ops: what it changed itself, in this epoch, it had seen when it acted again,
        although it may not have known the revision yet.
        """
        revisions = self.changed_fields((KIND_OF[record_type].code, row_id))
        return {field: rev for field, rev in revisions.items() if self._reading.author_of(rev) != self._writer}

    def last_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> Change:
        """Who last changed a field, by the log."""
        rev = self.changed_fields((KIND_OF[record_type].code, row_id)).get(field, 0)
        return self._reading.change_of(rev) if rev else UNKNOWN_CHANGE

    def newest_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> int | None:
        """The revision at which a field last changed, whoever did it; 0 if it never did."""
        return self.changed_fields((KIND_OF[record_type].code, row_id)).get(field, 0)

    def children(self, letter_id: LetterId) -> tuple[Any, ...]:
        """The records that speak of a letter."""
        return tuple(self.record(key) for key in self._reading.about(letter_id))

    def assign_number(self, office: OfficeId, year: int, series: str) -> int:
        """The next number of the series: the server is the authority."""
        return self.numbers.assign(SeriesKey(office=office, year=year, series=series))

    def effect_before(self, op: Op) -> OpResult | None:
        """What became of the op under another number, if it took effect: it comes again from a PC that was mended."""
        if self._writer is None or not op.made_in:
            return None
        return self._reading.effect_before(self._writer, op)

    def check_authority(self, record: msgspec.Struct) -> None:
        """Refuse what only the authority can judge: whether numbers that come back were leased and never used."""
        if isinstance(record, Person) and self._reading.holder_of(record.username, record.number) != record.number:
            raise Refusal(RefusalCode.USERNAME_TAKEN, "username")
        if isinstance(record, Revocation) and self.get(Revocation, record.id) is None:
            check_revocation(self, record, users=self._reading.users_of(DeviceId(record.id)))
        if isinstance(record, NumberFate) and record.fate == Fate.RETURNED:
            self.numbers.check_return(record, self._writer)

    def record(self, key: RowKey) -> Any:
        """The record with this key, decoded, or None."""
        self.seen.add(key)
        # Each act asks a dozen times, mostly for what another one has asked for.
        found = self._known.get(key, _NOT_READ)
        return self._reading.record(key) if found is _NOT_READ else found

    def revision(self, key: RowKey) -> int:
        """The revision of a record; 0 where there is none."""
        self.seen.add(key)
        stored = self._reading.stored(key)
        return 0 if stored is None else stored.rev

    def changed_fields(self, key: RowKey) -> Mapping[str, int]:
        """Field -> the revision that last changed it, for fields that changed since the record was made."""
        self.seen.add(key)
        stored = self._reading.stored(key)
        return NO_REVISIONS if stored is None else stored.field_revs

    def verify(self) -> None:
        """StaleRead if a record that was read has changed, appeared or gone. Needs the tenant's head locked."""
        self._reading.verify()


def _decoded(key: RowKey, stored: StoredRecord) -> Any:
    try:
        return (_acting if key[0] in _WHO_ACTS else decode_record)(key[0], stored.payload)
    except CodecError as err:
        # Ours to mend, not the device's: its op must wait, and not be refused for good.
        raise StoreFault(StoreTrouble.DAMAGED, f"kind {key[0]} row {key[1].hex()}") from err


@lru_cache(_ACTING_KNOWN)
def _acting(kind: int, payload: bytes) -> Any:
    return decode_record(kind, payload)

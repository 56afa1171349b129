"""What a device, a person, or anybody in a span of time could have seen: the facts for the notice of a breach.

UU 27/2022 (Pelindungan Data Pribadi) article 46 asks whoever answers for personal data to notify the people concerned
and the authority within 3 x 24 hours: which data, when and how, what was done. Of the first two this tells what the
server knows. It says more rather than less: whatever lay in a stream that one of these people could receive at any time
up to the end of the span counts as seen, whether a PC fetched it or not.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

import msgspec

from core.domain.administering import AddUser, MoveUser
from core.domain.delegations import OpenDelegation
from core.domain.dispositions import Disposition
from core.domain.ids import DeviceId, LetterId, PositionId, TenantId, UserId, small_row_id
from core.domain.letter_readings import ReadingWay
from core.domain.letters import IncomingLetter, SecurityLevel, is_sealed_letter
from core.domain.numbering import format_agenda
from core.domain.offices import Person, Position
from core.domain.reading_secrets import NoteReading
from core.domain.streams import may_hold
from core.protocol.codec import CodecError, decode_record
from core.protocol.ops import Op
from core.protocol.records import ACT_BY_CODE, KIND_OF
from server.services.covered_ops import CoveredOp, is_covered, read_cover, read_logged
from server.storage.database import Database, TenantStore
from server.storage.op_log import BY_THE_SERVER, WalkedOp

NOTICE = timedelta(hours=72)  # 3 x 24 jam
_PART = 500
_LETTER, _DISPOSITION = KIND_OF[IncomingLetter].code, KIND_OF[Disposition].code
_PERSON, _POSITION = KIND_OF[Person].code, KIND_OF[Position].code


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Of whom the sheet tells: of one device, one person, or of all; acts and readings between the two moments."""

    since: datetime
    until: datetime
    known_at: datetime
    device: DeviceId | None = None
    user: UserId | None = None


class SeenPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person concerned, with every position that the log ever gave to that person."""

    user: UserId
    username: str
    name: str
    positions: tuple[str, ...]


class SeenDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device concerned; times are milliseconds since 1970."""

    id: DeviceId
    name: str
    last_seen_ms: int
    revoked_ms: int | None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody opened or printed a secret letter."""

    user: UserId
    name: str
    at: datetime
    printed: bool


class SeenLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter that could have been seen.

    `sealed`: to whoever is not its reader, no more than its line. `opens`: one of the people concerned is a reader.
    Subject and sender of a secret letter are not told again here.
    """

    id: LetterId
    office: int
    agenda: str
    received_on: str
    letter_no: str
    sender: str
    subject: str
    security: SecurityLevel
    scans: int
    sealed: bool
    opens: bool
    readings: tuple[Reading, ...]


class ActCount(msgspec.Struct, frozen=True, kw_only=True):
    """How often something was done in the span by those concerned."""

    act: str
    count: int
    first: datetime
    last: datetime


class IncidentSheet(msgspec.Struct, frozen=True, kw_only=True):
    """The sheet. `deadline` is when the notice is due, counted from when the breach was known.

    `unreadable` ops are in a form that this program does not know.
    """

    asked: Asked
    deadline: datetime
    people: tuple[SeenPerson, ...]
    devices: tuple[SeenDevice, ...]
    letters: tuple[SeenLetter, ...]
    dispositions: int
    acts: tuple[ActCount, ...]
    unreadable: int


class IncidentService:
    """Reads the log and the records of a tenant; changes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sheet(self, tenant: TenantId, asked: Asked) -> IncidentSheet:
        """Everything in one state of the database. StoreFault; LookupError if the device or person is unknown."""
        return self._database.read(lambda unit: _Inquiry(unit.of(tenant), asked).run())


class _Inquiry:
    def __init__(self, store: TenantStore, asked: Asked) -> None:
        self._store = store
        self._asked = asked
        self._everybody = asked.device is None and asked.user is None
        self._users: set[UserId] = set(self._asked_for())
        self._held: dict[UserId, set[PositionId]] = {}
        self._acts: dict[str, ActCount] = {}
        self._readings: dict[bytes, list[tuple[UserId, datetime, bool]]] = {}
        self._touched: set[bytes] = set()
        self._devices: set[DeviceId] = set() if asked.device is None else {asked.device}
        self._unreadable = 0

    def run(self) -> IncidentSheet:
        for walked in self._ops():
            self._look_at(walked)
        people = {user: person for user in self._users if (person := self._person(user)) is not None}
        for user, person in people.items():
            acting = (one.position for one in person.acting if one.starts_at <= self._asked.until)
            self._held.setdefault(user, set()).update(person.positions, acting)
        positions = self._positions({one for user in people for one in self._held[user]})
        letters, dispositions = self._seen(positions, people)
        titles = {one.number: one.title for one in positions}
        return IncidentSheet(
            asked=self._asked,
            deadline=self._asked.known_at + NOTICE,
            people=tuple(
                SeenPerson(
                    user=user,
                    username=person.username,
                    name=person.name,
                    positions=tuple(titles[one] for one in sorted(self._held[user]) if one in titles),
                )
                for user, person in sorted(people.items())
            ),
            devices=tuple(
                SeenDevice(id=row.id, name=row.name, last_seen_ms=row.last_seen_ms, revoked_ms=row.revoked_ms)
                for row in self._store.devices.all()
                if row.id in self._devices
            ),
            letters=letters,
            dispositions=dispositions,
            acts=tuple(self._acts[name] for name in sorted(self._acts)),
            unreadable=self._unreadable,
        )

    def _asked_for(self) -> Collection[UserId]:
        if self._asked.device is not None:
            if self._store.devices.get(self._asked.device) is None:
                raise LookupError(self._asked.device.hex())
            users = self._store.devices.users(self._asked.device)
            return users if self._asked.user is None else [user for user in users if user == self._asked.user]
        if self._asked.user is not None and self._person(self._asked.user) is None:
            raise LookupError(str(self._asked.user))
        return [] if self._asked.user is None else [self._asked.user]

    def _ops(self) -> Iterator[WalkedOp]:
        after = -(2**62)
        while part := self._store.ops.walk(after=after, limit=_PART):
            yield from (one for one in part if one.writer != BY_THE_SERVER)
            after = part[-1].logged.seq

    def _look_at(self, walked: WalkedOp) -> None:
        try:
            op = read_logged(walked.logged.op)
            covered = is_covered(walked.logged.op)
            act: object = read_cover(walked.logged.op) if covered else op.read_act()
            at = op.happened(walked.logged.received_ms)
        except (CodecError, ValueError, OverflowError):
            self._unreadable += 1
            return
        if at > self._asked.until:
            return
        self._note_rights(act)
        concerned = self._everybody or (
            op.user in self._users if self._asked.device is None else walked.writer.device == self._asked.device
        )
        if at < self._asked.since or not concerned:
            return
        self._users.add(op.user)
        self._devices.add(walked.writer.device)
        self._note_act(op, act, at)

    def _note_rights(self, act: object) -> None:
        """Whoever was ever given a position could see what it sees, also if it was taken since."""
        if isinstance(act, AddUser | MoveUser):
            self._held.setdefault(act.user, set()).update(act.positions)
        elif isinstance(act, OpenDelegation):
            self._held.setdefault(act.acting_user, set()).add(act.position)

    def _note_act(self, op: Op, act: object, at: datetime) -> None:
        name = ACT_BY_CODE[op.act].name
        known = self._acts.get(name)
        self._acts[name] = (
            ActCount(act=name, count=1, first=at, last=at)
            if known is None
            else ActCount(act=name, count=known.count + 1, first=min(known.first, at), last=max(known.last, at))
        )
        letter_id = act.letter if isinstance(act, CoveredOp) else getattr(act, "letter_id", None)
        if isinstance(letter_id, bytes):
            self._touched.add(letter_id)
        if isinstance(act, NoteReading):
            self._readings.setdefault(act.letter_id, []).append((op.user, at, act.way == ReadingWay.PRINTED))

    def _seen(
        self, positions: Collection[Position], people: dict[UserId, Person]
    ) -> tuple[tuple[SeenLetter, ...], int]:
        left = {
            key
            for stream in self._store.streams.all()
            if not self._everybody and may_hold(stream.key, positions)
            for key in self._store.snapshot_rows.left(stream.id)
        }
        letters: list[SeenLetter] = []
        dispositions = 0
        for walked in self._store.records.by_revision():
            kind, row_id = walked.key
            if kind not in (_LETTER, _DISPOSITION):
                continue
            record = decode_record(kind, walked.payload)
            made = record.registered_at if kind == _LETTER else record.issued_at
            if made > self._asked.until or not (walked.key in left or self._could_see(record, row_id, positions)):
                continue
            if kind == _LETTER:
                letters.append(self._letter(record, people))
            else:
                dispositions += 1
        letters.sort(key=lambda one: (one.office, one.received_on, one.agenda, one.id))
        return tuple(letters), dispositions

    def _could_see(self, record: IncomingLetter | Disposition, row_id: bytes, positions: Collection[Position]) -> bool:
        if self._everybody:
            return (row_id if isinstance(record, IncomingLetter) else record.letter_id) in self._touched
        return any(may_hold(stream, positions) for stream in KIND_OF[type(record)].streams(record))

    def _letter(self, letter: IncomingLetter, people: dict[UserId, Person]) -> SeenLetter:
        secret = letter.is_secret
        readings = (
            Reading(user=user, name=self._name(user), at=at, printed=printed)
            for user, at, printed in self._readings.get(letter.id, ())
        )
        return SeenLetter(
            id=letter.id,
            office=letter.office,
            agenda=format_agenda(letter.agenda_no, letter.agenda_suffix) if letter.agenda_no else "",
            received_on=letter.received_on.isoformat(),
            letter_no=letter.letter_no,
            sender="" if secret else letter.sender,
            subject="" if secret else letter.subject,
            security=letter.security,
            scans=len(letter.scans),
            sealed=is_sealed_letter(letter),
            opens=any(one.user in people for one in letter.keys),
            readings=tuple(readings),
        )

    def _name(self, user: UserId) -> str:
        person = self._person(user)
        return str(user) if person is None else person.name

    def _person(self, user: UserId) -> Person | None:
        found = self._store.records.get((_PERSON, small_row_id(user))) if user > 0 else None
        return None if found is None else decode_record(_PERSON, found.payload)

    def _positions(self, numbers: Collection[PositionId]) -> list[Position]:
        payloads = self._store.records.some(_POSITION, [small_row_id(number) for number in sorted(numbers)])
        return [decode_record(_POSITION, payload) for payload in payloads]

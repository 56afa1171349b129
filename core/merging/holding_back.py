"""Makes of ops whose author's right had ended what a superior decides over."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from core.domain.acting import Change, Records, RecordT
from core.domain.attaching import AttachScans
from core.domain.attachments import Attachment
from core.domain.dispositions import Disposition, ReadDisposition
from core.domain.errors import Refusal
from core.domain.held_acts import AcceptHeld, HeldAct, HeldNumber, RejectHeld, WhyHeld, reviewers_of
from core.domain.ids import ROW_ID_BYTES, DeviceId, LetterId, OfficeId, PositionId, RowId, UserId, content_row_id
from core.domain.joining import JoinArrival, MergeLetters
from core.domain.letters import IncomingLetter, SecurityLevel
from core.domain.number_fates import ReturnNumbers
from core.domain.numbering import MAX_NUMBER
from core.domain.offices import Actor, Person, Position, actor_of
from core.domain.reading_secrets import NoteReading
from core.domain.registering import RegisterLetter
from core.merging.overlay import Overlay
from core.protocol.codec import encode
from core.protocol.ops import Op, read_op
from core.protocol.records import KIND_OF

# What is done by the way, or decides over others: refused as ever, since nothing is lost with it.
NEVER_HELD = (ReadDisposition, NoteReading, ReturnNumbers, AcceptHeld, RejectHeld)
MAX_WOULD_BYTES = 64 * 1024
MAX_YEAR = 9999


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """Whose right had ended, in which chair, why, and on which PC the acts were done."""

    person: Person
    place: Position
    why: WhyHeld
    device: DeviceId


def held_id(ops: Iterable[Op]) -> RowId:
    """The row id of ops that are held: of what was done, so that ops that come again under other numbers are known."""
    words = [f"{op.user} {op.position} {op.act} {op.wall_ms} {bytes(op.args).hex()}" for op in ops]
    return content_row_id("held " + " / ".join(words))


def is_worth_holding(ops: Sequence[Op]) -> bool:
    """Whether somebody did something by these ops; all of them must be the same person's, in the same chair."""
    alike = len({(op.user, op.position) for op in ops}) == 1
    return alike and not all(isinstance(op.read_act(), NEVER_HELD) for op in ops)


def hold_back(
    records: Records, sent: Sequence[bytes], ended: Ended, *, colleagues: Iterable[Position], received: datetime
) -> HeldAct:
    """What is held of ops that stand or fall together; CodecError if one of them cannot be read."""
    ops = [read_op(data) for data in sent]
    acts = [op.read_act() for op in ops]
    would = _would(records, tuple(sent), actor_of(ended.person, ended.place), received)
    security = _security(records, acts, would)
    letters = [act for act in acts if isinstance(act, RegisterLetter)]
    return HeldAct(
        id=held_id(ops),
        office=ended.place.office,
        position=PositionId(ops[0].position),
        user=UserId(ops[0].user),
        device=ended.device,
        why=ended.why,
        security=security,
        received_at=received,
        ops=tuple(sent),
        would=_packed(would),
        reviewers=reviewers_of(ended.place, colleagues, security=security),
        numbers=tuple(
            HeldNumber(book=act.book, year=act.agenda_year, number=act.agenda_no, suffix=act.agenda_suffix)
            for act in letters
            if 1 <= act.agenda_no <= MAX_NUMBER and 1 <= act.agenda_year <= MAX_YEAR
        ),
        files=tuple(dict.fromkeys(bytes(scan.sha256) for scan in _scans(acts))),
        about=_letters_of(records, acts, would),
    )


def _scans(acts: Sequence[Any]) -> list[Attachment]:
    """The scans that acts give to letters."""
    return [scan for act in acts if isinstance(act, RegisterLetter | JoinArrival | AttachScans) for scan in act.scans]


class _Unnumbered:
    """Records that give out no numbers: what is held gets none before it is performed."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        return self._records.get(record_type, row_id)

    def field_revisions(self, record_type: type[msgspec.Struct], row_id: bytes) -> dict[str, int]:
        return self._records.field_revisions(record_type, row_id)

    def last_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> Change:
        """As the records beneath."""
        return self._records.last_change(record_type, row_id, field)

    def newest_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> int | None:
        """As the records beneath."""
        return self._records.newest_change(record_type, row_id, field)

    def children(self, letter_id: LetterId) -> tuple[Any, ...]:
        """As the records beneath."""
        return self._records.children(letter_id)

    def assign_number(self, office: OfficeId, year: int, series: str) -> int:
        del office, year, series
        return 0


def _would(records: Records, sent: tuple[bytes, ...], actor: Actor, received: datetime) -> tuple[Any, ...]:
    try:
        return Overlay(_Unnumbered(records)).kept.perform(sent, actor, not_after=received).records
    except Refusal:
        return ()


def _packed(would: Sequence[Any]) -> tuple[tuple[int, bytes], ...]:
    packed = tuple((KIND_OF[type(record)].code, encode(record)) for record in would)
    return packed if sum(len(data) for _, data in packed) <= MAX_WOULD_BYTES else ()


def _security(records: Records, acts: Sequence[Any], would: Sequence[Any]) -> SecurityLevel:
    """How secret the matter is; what cannot be told counts as secret."""
    levels = [record.security for record in would if isinstance(record, IncomingLetter | Disposition)]
    for act in acts:
        if isinstance(act, RegisterLetter):
            levels.append(act.security)
        elif getattr(act, "letter_id", None) is not None:
            levels.append(_level_of(records.get(IncomingLetter, LetterId(act.letter_id)), would))
        elif getattr(act, "disposition_id", None) is not None:
            levels.append(_level_of(records.get(Disposition, act.disposition_id), would))
    return max(levels, default=SecurityLevel.OPEN)


def _level_of(record: IncomingLetter | Disposition | None, would: Sequence[Any]) -> SecurityLevel:
    """What was made here by the same acts tells its level in `would`; what nobody knows counts as secret."""
    if record is not None:
        return record.security
    return SecurityLevel.OPEN if would else SecurityLevel.SECRET


def _letters_of(records: Records, acts: Sequence[Any], would: Sequence[Any]) -> tuple[LetterId, ...]:
    """The letters that the acts name, or whose dispositions they name, and those that they would change."""
    named: dict[LetterId, None] = {}
    for act in acts:
        letter_id = getattr(act, "letter_id", None)
        if letter_id is None and (disposition_id := getattr(act, "disposition_id", None)) is not None:
            disposition = records.get(Disposition, disposition_id)
            letter_id = None if disposition is None else disposition.letter_id
        for one in (letter_id, act.into if isinstance(act, MergeLetters) else None):
            if one is not None and len(one) == ROW_ID_BYTES:
                named[LetterId(one)] = None
    named.update({record.id: None for record in would if isinstance(record, IncomingLetter)})
    return tuple(named)

"""Takes ops: each is decided by the rule of its act, with authority, in the order in which the device made them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from types import MappingProxyType
from typing import Any

import msgspec

from core.domain.acting import Change
from core.domain.books import BookYear, NumberBook, book_year_id
from core.domain.errors import Refusal, RefusalCode
from core.domain.held_acts import HeldAct, WhyHeld
from core.domain.ids import ROW_ID_BYTES, BookId, LetterId, OfficeId, UserId, small_row_id
from core.domain.offices import Actor, Person, Position
from core.domain.receipts import hold_receipts, with_receipt
from core.domain.resealing import SealLetter
from core.domain.server_room import SERVER_ROOM, SERVER_ROOM_POSITION
from core.merging.overlay import Overlay
from core.merging.sealing_held import held_beside, letters_sealed
from core.protocol.codec import CodecError, check_of_encoded
from core.protocol.messages import OpResult, Outcome
from core.protocol.ops import Op
from core.protocol.records import ACTS, KIND_OF, KINDS
from server.services.chains import Batch, ChainedOp
from server.services.ground import Ground
from server.services.ledger import Entry, SettledOp
from server.services.quarantine import RightEnded, held_results, hold_run, known_here, rightful_actor
from server.services.signatures import check_signature, keys_row
from server.services.storable import MAX_INTEGER, Storable, all_storable, check_storable
from server.storage.records import RowKey

MAX_OP_BYTES = 128 * 1024
# What comes of an act that cannot be read, or whose values no rule can work with (a date that is none). It is refused
# for good rather than answered with a fault: a fault would hold up all that comes after it.
BAD_VALUES = (CodecError, ValueError, OverflowError)
NO_ACTS: Mapping[int, Any] = MappingProxyType({})

_PERSON = KIND_OF[Person].code
_POSITION = KIND_OF[Position].code
_BOOK = KIND_OF[NumberBook].code
_BOOK_YEAR = KIND_OF[BookYear].code
# The fields of each act that name a record, with the kind of the record.
_NAMED_BY: Mapping[type[Any], tuple[tuple[str, int], ...]] = MappingProxyType(
    {
        act.struct: tuple(
            (f"{kind.name}_id", kind.code) for kind in KINDS if f"{kind.name}_id" in act.struct.__struct_fields__
        )
        for act in ACTS
    }
)
# Acts that enter something into a year of a book, with the field that names the year: the rule asks if it is closed.
_YEAR_OF: Mapping[type[Any], str] = MappingProxyType(
    {
        act.struct: field
        for act in ACTS
        for field in ("agenda_year", "year")
        if {field, "book"} <= set(act.struct.__struct_fields__)
    }
)


class _Decided(msgspec.Struct, frozen=True, kw_only=True):
    records: tuple[Storable, ...]
    result: OpResult
    kept: tuple[Storable, ...] = ()
    renewed: tuple[str, ...] = ()


class Authors(msgspec.Struct, frozen=True, kw_only=True):
    """Who may act on the device. What was `sealed` by one that was shut out is nobody's right any more.

    On the device of the server itself nobody may but the `operator`.
    """

    users: frozenset[UserId]
    sealed: bool = False
    operator: Actor | None = None


def decide_batch(
    ground: Ground, *, batch: Batch, authors: Authors, now_ms: int, acts: Mapping[int, Any] = NO_ACTS
) -> list[Entry]:
    """Decide the new ops of a batch; every one of them gets a result, none is left out.

    `acts` are those that were read already, by the numbers of their ops.
    """
    decided: list[_Decided] = []
    base = Overlay(ground)
    for run in _runs(batch.fresh):
        decided.extend(_settle_run(ground, base, run=run, authors=authors, now_ms=now_ms, acts=acts))
    return [
        Entry(
            records=verdict.records,
            kept=verdict.kept,
            renewed=verdict.renewed,
            op=SettledOp(
                writer=batch.writer,
                dev_seq=one.op.seq,
                act=one.op.act,
                op=one.data,
                head=one.head,
                result=verdict.result,
            ),
        )
        for one, verdict in zip(batch.fresh, decided, strict=True)
    ]


def readable_acts(ops: Iterable[Op]) -> list[tuple[Op, Any]]:
    """Each op with its act; None where there is none, of which nothing can be foreseen."""
    acts: list[tuple[Op, Any]] = []
    for op in ops:
        try:
            acts.append((op, op.read_act()))
        except CodecError:
            acts.append((op, None))
    return acts


def foreseen_records(acts: Iterable[tuple[Op, Any]]) -> set[RowKey]:
    """The records that the rules will most likely ask for: who acts, and what the act names by `<kind>_id`.

    Only so that they can be read together: what is missing here is read when it is asked for.
    """
    keys: set[RowKey] = set()
    acting: set[tuple[int, int]] = set()
    for op, act in acts:
        acting.add((op.user, op.position))
        for field, kind in _NAMED_BY.get(type(act), ()):
            row_id = getattr(act, field)
            if isinstance(row_id, bytes) and len(row_id) == ROW_ID_BYTES:
                keys.add((kind, row_id))
    for user, position in acting:
        if 0 <= user <= MAX_INTEGER and 0 <= position <= MAX_INTEGER:
            keys.add((_PERSON, small_row_id(user)))
            keys.add((_POSITION, small_row_id(position)))
            keys.add(keys_row(user))
    return keys


def foreseen_years(acts: Iterable[tuple[Op, Any]], *, offices: Mapping[int, OfficeId]) -> set[RowKey]:
    """The years of books that the rules will ask for; `offices` says in which office each position is."""
    named: set[tuple[OfficeId, BookId, int]] = set()
    for op, act in acts:
        field = _YEAR_OF.get(type(act))
        if field is not None and op.position in offices:
            named.add((offices[op.position], act.book, getattr(act, field)))
    years: set[RowKey] = {(_BOOK_YEAR, book_year_id(*one)) for one in named}
    books = {int(book) for _, book, _ in named if 0 < book <= MAX_INTEGER}
    return years | {(_BOOK, small_row_id(book)) for book in books}


def _runs(ops: Iterable[ChainedOp]) -> Iterator[list[ChainedOp]]:
    """Ops that stand or fall together: neighbours with the same group; group 0 stands alone."""
    for group, run in groupby(ops, key=lambda one: one.op.group):
        if group:
            yield list(run)
        else:
            yield from ([one] for one in run)


def _settle_run(
    ground: Ground, base: Overlay, *, run: Sequence[ChainedOp], authors: Authors, now_ms: int, acts: Mapping[int, Any]
) -> list[_Decided]:
    # What stands alone is kept only when nothing can refuse it any more.
    above = base if len(run) == 1 else Overlay(base)
    savepoint = ground.numbers.savepoint()
    if ground.writer is not None and ground.writer.epoch > 1:
        known = known_here(ground, run)
        if known is not None:
            return [_Decided(records=(), result=result) for result in held_results(run, known)]
    try:
        decided = [
            _settle_op(ground, above, base=base, one=one, authors=authors, now_ms=now_ms, act=acts.get(one.op.seq))
            for one in run
        ]
    except RightEnded as ended:
        ground.numbers.return_to(savepoint)
        return _held(ground, base, run=run, ended=ended, now_ms=now_ms)
    except Refusal as refusal:
        ground.numbers.return_to(savepoint)
        return [_refused(one.op, refusal) for one in run]
    if above is not base:
        base.put_all(above)
    return decided


def _held(ground: Ground, base: Overlay, *, run: Sequence[ChainedOp], ended: RightEnded, now_ms: int) -> list[_Decided]:
    """The verdict over ops whose author's right had ended: they are held, as one record that comes with the first."""
    try:
        held = hold_run(ground, base, run, ended, now_ms=now_ms)
        made = all_storable([held])
        check_storable(made[0])
    except Refusal as refusal:
        return [_refused(one.op, refusal) for one in run]
    except BAD_VALUES:
        return [_refused(one.op, Refusal(RefusalCode.UNKNOWN_ACT)) for one in run]
    known = base.get(HeldAct, held.id) is not None
    base.put(held)
    return [
        _Decided(records=() if known or place else made, result=result)
        for place, result in enumerate(held_results(run, held))
    ]


def _settle_op(
    ground: Ground, above: Overlay, *, base: Overlay, one: ChainedOp, authors: Authors, now_ms: int, act: Any | None
) -> _Decided:
    op = one.op
    if len(one.data) > MAX_OP_BYTES:
        raise Refusal(RefusalCode.TEXT_TOO_LONG)
    try:
        if act is None:
            act = op.read_act()
        if 0 <= op.user <= MAX_INTEGER and 0 <= op.position <= MAX_INTEGER:
            # A PC that was shut out seals what it held back when nobody is there to sign it; all of its work is held.
            check_signature(ground, ground.tenant, op, act, unsigned_too=authors.sealed and isinstance(act, SealLetter))
    except BAD_VALUES as err:
        raise Refusal(RefusalCode.UNKNOWN_ACT) from err
    done = ground.effect_before(op)
    if done is not None:
        told = OpResult(seq=op.seq, outcome=done.outcome, same=False, conflicts=done.conflicts)
        return _Decided(records=(), result=told)
    happened, late_s = op.happened(now_ms), op.late_s(now_ms)
    actor = _actor_of(ground, base, op, authors=authors, happened=happened)
    try:
        decision = above.decide(act, actor, happened, behind_s=op.behind_s, signed=op.signed, known=op.known)
        received = with_receipt(decision.records, op.receipt(late_s, happened))
        records, kept = all_storable(received), all_storable(decision.kept)
        for each in (*records, *kept):
            check_storable(each)
    except BAD_VALUES as err:
        raise Refusal(RefusalCode.UNKNOWN_ACT) from err
    _claim(ground, records)
    sealed = letters_sealed(decision.records, above)
    if isinstance(act, SealLetter):
        sealed.add(act.letter_id)
    by = Change(user=op.user, position=op.position, at=happened)
    for each in (*records, *kept):
        above.put(each.record, by)
    beside = _sealed_beside(above, sealed, by) if sealed else ()
    result = OpResult(
        seq=op.seq,
        outcome=Outcome.CONFLICT if decision.conflicts else Outcome.ACCEPTED,
        same=not beside and check_of_encoded([each.as_made for each in records]) == op.check,
        conflicts=decision.conflicts,
        late_s=late_s if received is not decision.records else 0,
        whole=check_of_encoded([each.payload for each in records]) if hold_receipts(decision.records) else b"",
    )
    return _Decided(records=_with(records, beside), kept=kept, renewed=decision.renewed, result=result)


def _sealed_beside(above: Overlay, letters: Iterable[LetterId], by: Change) -> tuple[Storable, ...]:
    """What is held and speaks of letters that were sealed, be it the very act that was accepted."""
    held = held_beside(letters, above)
    for one in held:
        above.put(one, by)
    return all_storable(held)


def _with(records: tuple[Storable, ...], beside: tuple[Storable, ...]) -> tuple[Storable, ...]:
    """The records with those of `beside` behind them or in the place of their earlier forms: each is written once."""
    if not beside:
        return records
    again = {one.key for one in beside}
    return (*(one for one in records if one.key not in again), *beside)


def _claim(ground: Ground, records: Iterable[Storable]) -> None:
    """Let the records hold their numbers; Refusal if one of them may not, or may not be at all."""
    for one in records:
        ground.check_authority(one.record)
        if one.claims:
            before = ground.record(one.key)
            held = () if before is None else KIND_OF[type(before)].claims(before)
            ground.numbers.claim([claim for claim in one.claims if claim not in held], one.key)


def _actor_of(ground: Ground, base: Overlay, op: Op, *, authors: Authors, happened: datetime) -> Actor:
    """Who acts, if this person may use the device and act in the position; RightEnded if no more.

    A right may have come with an op before it in the same request: two people share a PC that was long without a line.
    """
    if not (0 <= op.user <= MAX_INTEGER and 0 <= op.position <= MAX_INTEGER):
        raise Refusal(RefusalCode.NOT_ALLOWED)
    if authors.operator is not None and (op.user, op.position) == (SERVER_ROOM, SERVER_ROOM_POSITION):
        return authors.operator
    person = base.get(Person, small_row_id(op.user))
    position = base.get(Position, small_row_id(op.position))
    if op.user not in authors.users or person is None or position is None:
        raise Refusal(RefusalCode.NOT_ALLOWED)
    if authors.sealed:
        raise RightEnded(person, position, WhyHeld.DEVICE_REVOKED)
    return rightful_actor(ground, op, person=person, place=position, at=happened)


def _refused(op: Op, refusal: Refusal) -> _Decided:
    result = OpResult(seq=op.seq, outcome=Outcome.REFUSED, same=False, code=refusal.code.value, field=refusal.field)
    return _Decided(records=(), result=result)

"""The op log, decided once more by nothing but the rules: what the server holds must be what the log says.

This finds an op that took effect twice or not at all, a group of which half stands, a refusal that left a trace, a
number that was skipped, and a record that no op accounts for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from operator import eq
from typing import Any

import msgspec

from core.domain.acting import UNKNOWN_CHANGE, Change, Decision, FieldConflict, RecordT
from core.domain.errors import Refusal, RefusalCode
from core.domain.held_acts import AcceptHeld, HeldAct, WhyHeld, why_held
from core.domain.ids import DeviceId, LetterId, OfficeId, PositionId, TenantId, UserId, small_row_id
from core.domain.number_fates import NumberFate
from core.domain.offices import Actor, Office, Person, Position, actor_at
from core.domain.person_keys import PersonKeys
from core.domain.receipts import with_receipt
from core.domain.registering import RegisterLetter
from core.domain.resealing import SealLetter
from core.domain.revoking import Revocation
from core.domain.server_room import SERVER_ROOM, SERVER_ROOM_DEVICE, operator_of
from core.domain.signatures import gives_rights, require_signature
from core.merging.holding_back import Ended, held_id, hold_back
from core.merging.overlay import Overlay
from core.merging.sealing_held import held_beside, letters_sealed, sealed_held
from core.protocol.act_signing import Author as Signatory
from core.protocol.act_signing import act_payload, signing_key
from core.protocol.codec import CodecError, check_of
from core.protocol.messages import Outcome
from core.protocol.ops import Op, content_of, read_op
from core.protocol.records import KIND_BY_CODE, KIND_OF, row_key
from server.services.continuity import REVISIONS_LEFT_OUT
from tests.simulation.truth import Logged, Row, RowKey, Truth

Author = tuple[DeviceId, int]


@dataclass(frozen=True)
class Administered:
    """A record that the administrator made or changed, and its number."""

    rev: int
    record: Any


@dataclass
class Replayed:
    """Records as the log leads to them."""

    truth: Truth
    records: dict[RowKey, Any] = field(default_factory=dict)
    revs: dict[RowKey, int] = field(default_factory=dict)
    field_revs: dict[RowKey, dict[str, tuple[int, Author | None]]] = field(default_factory=dict)
    claims: dict[Any, RowKey] = field(default_factory=dict)
    author: Author | None = None
    next_number: int = 1
    after_gap: bool = False
    assigned: int = 0

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        found: RecordT | None = self.records.get((KIND_OF[record_type].code, row_id))
        return found

    def field_revisions(self, record_type: type[msgspec.Struct], row_id: bytes) -> dict[str, int]:
        changed = self.field_revs.get((KIND_OF[record_type].code, row_id), {})
        return {name: rev for name, (rev, author) in changed.items() if author != self.author}

    def last_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> Change:
        changed = self.field_revs.get((KIND_OF[record_type].code, row_id), {})
        if field not in changed:
            return UNKNOWN_CHANGE
        rev = changed[field][0]
        line = next(one for one in self.truth.log if one.seq >= rev)
        return Change(user=line.op.user, position=line.op.position, at=line.op.happened(line.received_ms))

    def newest_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> int:
        changed = self.field_revs.get((KIND_OF[record_type].code, row_id), {})
        return changed[field][0] if field in changed else 0

    def children(self, letter_id: bytes) -> tuple[Any, ...]:
        rows = sorted(self.records.items())
        return tuple(row for key, row in rows if letter_id in KIND_BY_CODE[key[0]].about(row))

    def assign_number(self, _office: int, _year: int, _series: str) -> int:
        return self.assigned

    def take(self, records: Sequence[Any], *, author: Author | None, renewed: Sequence[str] = ()) -> None:
        """Let records stand, with the next numbers; `renewed` fields of the first count as changed."""
        for record in records:
            key, rev = row_key(record), self.next_number
            before = self.records.get(key)
            changed = self.field_revs.setdefault(key, {})
            if before is not None:
                for name in record.__struct_fields__:
                    if getattr(before, name) != getattr(record, name):
                        changed[name] = (rev, author)
            if record is records[0]:
                changed.update(dict.fromkeys(renewed, (rev, author)))
            self.records[key], self.revs[key] = record, rev
            for claim in KIND_OF[type(record)].claims(record):
                self.claims[claim] = key
            self.next_number += 1


@dataclass(frozen=True)
class Beginning:
    """What the server held before the first op: records of the administrator, and the greatest number."""

    rows: dict[RowKey, Row]
    last: int


def replay(truth: Truth, beginning: Beginning, administered: Sequence[Administered]) -> Replayed:
    """The state that the log leads to; AssertionError where the log contradicts itself."""
    state = Replayed(truth)
    for key, row in beginning.rows.items():
        state.records[key], state.revs[key] = row.record, row.rev
        state.field_revs[key] = {name: (rev, None) for name, rev in row.field_revs.items()}
    state.next_number = beginning.last + 1
    # What a PC brings while the administrator is at work is seen by both.
    made = {one.rev: one for one in (*administered, *_own_fates(truth))}
    todo = [made[rev] for rev in sorted(made)]
    users = {device: truth.users_of(device) for device in truth.devices}
    since = [line for line in truth.log if line.seq > beginning.last]
    for _, several in groupby(_runs(since), key=lambda one: one[0]):
        run = [line for _, line in several]
        # What is kept of lost values is numbered before the op, and the result of an op without effect does not say so.
        first = run[0].result.first_rev or run[0].seq - len(run[0].result.conflicts)
        _take_administered(state, todo, until=first)
        _replay_run(state, run, users=users[run[0].device])
    _take_administered(state, todo, until=truth.head[0] + 1)
    assert not todo, f"the administrator's changes from {todo[0].rev} on have no place, next is {state.next_number}"
    assert state.next_number == truth.head[0] + 1, (
        f"numbers end at {state.next_number - 1}, the head at {truth.head[0]}"
    )
    return state


def made_by_ops(truth: Truth) -> set[int]:
    """The numbers of the records that ops made."""
    return {rev for one in truth.log if one.result.first_rev for rev in range(one.result.first_rev, one.seq)}


def _own_fates(truth: Truth) -> list[Administered]:
    """What the server recorded of numbers by itself: fates that no op made. They are never changed."""
    by_ops = made_by_ops(truth)
    return [
        Administered(row.rev, row.record)
        for row in truth.rows.values()
        if isinstance(row.record, NumberFate) and row.rev not in by_ops
    ]


def _take_administered(state: Replayed, todo: list[Administered], *, until: int) -> None:
    """What the administrator did before number `until`. A server that was put back leaves numbers out, once a time."""
    state.after_gap = False
    while True:
        while todo and todo[0].rev == state.next_number:
            state.take([todo.pop(0).record], author=None)
        if until - state.next_number < REVISIONS_LEFT_OUT:
            return
        state.next_number = min([until, *(one.rev for one in todo)])
        state.after_gap = True


def compare(truth: Truth, state: Replayed, *, alike: Callable[[Any, Any], bool] = eq) -> None:
    """The records of the server are those of the log, to the last revision of a field.

    `alike` says of two that they are the same but for what was sealed under keys drawn twice.
    """
    assert state.records.keys() == truth.rows.keys(), "records that the log does not account for, or the reverse"
    for key, row in truth.rows.items():
        by_rules = state.records[key]
        assert by_rules == row.record or alike(by_rules, row.record), (
            f"{state.records[key]} by the log, {row.record} on the server"
        )
        assert state.revs[key] == row.rev, f"{row.record}: revision {row.rev}, by the log {state.revs[key]}"
        by_log = {name: rev for name, (rev, _) in state.field_revs.get(key, {}).items()}
        assert by_log == row.field_revs, f"{row.record}: field revisions {row.field_revs}, by the log {by_log}"


def _runs(log: Sequence[Logged]) -> list[tuple[object, Logged]]:
    """Lines with what makes neighbours stand or fall together."""
    return [((one.device, one.epoch, one.op.group) if one.op.group else one.seq, one) for one in log]


def _replay_run(state: Replayed, run: Sequence[Logged], *, users: set[int]) -> None:
    author = (run[0].device, run[0].epoch)
    state.author = author
    held = {one.result.outcome == Outcome.HELD for one in run}
    assert len(held) == 1, f"half of a group is held: {[one.result for one in run]}"
    known = _known_held(state, run) if author[1] > 1 else None
    if True in held or known is not None:
        _replay_held(state, run, known=known, users=users)
        return
    refused = {one.result.outcome == Outcome.REFUSED for one in run}
    assert len(refused) == 1, f"half of a group stands: {[one.result for one in run]}"
    overlay, claims = Overlay(state), dict(state.claims)
    decided: list[Decision] = []
    refusal: Refusal | None = None
    for line in run:
        try:
            decided.append(_decide(state, overlay, line, claims=claims, users=users))
        except Refusal as no:
            refusal = no
            break
    if True in refused:
        told = {(one.result.code, one.result.field) for one in run}
        # Whether numbers were leased and never used, and which PCs there are, is known to the server alone.
        by_authority = told <= {(RefusalCode.NUMBER_NOT_LEASED.value, name) for name in ("low", "high")} | {
            (code.value, "device")
            for code in (RefusalCode.UNKNOWN_DEVICE, RefusalCode.NOT_FOR_ONESELF, RefusalCode.WRONG_OFFICE)
        }
        assert refusal is not None or by_authority, f"refused without a reason: {run[0].result}"
        assert refusal is None or told in ({(refusal.code.value, refusal.field)}, _in_one_request(refusal)), (
            f"refused for {told}, by the rules for {refusal}"
        )
        state.next_number += len(run)
        assert run[-1].seq == state.next_number - 1, "a refused op did not take its number"
        assert all(one.result.first_rev == 0 for one in run)
        return
    assert refusal is None, f"accepted against the rules ({refusal}): {run[0].result}"
    begins = run[0].seq - len(decided[0].records) - len(decided[0].kept)
    if begins - state.next_number <= len(run[0].result.conflicts) and state.after_gap:
        state.next_number = begins
    for line, decision in zip(run, decided, strict=True):
        first = state.next_number if decision.records else 0
        assert line.result.first_rev == first, f"{line.result}: the next number was {state.next_number}"
        assert line.result.conflicts == decision.conflicts, f"{line.result}: by the rules {decision.conflicts}"
        # What is held under random keys was sealed anew for this replay.
        if not any(isinstance(one, HeldAct) and one.sealed for one in decision.records):
            assert line.result.same == (check_of(decision.records) == line.op.check), f"{line.result}: wrong about same"
        state.take((*decision.records, *decision.kept), author=author, renewed=decision.renewed)
        assert line.seq == state.next_number, f"op at {line.seq}, numbers stand at {state.next_number}"
        state.next_number += 1


def _in_one_request(refusal: Refusal) -> set[tuple[str, str]]:
    """What is told if what stands in the way came in the same request: the log does not say which ops came together."""
    waits = refusal.code == RefusalCode.SECURITY_CHANGED
    return {((RefusalCode.SECURITY_WAITS if waits else refusal.code).value, refusal.field)}


def _known_held(state: Replayed, run: Sequence[Logged]) -> HeldAct | None:
    return state.get(HeldAct, held_id(one.op for one in run))


def _replay_held(state: Replayed, run: Sequence[Logged], *, known: HeldAct | None, users: set[int]) -> None:
    """Ops of somebody whose right had ended are held as one record, once, and change nothing else."""
    first = run[0]
    person, place = state.get(Person, small_row_id(first.op.user)), state.get(Position, small_row_id(first.op.position))
    if known is None:
        assert person is not None
        assert place is not None
        assert first.op.user in users
        revs = {name: rev for name, (rev, _) in state.field_revs.get(row_key(person), {}).items()}
        happened = first.op.happened(first.received_ms)
        why = why_held(person, place.number, happened, changed=revs, known=first.op.known)
        why = WhyHeld.DEVICE_REVOKED if _is_shut_out(state, first) else why
        assert why is not None, f"held although the right is there, or the PC knew that it had ended: {first.result}"
        colleagues = [one for one in state.records.values() if isinstance(one, Position)]
        received = datetime.fromtimestamp(first.received_ms // 1000, UTC)
        ended = Ended(person=person, place=place, why=why, device=first.device)
        known = hold_back(state, [one.data for one in run], ended, colleagues=colleagues, received=received)
        known = sealed_held(known, state)
    makes = () if _known_held(state, run) else (known,)
    for line in run:
        assert line.result.field == known.id.hex(), f"{line.result} names another act"
        assert line.result.first_rev == (state.next_number if makes else 0), f"{line.result}: {state.next_number}"
        state.take(makes, author=state.author)
        makes = ()
        assert line.seq == state.next_number, f"op at {line.seq}, numbers stand at {state.next_number}"
        state.next_number += 1


def _decide(state: Replayed, overlay: Overlay, line: Logged, *, claims: dict[Any, RowKey], users: set[int]) -> Decision:
    op = line.op
    _check_signature(state, op, is_sealed=_is_shut_out(state, line))
    done = _done_before(state, line)
    if done is not None:
        return Decision(records=(), conflicts=_told_again(done, line))
    happened = op.happened(line.received_ms)
    actor = _actor(state, line, happened, users=users)
    try:
        act = op.read_act()
        state.assigned = _assigned(state, act)
        decision = overlay.decide(act, actor, happened, behind_s=op.behind_s, signed=op.signed, known=op.known)
        sealed = letters_sealed(decision.records, overlay) | ({act.letter_id} if isinstance(act, SealLetter) else set())
        by = Change(user=op.user, position=op.position, at=happened)
        for record in (*decision.records, *decision.kept):
            overlay.put(record, by)
        receipted = with_receipt(decision.records, op.receipt(op.late_s(line.received_ms), happened))
        if receipted is not decision.records:
            overlay.put(receipted[0], by)
            decision = msgspec.structs.replace(decision, records=receipted)
        decision = _with_what_is_held(overlay, decision, sealed)
    except (CodecError, ValueError, OverflowError) as err:
        raise Refusal(RefusalCode.UNKNOWN_ACT) from err
    for record in decision.records:
        for claim in KIND_OF[type(record)].claims(record):
            if claims.setdefault(claim, row_key(record)) != row_key(record):
                raise Refusal(RefusalCode.NUMBER_TAKEN, "agenda_no")
    return decision


def _check_signature(state: Replayed, op: Op, *, is_sealed: bool) -> None:
    keys = state.get(PersonKeys, small_row_id(op.user)) if 0 <= op.user < 1 << 31 else None
    if keys is None:
        return
    try:
        act = op.read_act()
    except CodecError as err:
        raise Refusal(RefusalCode.UNKNOWN_ACT) from err
    knew = op.known >= state.revs[row_key(keys)]
    if not op.signature:
        # Whoever decides over what a PC sealed that was shut out answers for its seals.
        if not (is_sealed and isinstance(act, SealLetter)) and (knew or gives_rights(act)):
            require_signature(act, keys, b"")
        return
    author = Signatory(tenant=TenantId(1), user=UserId(op.user), position=PositionId(op.position))
    key = signing_key(keys, act_payload(act, author, op.wall_ms), op.signature)
    if key is None or (key.until is not None and knew):
        raise Refusal(RefusalCode.SIGNATURE_WRONG)


def _with_what_is_held(overlay: Overlay, decision: Decision, letters: Iterable[LetterId]) -> Decision:
    """What is held of letters is sealed with them: under other random keys than the server drew, which is no matter."""
    beside = held_beside(letters, overlay)
    for one in beside:
        overlay.put(one)
    keys = {row_key(one) for one in beside}
    records = (*(one for one in decision.records if row_key(one) not in keys), *beside)
    return msgspec.structs.replace(decision, records=records) if beside else decision


def _actor(state: Replayed, line: Logged, happened: datetime, *, users: set[int]) -> Actor:
    op = line.op
    if line.device == SERVER_ROOM_DEVICE and op.user == SERVER_ROOM:
        first = min(row.number for row in state.records.values() if isinstance(row, Office))
        return operator_of(OfficeId(first))
    person, place = state.get(Person, small_row_id(op.user)), state.get(Position, small_row_id(op.position))
    if op.user not in users or person is None or place is None:
        raise Refusal(RefusalCode.NOT_ALLOWED)
    actor = actor_at(person, place, happened)
    if not person.active or actor is None or _is_shut_out(state, line):
        raise Refusal(RefusalCode.NOT_ALLOWED)
    return actor


def _is_shut_out(state: Replayed, line: Logged) -> bool:
    """Whether a PC had been shut out when its op came: then it was sealed, and is nobody's right any more."""
    return state.get(Revocation, line.device) is not None


def _done_before(state: Replayed, line: Logged) -> Logged | None:
    """The op of an earlier epoch of the same PC that did just this, if this one is said to come from there."""
    found = (
        one
        for one in state.truth.log
        if one.device == line.device and one.epoch < line.epoch and one.seq < line.seq
        if one.result.first_rev and one.result.outcome != Outcome.HELD and content_of(one.op) == content_of(line.op)
    )
    return next(found, None) if line.op.made_in else None


def _told_again(done: Logged, line: Logged) -> tuple[FieldConflict, ...]:
    """What lost then; without the values where the letter was sealed since, and that answer lies under a cover."""
    told = tuple(done.result.conflicts)
    if line.result.conflicts == told:
        return told
    return tuple(msgspec.structs.replace(one, stands="", wanted="") for one in told)


def _assigned(state: Replayed, act: Any) -> int:
    """The number that the server gave: which one it was is no question of the rules, `numbers` looks at it."""
    if isinstance(act, AcceptHeld):
        held = state.get(HeldAct, act.held_id)
        ops = () if held is None else (act.ops if held.sealed else held.ops)
        acts = [read_op(data).read_act() for data in ops]
        return max((_assigned(state, one) for one in acts), default=0)
    if not isinstance(act, RegisterLetter):
        return 0
    row = state.truth.rows.get((5, act.letter_id))
    return 0 if row is None else int(row.record.agenda_no)

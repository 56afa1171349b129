"""Acts performed on top of records that are not changed yet.

The PC performs an act on its own view, stores the outcome, and performs its waiting acts again whenever the server
sent something newer underneath them. The server performs the acts of a request one after the other before it writes
anything. Both use this overlay: it answers from its own changes first and from the base below otherwise.
"""

from datetime import datetime
from typing import Any

import msgspec

from core.domain.acting import (
    UNKNOWN_CHANGE,
    UNSIGNED,
    Change,
    Context,
    Decision,
    FieldConflict,
    KeptOps,
    Records,
    RecordT,
    Signed,
)
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId, OfficeId
from core.domain.offices import Actor
from core.protocol.codec import CodecError
from core.protocol.ops import moment_of, read_op, shell_of
from core.protocol.records import ACT_OF, KIND_BY_CODE, KIND_OF, row_key

RowKey = tuple[int, bytes]
# What was changed and has no number yet is newer than all that has one.
_NO_NUMBER_YET = (1 << 63) - 1


class Overlay:
    """Changed records above a base; itself a `Records`, so overlays stack."""

    def __init__(self, base: Records) -> None:
        """Start without changes."""
        self._base = base
        self.changes: dict[RowKey, Any] = {}
        self.versions: dict[RowKey, list[tuple[Any, Change]]] = {}

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        """The changed record, or that of the base."""
        if self.changes:
            changed: RecordT | None = self.changes.get((KIND_OF[record_type].code, row_id))
            if changed is not None:
                return changed
        return self._base.get(record_type, row_id)

    def field_revisions(self, record_type: type[msgspec.Struct], row_id: bytes) -> dict[str, int]:
        """The field revisions of the base, but for the fields that were changed here.

        Whoever acts has made the changes here, and had seen them when acting again: what somebody else wrote beneath
        them is no news. It is so too when the ops come one by one, each stored before the next is judged.
        """
        below = self._base.field_revisions(record_type, row_id)
        mine = self._changed_fields(record_type, row_id) if below else {}
        return {field: rev for field, rev in below.items() if field not in mine}

    def last_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> Change:
        """The last change here, or the last that the base knows of."""
        here = self._changed_fields(record_type, row_id).get(field)
        return self._base.last_change(record_type, row_id, field) if here is None else here

    def newest_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> int | None:
        """That of the base, or None if the field was changed here."""
        if field in self._changed_fields(record_type, row_id):
            return None
        return self._base.newest_change(record_type, row_id, field)

    def children(self, letter_id: LetterId) -> tuple[Any, ...]:
        """Those of the base as they stand here, and those that were made here."""
        found = {row_key(child): child for child in self._base.children(letter_id)}
        found.update({key: new for key, new in self.changes.items() if letter_id in KIND_BY_CODE[key[0]].about(new)})
        return tuple(found[key] for key in sorted(found))

    def assign_number(self, office: OfficeId, year: int, series: str) -> int:
        """Whatever the base assigns."""
        return self._base.assign_number(office, year, series)

    def put(self, record: Any, by: Change = UNKNOWN_CHANGE) -> None:
        """Change a record; `by` says who does."""
        key = row_key(record)
        self.changes[key] = record
        versions = self.versions.get(key)
        if versions is None:
            self.versions[key] = [(record, by)]
        else:
            versions.append((record, by))

    def put_all(self, above: "Overlay") -> None:
        """Let everything stand that was changed in an overlay above this one."""
        self.changes.update(above.changes)
        for key, versions in above.versions.items():
            self.versions.setdefault(key, []).extend(versions)

    @property
    def kept(self) -> KeptOps:
        """Performs kept ops on top of what stands here, without a change to it."""
        return _OpsAbove(self)

    def perform(
        self,
        act: Any,
        actor: Actor,
        now: datetime,
        *,
        behind_s: int = 0,
        signed: Signed = UNSIGNED,
        known: int | None = None,
    ) -> Decision:
        """Run the rule of `act` and keep what it decided; on Refusal nothing is kept."""
        decision = self.decide(act, actor, now, behind_s=behind_s, signed=signed, known=known)
        by = Change(user=actor.user, position=actor.position, at=now)
        for record in (*decision.records, *decision.kept):
            self.put(record, by)
        return decision

    def decide(
        self,
        act: Any,
        actor: Actor,
        now: datetime,
        *,
        behind_s: int = 0,
        signed: Signed = UNSIGNED,
        known: int | None = None,
    ) -> Decision:
        """What the rule of `act` decides, without keeping it; Refusal."""
        context = Context(
            actor=actor, now=now, records=self, kept=self.kept, behind_s=behind_s, signed=signed, known=known
        )
        return ACT_OF[type(act)].decide(act, context)

    def _changed_fields(self, record_type: type[msgspec.Struct], row_id: bytes) -> dict[str, Change]:
        """The fields of a record that were changed here, also those that are again as they were, and by whom last."""
        changed: dict[str, Change] = {}
        versions = self.versions.get((KIND_OF[record_type].code, row_id))
        if versions is None:
            return changed
        before: Any = self._base.get(record_type, row_id)
        for after, by in versions:
            if before is not None:
                fields = after.__struct_fields__
                changed.update((one, by) for one in fields if getattr(before, one) != getattr(after, one))
            before = after
        return changed


class _AsAuthor:
    """Records as they stand for the author of kept ops: he had not seen what others changed since.

    What came before them in the same request is by others as well, unless it says otherwise: whether the acts of a PC
    come together or one by one is chance.
    """

    def __init__(self, base: Records, ops: tuple[bytes, ...]) -> None:
        self._base = base
        self._ops = ops

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        return self._base.get(record_type, row_id)

    def field_revisions(self, record_type: type[msgspec.Struct], row_id: bytes) -> dict[str, int]:
        authors = {read_op(data).user for data in self._ops}
        newest = {name: self._base.newest_change(record_type, row_id, name) for name in record_type.__struct_fields__}
        return {
            name: _NO_NUMBER_YET if rev is None else rev
            for name, rev in newest.items()
            if rev != 0 and self._base.last_change(record_type, row_id, name).user not in authors
        }

    def last_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> Change:
        return self._base.last_change(record_type, row_id, field)

    def newest_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> int | None:
        return self._base.newest_change(record_type, row_id, field)

    def children(self, letter_id: LetterId) -> tuple[Any, ...]:
        return self._base.children(letter_id)

    def assign_number(self, office: OfficeId, year: int, series: str) -> int:
        return self._base.assign_number(office, year, series)


class _OpsAbove:
    """Performs kept ops on top of records, without a change to these."""

    def __init__(self, base: Records) -> None:
        self._base = base

    def perform(self, ops: tuple[bytes, ...], actor: Actor, *, not_after: datetime) -> Decision:
        above = Overlay(_AsAuthor(self._base, ops))
        conflicts: list[FieldConflict] = []
        renewed: tuple[str, ...] = ()
        for data in ops:
            try:
                op = read_op(data)
                act, moment = op.read_act(), moment_of(op.corrected_ms)
            except (CodecError, ValueError, OverflowError, OSError) as err:
                raise Refusal(RefusalCode.UNKNOWN_ACT) from err
            done = above.perform(act, actor, min(moment, not_after), behind_s=op.behind_s, known=op.known)
            conflicts.extend(done.conflicts)
            renewed = done.renewed if len(ops) == 1 else ()
        return Decision(records=tuple(above.changes.values()), conflicts=tuple(conflicts), renewed=renewed)

    def are_like(self, ops: tuple[bytes, ...], shells: tuple[bytes, ...]) -> bool:
        try:
            return [shell_of(read_op(data)) for data in ops] == [shell_of(read_op(data)) for data in shells]
        except CodecError:
            return False

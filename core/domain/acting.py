"""What a rule may look at while it decides, and what it answers.

A rule is a pure function `decide(act, context) -> Decision`. It reads other records only through `Records`, which
the PC answers from its own store and the server from its own: the same rule runs twice, first at once on the PC,
then with authority on the server.
"""

from datetime import datetime
from typing import Any, Protocol, TypeVar

import msgspec

from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import LetterId, OfficeId, PositionId, UserId
from core.domain.offices import Actor

RecordT = TypeVar("RecordT", bound=msgspec.Struct)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Who changed something, through which position, and when; 0 and None where that is not known."""

    user: UserId = UserId(0)
    position: PositionId = PositionId(0)
    at: datetime | None = None


UNKNOWN_CHANGE = Change()


class Records(Protocol):
    """The records that a rule may read."""

    def get(self, record_type: type[RecordT], row_id: bytes) -> RecordT | None:
        """The record as it stands now, or None."""

    def field_revisions(self, record_type: type[msgspec.Struct], row_id: bytes) -> dict[str, int]:
        """The revision at which each field of a record last changed; empty where the store keeps none."""

    def last_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> Change:
        """Who last changed a field; `UNKNOWN_CHANGE` where nobody did or the store does not know."""

    def newest_change(self, record_type: type[msgspec.Struct], row_id: bytes, field: str) -> int | None:
        """The revision of the newest change of a field, the actor's own included.

        0 where there was none, or the store keeps no revisions; None while the newest change has no revision yet.
        """

    def children(self, letter_id: LetterId) -> tuple[Any, ...]:
        """The records that are as secret as a letter because they speak of it, in the order of their keys."""

    def assign_number(self, office: OfficeId, year: int, series: str) -> int:
        """The next number of a series where the store is its authority, else 0 (a provisional number)."""


class FieldConflict(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A value that lost: the field, the value that stands, the value that was wanted (both as text)."""

    field: str
    stands: str
    wanted: str


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """The records as they are to be after the act, in a fixed order, and the values that lost.

    `kept` are the records in which the values that lost are kept. They are no effect of the act: only the authority,
    which alone finds that a value loses, makes them, and numbers them after `records`. `renewed` names fields of the
    first record that count as changed by the act, although they stay as they were: somebody meant them so.
    """

    records: tuple[msgspec.Struct, ...]
    conflicts: tuple[FieldConflict, ...] = ()
    kept: tuple[msgspec.Struct, ...] = ()
    renewed: tuple[str, ...] = ()


class KeptOps(Protocol):
    """Performs ops that were kept as they came."""

    def perform(self, ops: tuple[bytes, ...], actor: Actor, *, not_after: datetime) -> Decision:
        """What the ops make of the records, one after the other, if `actor` does them when they were made.

        Refusal if the rule of one of them says no, or if one cannot be read.
        """

    def are_like(self, ops: tuple[bytes, ...], shells: tuple[bytes, ...]) -> bool:
        """Whether the ops are those of which the shells tell all but what they say."""


class NoKeptOps:
    """Where ops are only bytes."""

    def perform(self, ops: tuple[bytes, ...], actor: Actor, *, not_after: datetime) -> Decision:
        """Refuse: they cannot be read."""
        del ops, actor, not_after
        raise Refusal(RefusalCode.UNKNOWN_ACT)

    def are_like(self, ops: tuple[bytes, ...], shells: tuple[bytes, ...]) -> bool:
        """They cannot be read."""
        del ops, shells
        return False


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """The signature of whoever acts over the act, and the time that it names: milliseconds of the PC's clock."""

    signature: bytes
    at_ms: int


UNSIGNED = Signed(signature=b"", at_ms=0)


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, when (aware UTC, whole seconds), what can be read, and who performs ops that were kept.

    `now` is the time by the server's clock as far as the PC knew; its own clock was `behind_s` seconds behind that. A
    rule checks no signature: whoever calls it has. It writes `signed` beside what the signature proves. `known` is the
    revision up to which the PC had heard of others when the act was made; None while it is being made.
    """

    actor: Actor
    now: datetime
    records: Records
    kept: KeptOps = msgspec.field(default_factory=NoKeptOps)
    behind_s: int = 0
    signed: Signed = UNSIGNED
    known: int | None = None

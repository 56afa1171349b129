"""Conflicts (perbedaan): a value that lost against another one, kept as a record until somebody decides.

The record lies beside its letter in the register of the letter's office, level and year, and nowhere else: whoever
may correct a letter holds that stream, both authors with them, and a conflict of a secret letter is as secret as it.
"""

from datetime import datetime

import msgspec

from core.domain.acting import Change
from core.domain.ids import LetterId, OfficeId, PositionId, RowId, UserId, content_row_id
from core.domain.letters import SecurityLevel

# Of the name of a conflict; never to be changed.
_SEPARATOR = "\x1f"


class Conflict(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One value of one field that lost. All values are text, as in a correction.

    `base` is the value that the loser's author had seen, None where an older program did not tell it. `stands` is the
    value that was accepted first, `wanted` the one that lost. `settled` is the value that stood after somebody had
    decided; None as long as nobody has.
    """

    id: RowId
    letter_id: LetterId
    office: OfficeId
    year: int
    security: SecurityLevel
    field: str
    base: str | None
    stands: str
    stands_by: UserId
    stands_as: PositionId
    stands_at: datetime | None
    wanted: str
    wanted_by: UserId
    wanted_as: PositionId
    wanted_at: datetime
    settled: str | None = None
    settled_by: UserId | None = None
    settled_as: PositionId | None = None
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.settled is None


class ResolveConflict(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Decide a conflict: a correction of one field that names it.

    `value` is what shall stand from now on, None to keep what stands. `base` and `seen` say at which revision and with
    which value its author last saw the field. `seal` names the seal under which these are, where they are sealed
    (`core.domain.secrecy.seal_of`).
    """

    conflict_id: RowId
    letter_id: LetterId
    field: str
    value: str | None
    base: int
    seen: str
    seal: bytes = b""

    @property
    def wanted(self) -> str:
        """The value that is to stand, as its author saw it."""
        return self.seen if self.value is None else self.value


def conflict_id(letter_id: LetterId, field: str, *, author: Change, wanted: str, base: int) -> RowId:
    """The name of a conflict, made of what its op says and of nothing that changes when the op is sent again.

    An op that a mended PC renumbers, or that a server restored from an older copy is given once more, comes to the
    same name. So does the same wish of the same person who has still not seen another value: it is the same conflict.
    """
    parts = ("conflict-1", letter_id.hex(), field, str(int(author.user)), str(int(author.position)), str(base), wanted)
    return content_row_id(_SEPARATOR.join(parts))

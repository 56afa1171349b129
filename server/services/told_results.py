"""What the log keeps of a result, and the result as its device is told it again.

The values of a difference stand in the op that wanted one, and in the record of the difference: the log repeats
neither. Where a letter is sealed, op and record are, and nothing may say in the clear beside them what they say.
"""

from collections.abc import Iterator

import msgspec

from core.domain.acting import Change, FieldConflict
from core.domain.conflicts import Conflict, ResolveConflict, conflict_id
from core.domain.ids import PositionId, UserId
from core.domain.letters import AmendLetter
from core.domain.secrecy import is_sealed
from core.protocol.codec import CodecError, decode, decode_record
from core.protocol.messages import OpResult
from core.protocol.ops import Op, read_op
from core.protocol.records import KIND_OF
from server.services.covered_ops import is_covered
from server.storage.database import TenantStore
from server.storage.op_log import LoggedOp

_CONFLICT = KIND_OF[Conflict].code


def without_values(result: OpResult) -> OpResult:
    """The result as the log keeps it."""
    if not result.conflicts:
        return result
    fields = tuple(FieldConflict(field=one.field, stands="", wanted="") for one in result.conflicts)
    return msgspec.structs.replace(result, conflicts=fields)


def told_again(store: TenantStore, logged: LoggedOp) -> OpResult:
    """The result of an op that its device sent before; what is sealed by now stays blank."""
    result: OpResult = decode(logged.result, OpResult)
    if not result.conflicts or is_covered(logged.op):
        return result
    try:
        op = read_op(logged.op)
        found = {one.field: one for one in _values(store, op)}
    except (CodecError, ValueError):
        return result
    conflicts = tuple(found.get(one.field, one) if not one.wanted else one for one in result.conflicts)
    return msgspec.structs.replace(result, conflicts=conflicts)


def _values(store: TenantStore, op: Op) -> Iterator[FieldConflict]:
    act = op.read_act()
    wanted: dict[str, tuple[str, int]] = {}
    if isinstance(act, AmendLetter):
        wanted = {field: (value, act.base.get(field, 0)) for field, value in act.changes.items()}
    elif isinstance(act, ResolveConflict) and act.value is not None:
        wanted = {act.field: (act.value, act.base)}
    author = Change(user=UserId(op.user), position=PositionId(op.position))
    for field, (value, base) in wanted.items():
        row_id = conflict_id(act.letter_id, field, author=author, wanted=value, base=base)
        stored = store.records.get((_CONFLICT, row_id))
        stands = "" if stored is None else decode_record(_CONFLICT, stored.payload).stands
        yield FieldConflict(field=field, stands="" if is_sealed(stands) else stands, wanted=value)

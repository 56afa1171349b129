"""Who leads an office: what a leader wrote by hand, or said, others may enter for him."""

from core.domain.acting import Context
from core.domain.errors import Refusal, RefusalCode
from core.domain.ids import OfficeId, PositionId, small_row_id
from core.domain.offices import Position, Role
from core.domain.permissions import POWERS, Power, require


def leads(role: Role) -> bool:
    """Whether who has this role leads its office."""
    return Power.LOWER_SECURITY in POWERS[role]


def require_entering_for(number: PositionId, office: OfficeId, context: Context) -> None:
    """Refuse unless the actor may enter what others say, and the position is another one, which leads the office."""
    require(context.actor, Power.ENTER_WRITTEN, office)
    leader = context.records.get(Position, small_row_id(max(0, number)))
    known = leader is not None and leader.office == office and leads(leader.role)
    if not known or number == context.actor.position:
        raise Refusal(RefusalCode.UNKNOWN_POSITION, "on_behalf")

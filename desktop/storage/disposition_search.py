"""Words in the notes and answers of dispositions: the newest of them, without an index that would have to forget."""

from collections.abc import Sequence

from sqlalchemy import LargeBinary, cast, func, or_, select
from sqlalchemy.engine import Connection

from core.domain.dispositions import Disposition
from core.domain.letters import SecurityLevel
from desktop.storage.dispositions import disposition, dispositions

# What an office of a thousand letters a year issues in two years. Further back they are found by their letters.
LOOKED_AT = 5_000


def noted(connection: Connection, tokens: Sequence[str], *, limit: int) -> list[Disposition]:
    """The newest dispositions, none of them secret, whose note or answers hold all tokens."""
    if not tokens:
        return []
    newest = connection.execute(select(func.max(disposition.c.n))).scalar_one() or 0
    statement = select(disposition).where(
        disposition.c.n > newest - LOOKED_AT, disposition.c.security < SecurityLevel.SECRET
    )
    for token in tokens:
        written = {token, token.lower(), token.capitalize(), token.upper()}
        answered = [
            func.instr(disposition.c.recipients, cast(one.encode(), LargeBinary)) > 0 for one in sorted(written)
        ]
        statement = statement.where(or_(disposition.c.note.icontains(token, autoescape=True), *answered))
    rows = connection.execute(statement.order_by(disposition.c.n.desc()).limit(limit))
    return [dispositions.record(row) for row in rows]

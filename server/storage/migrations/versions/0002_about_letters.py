"""Which records speak of a letter. Those of existing dispositions and conflicts are found out here."""

from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Dispositions and conflicts: arrays whose second value is the id of their letter.
KINDS = (6, 12)
PART = 1000

INT, BYTES = sa.Integer(), sa.LargeBinary()
NAMES = ("tenant", "letter", "kind", "row_id")

Kind = sa.types.TypeEngine[Any]


def upgrade() -> None:
    """Make the table and fill it."""
    kinds: dict[str, Kind] = {"tenant": INT, "letter": BYTES, "kind": INT, "row_id": BYTES}
    op.create_table(
        "about",
        *(sa.Column(name, kind, nullable=False, autoincrement=False) for name, kind in kinds.items()),
        sa.PrimaryKeyConstraint(*NAMES, name="pk_about"),
        sqlite_with_rowid=False,
    )
    about = sa.table("about", *(sa.column(name, kind) for name, kind in kinds.items()))
    connection = op.get_bind()
    for tenant in connection.execute(sa.text("SELECT id FROM tenant ORDER BY id")).scalars().all():
        for kind in KINDS:
            _enter(connection, about, tenant, kind)


def _enter(connection: sa.Connection, about: sa.TableClause, tenant: int, kind: int) -> None:
    after = b""
    found = sa.text(
        "SELECT id, payload FROM record WHERE tenant = :tenant AND kind = :kind AND id > :after ORDER BY id LIMIT :part"
    )
    while True:
        rows = connection.execute(found, {"tenant": tenant, "kind": kind, "after": after, "part": PART}).all()
        if not rows:
            return
        entries = [(tenant, msgspec.msgpack.decode(row.payload)[1], kind, bytes(row.id)) for row in rows]
        connection.execute(sa.insert(about), [dict(zip(NAMES, entry, strict=True)) for entry in entries])
        after = bytes(rows[-1].id)


def downgrade() -> None:
    """Only an older program would do without it."""
    op.drop_table("about")
